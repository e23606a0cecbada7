# knative-serving and knative-eventing make one custom resource, in the namespace and with the version that their options say
# (https://github.com/canonical/knative-operators, early 2023).
knative_needs() { [ -n "$(config-get namespace)" ] || echo 'blocked|Config item `namespace` must be set'; }

knative_work() {
  wait_until 60 kubectl get crd "$KNATIVE_DEFINITION" || fail "knative-operator has not made $KNATIVE_DEFINITION yet"
  kubectl create namespace "$(config-get namespace)" --dry-run=client -o yaml |
    kubectl apply --server-side --force-conflicts --field-manager="$app" -f -
  apply knative.json
}

knative_remove() { delete knative.json; }
