# The profile controller: every Profile gets a namespace of its name, which it owns, so that it goes when the Profile goes.
trap 'exit 0' TERM INT

make_namespace() {
  kubectl create -f - <<NAMESPACE
{
  "apiVersion": "v1",
  "kind": "Namespace",
  "metadata": {
    "name": "$1",
    "labels": {
      "app.kubernetes.io/part-of": "kubeflow-profile",
      "istio-injection": "enabled",
      "katib.kubeflow.org/metrics-collector-injection": "enabled",
      "pipelines.kubeflow.org/enabled": "true",
      "serving.kubeflow.org/inferenceservice": "enabled"
    },
    "annotations": { "owner": "${3:-$1}" },
    "ownerReferences": [
      { "apiVersion": "kubeflow.org/v1", "kind": "Profile", "name": "$1", "uid": "$2", "controller": true, "blockOwnerDeletion": true }
    ]
  }
}
NAMESPACE
}

# A watch ends after 20 s and begins again with every object, as a controller looks again at what failed.
watch_profiles() {
  timeout 20 kubectl get profiles.kubeflow.org --watch --output-watch-events \
    -o jsonpath='{.type}|{.object.metadata.deletionTimestamp}|{.object.metadata.name}|{.object.metadata.uid}|{.object.spec.owner.name}{"\n"}' |
    while IFS='|' read -r event deleted name uid owner; do
      if [ "$event" = DELETED ] || [ -n "$deleted" ]; then continue; fi
      kubectl get namespace "$name" >/dev/null 2>&1 || make_namespace "$name" "$uid" "$owner"
    done
}

while :; do
  watch_profiles &
  wait $!
  sleep 2 &
  wait $!
done
