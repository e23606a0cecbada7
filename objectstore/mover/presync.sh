# Fills the copy of a volume while its application serves, in passes: each copies what changed during the one before.
passes=0
copied=0
copied_bytes=0
while :; do
  passes=$((passes + 1))
  # What changes or vanishes while it is copied is the next pass's.
  loud rclone sync "$source" "$destination" --delete-before --create-empty-src-dirs --metadata --ignore-checksum --local-no-check-updated --combined "$work/combined" "$@" || say "not every file could be copied ($(reason))"
  flush "$destination"
  grep '^[+*] ' "$work/combined" | cut -b 3- >"$work/moved" || true
  (cd "$destination" && while IFS= read -r name; do stat -c %s "$name" 2>/dev/null || true; done) <"$work/moved" >"$work/sizes"
  remaining=$(count "$work/moved")
  remaining_bytes=$(sum_first_column "$work/sizes")
  copied=$((copied + remaining))
  copied_bytes=$((copied_bytes + remaining_bytes))
  say "pass $passes: $remaining files, $remaining_bytes bytes"
  [ "$remaining" -gt 100 ] && [ "$passes" -lt 5 ] || break
done

: >"$work/differences"
hashes "$work/found" "$destination" "$@"
list "$work/sizes" rclone lsf -R --files-only --format s "$destination" "$@" || fail "the destination cannot be listed ($(reason))"
printf '{"job":"%s","mover":"%s","resumed":"%s","format":"%s","objects":%s,"bytes":%s,"digest":"%s","passes":%s,"copied":%s,"copiedBytes":%s,"remaining":%s,"remainingBytes":%s,%s}\n' "$job" "$mover" "$resumed" "$format" \
  "$(count "$work/found")" "$(sum_first_column "$work/sizes")" "$(digest "$work/found")" "$passes" "$copied" "$copied_bytes" "$remaining" "$remaining_bytes" "$(tallies)" >"$work/result"
cat "$work/result"
cat "$work/result" >"$result_file"
