#!/bin/sh
# Starts a node in namespaces of its own, waits for its end and removes what namespaces do not take away: its cgroups.
#
# usage: keeper.sh CGROUP NODE_SCRIPT ARGUMENT...
set -u
cgroup=$1
shift
unshare --mount --pid --net --fork --mount-proc --propagation private /bin/sh "$@"
code=$?
# A process that has just ended can hold its cgroup for a moment longer.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  left=$(find /sys/fs/cgroup -maxdepth 3 -type d -name "$cgroup" 2>/dev/null)
  [ -n "$left" ] || break
  [ "$attempt" = 1 ] || sleep 0.2
  for folder in $left; do find "$folder" -depth -type d -exec rmdir {} \; 2>/dev/null; done
done
exit $code
