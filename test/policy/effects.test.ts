import { type Effects, effectsOf } from "../../policy/effects";

const none: Effects = {
  changes: [],
  deletesVolumes: [],
  forces: [],
  applications: [],
  stops: [],
  refreshes: [],
  deploys: [],
  deletesDefinitions: [],
};

test.each<[string, Partial<Effects>]>([
  ["juju remove-application minio", { changes: ["juju remove-application minio"], applications: ["minio"] }],
  [
    "juju -m kubeflow remove-application a b --no-prompt",
    { changes: ["juju -m kubeflow remove-application a b --no-prompt"], applications: ["a", "b"] },
  ],
  ["/snap/bin/juju remove-relation a b", { changes: ["/snap/bin/juju remove-relation a b"] }],
  [
    "juju remove-application minio --destroy-storage",
    {
      changes: ["juju remove-application minio --destroy-storage"],
      deletesVolumes: ["juju remove-application minio --destroy-storage"],
      applications: ["minio"],
    },
  ],
  [
    "juju remove-storage minio-data/0",
    { changes: ["juju remove-storage minio-data/0"], deletesVolumes: ["juju remove-storage minio-data/0"] },
  ],
  [
    "juju refresh minio --force-units",
    {
      changes: ["juju refresh minio --force-units"],
      refreshes: [{ application: "minio", channel: "" }],
      forces: ["juju refresh minio --force-units"],
    },
  ],
  [
    "kubectl -n kubeflow delete pvc a",
    { changes: ["kubectl -n kubeflow delete pvc a"], deletesVolumes: ["kubectl -n kubeflow delete pvc a"] },
  ],
  [
    "kubectl delete pvc/a,deploy/b",
    { changes: ["kubectl delete pvc/a,deploy/b"], deletesVolumes: ["kubectl delete pvc/a,deploy/b"] },
  ],
  [
    "microk8s.kubectl delete ns admin",
    { changes: ["microk8s.kubectl delete ns admin"], deletesVolumes: ["microk8s.kubectl delete ns admin"] },
  ],
  ["microk8s kubectl delete pv a", { changes: ["kubectl delete pv a"], deletesVolumes: ["kubectl delete pv a"] }],
  [
    "kubectl delete -f all.yaml",
    { changes: ["kubectl delete -f all.yaml"], deletesVolumes: ["kubectl delete -f all.yaml"] },
  ],
  [
    "kubectl delete crd notebooks.kubeflow.org",
    {
      changes: ["kubectl delete crd notebooks.kubeflow.org"],
      deletesDefinitions: ["kubectl delete crd notebooks.kubeflow.org"],
    },
  ],
  ["kubectl delete pod a", {}],
  ["kubectl delete pod a --grace-period=0 --force", { forces: ["kubectl delete pod a --grace-period=0 --force"] }],
  [
    'kubectl patch profile admin -p \'{"metadata":{"finalizers":null}}\'',
    {
      changes: ['kubectl patch profile admin -p {"metadata":{"finalizers":null}}'],
      forces: ['kubectl patch profile admin -p {"metadata":{"finalizers":null}}'],
    },
  ],
  [
    'kubectl patch pv a -p \'{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}\'',
    {
      changes: ['kubectl patch pv a -p {"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'],
      deletesVolumes: ['kubectl patch pv a -p {"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'],
    },
  ],
  [
    "set -e\nx=$(juju remove-unit a/0 --force) && echo done",
    { changes: ["juju remove-unit a/0 --force"], forces: ["juju remove-unit a/0 --force"] },
  ],
  ["bash -c 'kubectl delete pvc a'", { changes: ["kubectl delete pvc a"], deletesVolumes: ["kubectl delete pvc a"] }],
  ["timeout 60 rclone purge store:bucket", { changes: ["rclone purge store:bucket"] }],
  ["mc rb --force store/bucket", { changes: ["mc rb --force store/bucket"] }],
  ["rm -rf /data", { changes: ["rm -rf /data"] }],
  ["rm note.txt; echo juju", {}],
  [
    "juju refresh istio-pilot --channel=1.16/stable",
    {
      changes: ["juju refresh istio-pilot --channel=1.16/stable"],
      refreshes: [{ application: "istio-pilot", channel: "1.16/stable" }],
    },
  ],
  [
    "juju deploy -m kubeflow ch:minio store --channel latest/edge",
    {
      changes: ["juju deploy -m kubeflow ch:minio store --channel latest/edge"],
      deploys: [{ charm: "minio", channel: "latest/edge" }],
    },
  ],
  ["juju config minio port=9001", { changes: ["juju config minio port=9001"] }],
  ["juju config minio port", {}],
  ["kubectl cp a-0:/data ./data", { changes: ["kubectl cp a-0:/data ./data"] }],
  ["mc mirror old new", { changes: ["mc mirror old new"] }],
  ["rclone lsf store:", {}],
  ["juju status --format json | jq .applications", {}],
  ["kubectl get pvc -A", {}],
])("%s", (line, effects) => {
  expect(effectsOf(line)).toEqual({ ...none, ...effects });
});
