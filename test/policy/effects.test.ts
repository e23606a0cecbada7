import { type Effects, effectsOf } from "../../policy/effects";

const none: Effects = { removes: [], deletesVolumes: [], forces: [], applications: [], deletesDefinitions: [] };

test.each<[string, Partial<Effects>]>([
  ["juju remove-application minio", { removes: ["juju remove-application minio"], applications: ["minio"] }],
  ["juju -m kubeflow remove-application a b --no-prompt", { removes: ["juju -m kubeflow remove-application a b --no-prompt"], applications: ["a", "b"] }],
  ["/snap/bin/juju remove-relation a b", { removes: ["/snap/bin/juju remove-relation a b"] }],
  ["juju remove-application minio --destroy-storage", { removes: ["juju remove-application minio --destroy-storage"], deletesVolumes: ["juju remove-application minio --destroy-storage"], applications: ["minio"] }],
  ["juju remove-storage minio-data/0", { removes: ["juju remove-storage minio-data/0"], deletesVolumes: ["juju remove-storage minio-data/0"] }],
  ["juju refresh minio --force-units", { forces: ["juju refresh minio --force-units"] }],
  ["kubectl -n kubeflow delete pvc a", { removes: ["kubectl -n kubeflow delete pvc a"], deletesVolumes: ["kubectl -n kubeflow delete pvc a"] }],
  ["kubectl delete pvc/a,deploy/b", { removes: ["kubectl delete pvc/a,deploy/b"], deletesVolumes: ["kubectl delete pvc/a,deploy/b"] }],
  ["microk8s.kubectl delete ns admin", { removes: ["microk8s.kubectl delete ns admin"], deletesVolumes: ["microk8s.kubectl delete ns admin"] }],
  ["microk8s kubectl delete pv a", { removes: ["kubectl delete pv a"], deletesVolumes: ["kubectl delete pv a"] }],
  ["kubectl delete -f all.yaml", { removes: ["kubectl delete -f all.yaml"], deletesVolumes: ["kubectl delete -f all.yaml"] }],
  ["kubectl delete crd notebooks.kubeflow.org", { removes: ["kubectl delete crd notebooks.kubeflow.org"], deletesDefinitions: ["kubectl delete crd notebooks.kubeflow.org"] }],
  ["kubectl delete pod a", {}],
  ["kubectl delete pod a --grace-period=0 --force", { forces: ["kubectl delete pod a --grace-period=0 --force"] }],
  ["kubectl patch profile admin -p '{\"metadata\":{\"finalizers\":null}}'", { forces: ["kubectl patch profile admin -p {\"metadata\":{\"finalizers\":null}}"] }],
  ["kubectl patch pv a -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}'", { deletesVolumes: ["kubectl patch pv a -p {\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}"] }],
  ["set -e\nx=$(juju remove-unit a/0 --force) && echo done", { removes: ["juju remove-unit a/0 --force"], forces: ["juju remove-unit a/0 --force"] }],
  ["bash -c 'kubectl delete pvc a'", { removes: ["kubectl delete pvc a"], deletesVolumes: ["kubectl delete pvc a"] }],
  ["timeout 60 rclone purge store:bucket", { removes: ["rclone purge store:bucket"] }],
  ["mc rb --force store/bucket", { removes: ["mc rb --force store/bucket"] }],
  ["rm -rf /data", { removes: ["rm -rf /data"] }],
  ["rm note.txt; echo juju", {}],
  ["juju status --format json | jq .applications", {}],
  ["kubectl get pvc -A", {}],
])("%s", (line, effects) => {
  expect(effectsOf(line)).toEqual({ ...none, ...effects });
});
