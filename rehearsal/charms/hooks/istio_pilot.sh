# istio-pilot: one minor at a time (F9), and none while the gateway's workload exists (F10). The image of Deployment istiod is the
# control plane's version. Without the gateway's Service the unit waits (charmed-kubeflow 1.6 to 1.7, step 3).
gateway=istio-ingressgateway-workload

control_plane() {
  kubectl get deployment istiod --ignore-not-found -o jsonpath='{.spec.template.spec.containers[0].image}' | sed 's/.*:pilot-//'
}

minor() { echo "$1" | cut -d . -f 2; }

gateway_gone() { [ -z "$(kubectl get deployment $gateway --ignore-not-found -o name)" ]; }

upgrade_control_plane() {
  current=$(control_plane)
  current=${current:-$VERSION}
  step=$(($(minor "$VERSION") - $(minor "$current")))
  [ "$step" -le 1 ] ||
    fail "istioctl upgrade: client version $VERSION is more than one minor version ahead of control plane version $current"
  [ "$step" -ge 0 ] || fail "istioctl upgrade: downgrade from $current to $VERSION is not supported"
  [ "$step" -eq 0 ] || wait_until 900 gateway_gone || fail "$timed_out"
  apply workload.json
  kubectl rollout status deployment/istiod --timeout=900s || fail "$timed_out"
}
timed_out="upgrade-charm handler timed out while waiting for new Istio version to roll out"

istio_pilot_hook() {
  case $hook in
  install) apply workload.json ;;
  upgrade-charm) upgrade_control_plane ;;
  esac
}

istio_pilot_status() {
  address=$(kubectl get service $gateway --ignore-not-found -o jsonpath='{.spec.type}|{.spec.clusterIP}|{.status.loadBalancer.ingress[0].ip}')
  case $address in
  "") echo "waiting|Missing $gateway service, deferring this event" ;;
  "LoadBalancer|"*"|") echo "waiting|Waiting for gateway address" ;;
  esac
}

istio_pilot_remove() { delete workload.json; }
