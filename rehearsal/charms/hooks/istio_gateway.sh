# istio-gateway makes Deployment and Service <app>-workload once it is related to istio-pilot, and deletes them when it is removed.
# The address is what MetalLB would give: Charmed Kubeflow asks for a load balancer.
istio_gateway_work() {
  apply workload.json
  if [ "$(config-get gateway_service_type)" = LoadBalancer ]; then
    kubectl patch service "$app-workload" --subresource=status --type=merge \
      -p '{"status":{"loadBalancer":{"ingress":[{"ip":"10.64.140.43"}]}}}'
  fi
  # istio-pilot looks for the Service when a word of the relation changes.
  for id in $(living istio-pilot); do tell "$id" gateway "$app-workload" version "$VERSION"; done
}

istio_gateway_remove() { delete workload.json; }
