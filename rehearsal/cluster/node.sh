#!/bin/sh
# First process of an embedded node. It runs in mount, PID and network namespaces of its own: when it ends, the kernel
# ends every process of the node and takes its mounts and links away.
#
# usage: node.sh NODE FOLDER...
#   NODE      folder that holds the node's own /run, /tmp and /var, its /etc files and its kernel settings
#   FOLDER... folders with executables, which must stay visible also where they lie below one of those
# On standard input hangs the life of whoever started it: its end ends the node, unless the word "keep" came first.
set -eu
node=$1
shift

cover() {
  for folder in "$@"; do
    case $folder in
      "/$root"/*)
        mkdir -p "$node$folder"
        mount --bind "$folder" "$node$folder"
        ;;
    esac
  done
  mount --rbind "$node/$root" "/$root"
}

# The root that holds NODE goes last: after it NODE can no longer be reached by its name.
own=
for root in run tmp var; do
  case $node in
    "/$root"/*) own=$root ;;
    *) cover "$@" ;;
  esac
done
# The kernel's settings belong to the machine; the node reads, and writes, files of its own in their place.
(cd "$node/sysctl" && find . -type f) | while read -r setting; do
  [ ! -e "/proc/sys/$setting" ] || mount --bind "$node/sysctl/$setting" "/proc/sys/$setting"
done
mount --bind "$node/etc/hosts" /etc/hosts
root=$own
[ -z "$own" ] || cover "$@"
mount --make-rshared /

exec 3<&0 </dev/null
echo ready
exec >&2
(
  word=
  read -r word <&3 || true
  [ "$word" = keep ] || kill -TERM 1
) &
exec 3<&-
trap 'exit 0' TERM
# Also collects the processes whose parents have ended, as process 1 must.
while :; do
  sleep 86400 &
  wait $! || true
done
