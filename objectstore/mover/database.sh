# Writes a database's dump, which the container before this one made (databases/dump.sh), to the backup and reads it back.
#
# $base/databases/<application>/dump.sql.gz   every database of the application's server; not with KEEP=manifest
#                              /tables.tsv    what it held at that moment, one line each, with tabs between and the client's
#                                             escapes in names: table <schema> <name> <rows> <sum over its content, or "float">,
#                                             or database, view, sequence, trigger, procedure, function, event <schema> <name>
#                              /SHA256SUMS
#      /records/database-<application>.json   result; written last
keep=${KEEP:-objects}
folder=databases/$DATABASE
dump=$work/dump
volume=$base
fetch_records

# The list of $1, into $2. A survey ends with a line of its own, and two of its lines tell of one table.
tables() {
  [ "$(tail -n 1 "$1")" = end ] || fail "the list of what $DATABASE held ($(basename "$1")) was cut off: it proves nothing. Run again"
  sed '$d' "$1" | awk -F '\t' 'counted != "" { print counted FS $2; counted = ""; next } $1 == "table" { counted = $0; next } { print }' | sort >"$2"
}

: >"$work/not-restored"
if [ -f "$work/known" ]; then
  resumed=complete
  grep -q "\"kept\":\"$keep\"" "$work/known" || fail "the dump of $DATABASE in $place is not one of KEEP=$keep: the settings of the declared backup changed since. Put them back, or delete what is there and run again"
  fetch_sums "$folder"
  grep -q "\"digest\":\"$(digest "$work/SHA256SUMS")\"" "$work/known" || fail "the SHA256SUMS of $folder in $place was changed after the dump was proven: it proves nothing any more. Delete $folder and its record, and run again"
  list "$work/copied" rclone copyto "$base/$folder/tables.tsv" "$work/tables.tsv" || fail "$folder in $place has no tables.tsv any more ($(reason)): the backup proves nothing. Remove it and run again"
else
  resumed=fresh
  rm -rf "$work/keep"
  mkdir -p "$work/keep"
  tables "$dump/live" "$work/tables.tsv"
  cp "$work/tables.tsv" "$work/keep/tables.tsv"
  if [ "$keep" = objects ]; then
    tables "$dump/restored" "$work/restored.tsv"
    { only "$work/tables.tsv" "$work/restored.tsv"; only "$work/restored.tsv" "$work/tables.tsv"; } | cut -f 1-3 | sort -u | sed "s/^/restored /" | tr '\t' ' ' >"$work/not-restored"
    mv "$dump/dump.sql.gz" "$work/keep/dump.sql.gz"
  fi
  (cd "$work/keep" && sha256sum -- * | sort) >"$work/SHA256SUMS"
  cp "$work/SHA256SUMS" "$work/keep/SHA256SUMS"
  keep_files "$work/keep" "$folder"
fi
read_back "$folder" "$work/SHA256SUMS"
cat "$work/not-restored" >>"$work/differences"

sed 's/^/HOLDS /' "$work/tables.tsv"
tell
printf '{"job":"%s","mover":"%s","resumed":"%s","kept":"%s","objects":%s,"bytes":%s,"digest":"%s","held":"%s","rows":%s,%s}\n' "$job" "$mover" "$resumed" "$keep" \
  "$(count "$work/tables.tsv")" "$(sum_first_column "$work/sizes")" "$(digest "$work/SHA256SUMS")" "$(digest "$work/tables.tsv")" "$(awk -F '\t' '{ rows += $4 } END { printf "%.0f", rows }' "$work/tables.tsv")" "$(tallies)$(first)" >"$work/result"
[ -s "$work/differences" ] || [ "$resumed" = complete ] || put "$work/result" "records/database-$DATABASE.json"
cat "$work/result"
cat "$work/result" >"$result_file"
end_unequal
