# Writes what the program exported (config, revisions, custom resources) to the backup and reads it back.
#
# $RESOURCES_DIR/NN/part          a compressed tar, cut into parts that each fit a Secret
# $base/resources/SHA256SUMS      "<hash>  <path>" of every other file, sorted by bytes
#                /baseline.json, bundle.yaml, definitions.jsonl, namespaces.jsonl, absent.txt
#                /apply, /runs, /owned   custom resources by definition, one JSON object a line
#      /records/resources.json    result; written last
volume=$base
printf %s "$RESOURCES_DIGEST" | grep -q -E '^[0-9a-f]{64}$' || fail "no digest of exported resources was given, but \"$RESOURCES_DIGEST\""
fetch_records

resumed=fresh
if [ -f "$records/resources.json" ]; then
  resumed=complete
  fetch_sums resources
else
  mkdir -p "$work/export"
  cat "$RESOURCES_DIR"/*/part | gunzip | tar -xf - -C "$work/export" || fail "the exported resources are no compressed tar, or not all of it: is each Secret there? They are deleted once the backup is proven: where the backup was deleted since, delete ConfigMap ckf-upgrade-exported, too, and all Jobs of the backup, then run again"
  cp "$work/export/SHA256SUMS" "$work/SHA256SUMS"
fi
[ "$(digest "$work/SHA256SUMS")" = "$RESOURCES_DIGEST" ] || fail "the digest of the resources is $(digest "$work/SHA256SUMS"), the export has $RESOURCES_DIGEST: $place or the Secrets hold those of another export. A backup is never written over: remove what is not wanted, then run again"
[ "$resumed" = complete ] || keep_files "$work/export" resources
read_back resources "$work/SHA256SUMS"

tell
printf '{"job":"%s","mover":"%s","resumed":"%s","objects":%s,"bytes":%s,"digest":"%s",%s}\n' "$job" "$mover" "$resumed" \
  "$(count "$work/SHA256SUMS")" "$(sum_first_column "$work/sizes")" "$(digest "$work/SHA256SUMS")" "$(tallies)$(first)" >"$work/result"
[ -s "$work/differences" ] || [ "$resumed" = complete ] || put "$work/result" records/resources.json
cat "$work/result"
cat "$work/result" >"$result_file"
end_unequal
