# MinIO's keys: an empty secret-key becomes a random one that the charm keeps. Consumers get them by relation.
minio_hook() {
  access_key=$(config-get access-key)
  secret_key=$(config-get secret-key)
  [ -n "$secret_key" ] || secret_key=$(kept_random secret-key)
  for id in $(living object-storage); do
    tell "$id" access-key "$access_key" secret-key "$secret_key" namespace "$model" port "$(config-get port)" secure false service "$app"
  done
}
