# kfp-profile-controller takes MinIO's keys from the relation; its workload (programs/profile-secrets.sh) spreads them.
profile_secrets_hook() {
  access_key=$(remote object-storage access-key)
  secret_key=$(remote object-storage secret-key)
}

profile_secrets_needs() { [ -n "$secret_key" ] || echo "waiting|Waiting for object-storage relation data"; }
