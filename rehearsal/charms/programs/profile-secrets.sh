# kfp-profile-controller's sync: a Secret with MinIO's keys in every user's namespace (mlpipeline-minio-artifact).
trap 'exit 0' TERM INT

make_secret() {
  kubectl apply --server-side --force-conflicts --field-manager=kfp-profile-controller -f - <<SECRET
{
  "apiVersion": "v1",
  "kind": "Secret",
  "metadata": { "name": "${SECRET_NAME:-mlpipeline-minio-artifact}", "namespace": "$1" },
  "type": "Opaque",
  "stringData": { "accesskey": "$accesskey", "secretkey": "$secretkey" }
}
SECRET
}

# A watch ends after 20 s and begins again with every object, as a controller looks again at what failed.
watch_namespaces() {
  timeout 20 kubectl get namespaces -l pipelines.kubeflow.org/enabled=true --watch --output-watch-events \
    -o jsonpath='{.type}|{.object.metadata.deletionTimestamp}|{.object.metadata.name}{"\n"}' |
    while IFS='|' read -r event deleted name; do
      if [ "$event" = DELETED ] || [ -n "$deleted" ]; then continue; fi
      make_secret "$name"
    done
}

while :; do
  watch_namespaces &
  wait $!
  sleep 2 &
  wait $!
done
