# The Knative operator: brings a KnativeServing or KnativeEventing to the version that it asks for, one minor at a time (F34).
trap 'exit 0' TERM INT

minor() { echo "$1" | cut -d . -f 2; }

set_status() {
  kubectl patch "$1" "$3" --namespace "$2" --subresource=status --type=merge \
    -p "{\"status\":{\"version\":\"$4\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"$5\",\"message\":\"$6\"}]}}"
}

roll_out() {
  wanted=$4
  now=${5:-$4}
  step=$(($(minor "$wanted") - $(minor "$now")))
  if [ "$step" -gt 1 ] || [ "$step" -lt -1 ]; then
    [ "$6" = False ] ||
      set_status "$1" "$2" "$3" "$now" False "not supported to upgrade or downgrade across multiple MINOR versions: $now to $wanted"
  elif [ "$5" != "$wanted" ] || [ "$6" != True ]; then
    set_status "$1" "$2" "$3" "$wanted" True ""
  fi
}

# A watch ends after 20 s and begins again with every object, as a controller looks again at what failed.
watch_resources() {
  timeout 20 kubectl get "$1" --all-namespaces --watch --output-watch-events \
    -o jsonpath='{.type}|{.object.metadata.deletionTimestamp}|{.object.metadata.namespace}|{.object.metadata.name}|{.object.spec.version}|{.object.status.version}|{.object.status.conditions[0].status}{"\n"}' |
    while IFS='|' read -r event deleted namespace name wanted now ready; do
      if [ "$event" = DELETED ] || [ -n "$deleted" ]; then continue; fi
      roll_out "$1" "$namespace" "$name" "$wanted" "$now" "$ready"
    done
}

for kind in knativeservings.operator.knative.dev knativeeventings.operator.knative.dev; do
  while :; do
    watch_resources "$kind"
    sleep 2
  done &
done
wait
