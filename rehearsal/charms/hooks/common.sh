# Shared by all charms. POSIX sh, as busybox has it. A status is "word|message".
app=${JUJU_UNIT_NAME%/*}
model=$JUJU_MODEL_NAME

fail() {
  juju-log --log-level ERROR "$1"
  exit 1
}

# Calls a function of every rule that has it.
each() {
  for rule in $RULES; do
    if command -v "${rule}_$1" >/dev/null; then "${rule}_$1"; fi
  done
}

# Faults that a rehearsal has switched on at its Charmhub: "fail <message>" or "skip". By nc, because the wget of a static busybox crashes.
injected_fault() {
  fault=$(printf 'GET /faults?model=%s&application=%s&hook=%s HTTP/1.0\r\n\r\n' "$model" "$app" "$hook" |
    timeout 3 nc "$FAULTS_HOST" "$FAULTS_PORT" 2>/dev/null | sed '1,/^\r*$/d') || fault=
  case $fault in
  skip) exit 0 ;;
  fail*) fail "${fault#fail }" ;;
  esac
}

# Relations of an endpoint, without the one that is being broken just now.
living() {
  for id in $(relation-ids "$1" </dev/null); do
    case $hook in *-relation-broken) [ "$id" != "$JUJU_RELATION_ID" ] || continue ;; esac
    echo "$id"
  done
}

# Gives words to the other side of a relation: `tell ID key value ...`. By standard input: arguments of processes are for everybody to see.
tell() {
  id=$1
  shift
  while [ $# -gt 1 ]; do
    printf "%s: '%s'\n" "$1" "$(printf '%s\n' "$2" | sed "s/'/''/g")"
    shift 2
  done | relation-set -r "$id" --file -
}

related() { [ -n "$(living "$1")" ]; }

# A word of the other side of an endpoint's relation.
remote() {
  for id in $(living "$1"); do
    for unit in $(relation-list -r "$id"); do
      relation-get -r "$id" "$2" "$unit"
      return
    done
  done
}

# The status of the first need or conflict in relations.txt, or of a rule's own need.
missing() {
  while IFS='|' read -r kind status message endpoints; do
    present=0
    absent=0
    for endpoint in $endpoints; do
      if related "$endpoint"; then present=$((present + 1)); else absent=$((absent + 1)); fi
    done
    case $kind:$present:$absent in need:0:* | conflict:*:0)
      echo "$status|$message"
      return
      ;;
    esac
  done <relations.txt
  each needs
}

# The path of a resource's image.
image() { sed -n 's/^registrypath: *//p' "$(resource-get "$1")" | tr -d \"; }

# Standard input as a JSON string.
as_json() { sed 's/\\/\\\\/g; s/"/\\"/g; s/	/\\t/g' | awk 'BEGIN { printf "\"" } NR > 1 { printf "\\n" } { printf "%s", $0 } END { printf "\"" }'; }

# A variable's value in base64.
encoded() { eval "printf %s \"\$$1\"" | base64 | tr -d '\n'; }

keys_hash() { printf '%s %s' "$access_key" "$secret_key" | sha256sum | cut -c 1-16; }

# 30 random characters, kept by Juju for the unit, so that another application has others (facts: MinIO's key).
kept_random() {
  value=$(state-get "$1")
  if [ -z "$value" ]; then
    value=$(tr -dc A-Z0-9 </dev/urandom | head -c 30)
    state-set "$1=$value"
  fi
  printf %s "$value"
}

# A file with the variables and calls in it filled in.
rendered() {
  eval "cat <<RENDERED
$(cat "$1")
RENDERED"
}

apply() {
  [ -f "$1" ] || return 0
  rendered "$1" | kubectl apply --server-side --force-conflicts --field-manager="$app" -f -
}

delete() {
  [ -f "$1" ] || return 0
  rendered "$1" | kubectl delete --ignore-not-found --wait=false -f -
}

# wait_until SECONDS COMMAND...
wait_until() {
  left=$1
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$left" -gt 0 ] || return 1
    sleep 5
    left=$((left - 5))
  done
}

set_pod_spec() {
  [ -f podspec.json ] || return 0
  rendered podspec.json >/tmp/podspec.json
  pod-spec-set --file /tmp/podspec.json
}

# Has Pebble start what the container of a sidecar runs; before that container is up there is nothing to start.
start_program() {
  [ -f layer.json ] || return 0
  export PEBBLE_SOCKET="/charm/containers/$CONTAINER/pebble.socket"
  pebble services >/dev/null 2>&1 || return 0
  rendered layer.json >/tmp/layer.json
  pebble add rehearsal --combine /tmp/layer.json
  pebble replan
}

pebble() { /charm/bin/pebble "$@"; }
