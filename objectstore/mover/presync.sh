# Fills the copy of a volume while its application serves, in passes: each copies what changed during the one before, then
# reads on both sides what is not known to be equal. What is equal and on the disk is written down, so that the stopped
# phase has to read only what was touched since. A change shows in a file's ctime, which nobody can set.
limit=5
passes=0
copied=0
copied_bytes=0
: >"$work/wrong"

# What changes or vanishes while it is copied is the next pass's. A file that cannot be read never gets better.
tolerate() {
  grep 'ERROR *: ' "$work/messages" | grep -v -e 'Attempt [0-9/]* ' -e 'not deleting ' -e 'no such file' -e 'not found' -e 'being updated' -e 'sizes differ' >"$work/serious" || true
  [ ! -s "$work/serious" ] || fail "the source volume cannot be read: $(head -n 1 "$work/serious" | sed 's/.* ERROR *: //'). Nothing was stopped. Repair or remove it, then run the upgrade again"
  grep -q 'ERROR *: ' "$work/messages" || fail "not every file could be copied ($(reason)); run the upgrade again to go on from here"
  say "some files changed while they were copied, the next pass has them"
}

# Writes down what is equal. What was changed in the second before the look may change again without showing it.
record() {
  awk -F "$tab" -v moment="$1" '
    FILENAME == ARGV[1] { otherwise[$0]; next }
    FILENAME == ARGV[2] { hash[substr($0, 67)] = substr($0, 1, 64); next }
    NF != 5 || !($1 in hash) || ($1 in otherwise) || substr($5, 1, 19) >= moment { next }
    FILENAME == ARGV[3] { there[$1] = $2 " " $3 " " $4 " " $5; next }
    $1 in there { print $1 FS hash[$1] " " $2 " " $3 " " $4 " " $5 " / " there[$1] }
  ' "$work/otherwise.names" "$work/proven" "$work/state.destination" "$work/state.source" >"$work/verified"
  publish "$marker/verified" <"$work/verified" || not_written
}

: >"$work/otherwise.names"
while :; do
  passes=$((passes + 1))
  phase="copy, pass $passes"
  began=$(date +%s)
  { [ "$passes" -gt 1 ] && [ ! -s "$work/odd" ]; } || carry_links
  look "$source" "$work/state.source"
  [ "$(files_of_source)" -gt 0 ] || fail "the source volume holds no file: a copy of it proves nothing. Nothing was stopped. Is this the node and the folder that the application writes to? Where it has no data, take it out of the setting volumes"
  refuse_coarse_times
  # Of what is there already nobody knows the bytes before rclone does.
  [ "$passes" -gt 1 ] || [ "$resumed" = partial ] || total_bytes=$(awk -F "$tab" '$2 ~ /^8/ { sum += $3 } END { printf "%.0f", sum }' "$work/state.source")
  sync_volume --local-no-check-updated "$@" || tolerate
  [ ! -s "$work/wrong" ] || loud rclone copy "$source" "$destination" --files-from-raw "$work/wrong" --no-traverse --ignore-times --metadata --ignore-checksum --local-no-check-updated || tolerate
  special_bits
  dress_volume
  flush "$destination"
  sleep 1
  moment=$(date '+%Y-%m-%d %H:%M:%S')
  # Of what is mapped into memory only the first write since the last flush shows in the ctime.
  flush "$source"
  sleep 1
  look_at_both
  judge "$work/state.destination" "$work/state.source"
  unproven "$@" >"$work/fresh"
  phase="check, pass $passes"
  total_bytes=$(bytes_of "$work/fresh")
  hash_both "$work/fresh"
  only "$work/expected.fresh" "$work/found.fresh" >"$work/unequal"
  only "$work/expected.fresh" "$work/unequal" | sort - "$work/kept" >"$work/proven"
  cut -b 67- "$work/unequal" >"$work/wrong"
  cut -b 67- "$work/found.fresh" >"$work/read"
  settle "$work/read"
  record "$moment"
  grep '^[+*] ' "$work/combined" | cut -b 3- >"$work/moved" || true
  remaining=$(count "$work/moved")
  remaining_bytes=$(bytes_of "$work/moved")
  total_bytes=0
  copied=$((copied + remaining))
  copied_bytes=$((copied_bytes + remaining_bytes))
  say "pass $passes: $remaining files, $remaining_bytes bytes copied; $(count "$work/verified") files verified"
  [ "$passes" -lt "$limit" ] || break
  # Small is what a stopped phase copies in seconds. During a short pass not much can have changed.
  [ $(($(date +%s) - began)) -gt 60 ] || [ -s "$work/wrong" ] || break
  [ "$remaining" -gt $((100 + $(count "$work/proven") / 100)) ] || [ "$remaining_bytes" -gt $((67108864 + copied_bytes / 100)) ] || [ -s "$work/wrong" ] || break
done

# Attributes that only rclone shows: a file whose attributes differ is not taken for verified, folders that have any ask
# for a whole comparison. Most volumes have none.
inventory "$work/inventory.source" "$source" "$@"
if attributed >"$work/attributed"; then
  described_otherwise "$@" >"$work/otherwise.names"
  record "$moment"
  ! grep -q '"IsDir":true' "$work/attributed" || : | publish "$marker/thorough" || not_written
fi

: >"$work/differences"
awk -F "$tab" '{ print substr($2, 1, 64) "  " $1 }' "$work/verified" | sort >"$work/manifest"
printf '{"job":"%s","mover":"%s","node":"%s","resumed":"%s","format":"%s","objects":%s,"bytes":%s,"digest":"%s","passes":%s,"copied":%s,"copiedBytes":%s,"remaining":%s,"remainingBytes":%s,%s}\n' "$job" "$mover" "${NODE_NAME:-}" "$resumed" "$format" \
  "$(count "$work/manifest")" "$(awk -F "$tab" '{ split($2, its, " "); sum += its[4] } END { printf "%.0f", sum }' "$work/verified")" "$(digest "$work/manifest")" "$passes" "$copied" "$copied_bytes" "$remaining" "$remaining_bytes" "$(tallies)" >"$work/result"
cat "$work/result"
cat "$work/result" >"$result_file"
