#!/bin/sh
# Starts a node in namespaces of its own, waits for its end and removes what namespaces do not take away: the cgroups
# of its containers, which containerd makes as /k8s.io/CONTAINER where kubelet names no parent for them.
#
# usage: keeper.sh NODE_SCRIPT NODE FOLDER...   (NODE and FOLDER as in node.sh)
set -u
containers=$2/run/containerd/io.containerd.runtime.v2.task/k8s.io
unshare --mount --pid --net --fork --mount-proc --propagation private /bin/sh "$@"
code=$?
# A process that has just ended can hold its cgroup for a moment longer.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  left=
  for container in "$containers"/*; do
    for cgroup in /sys/fs/cgroup/k8s.io/"${container##*/}" /sys/fs/cgroup/*/k8s.io/"${container##*/}"; do
      [ ! -d "$cgroup" ] || rmdir "$cgroup" 2>/dev/null || left=yes
    done
  done
  [ -n "$left" ] || break
  sleep 0.2
done
rmdir /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/k8s.io 2>/dev/null
exit $code
