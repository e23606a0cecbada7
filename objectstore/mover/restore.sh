# Restoring objects from the backup, and the test of it. Each is written under its own key into a scratch bucket, read
# again, and its content and metadata are held against the records. Users' buckets are never written to.
scratch=ckf-upgrade-restore-test-$(printf %s "$HOP" | tr . -)
scratch_mark=.ckf-upgrade-restore-test
# An object that is larger is not written: the store needs room for it.
restore_limit=${RESTORE_LIMIT:-1073741824}
# Nor more of all than a tenth of what the store's volume has left: S3 does not tell, its size and the objects do. A full store answers users with 507.
store_bytes=${STORE_BYTES:-}

# Prints to rclone what metadata the backup recorded of the object that it is about to write.
# https://rclone.org/docs/#metadata-mapper
cat >"$work/mapper" <<'MAPPER'
key=$(sed -n 's/^[[:space:]]*"Remote": "\(.*\)",$/\1/p')
line=$(grep -F "{\"Path\":\"$BUCKET/$key\"," "$METADATA" || true)
case $line in
  # "btime" and "tier" are the store's own words.
  *',"Metadata":'*) printf '%s\n' "$line" | sed 's/.*,"Metadata":/{"Metadata":/; s/"btime":"[^"]*",\{0,1\}//; s/,\{0,1\}"tier":"[^"]*"//' ;;
  *) echo '{"Metadata":{}}' ;;
esac
MAPPER

# restore_objects <bucket> <remote of the bucket to write to> [more flags]
restore_objects() {
  from=$1
  to=$2
  shift 2
  BUCKET=$from METADATA=$records/metadata.jsonl loud rclone copy "$objects/$from" "$to" --ignore-times --metadata --metadata-mapper "sh $work/mapper" "$@"
}

# Removes the scratch bucket of an interrupted test, when it is one.
clear_scratch() {
  list "$work/buckets" rclone lsf --dirs-only store: || fail "the buckets of $RCLONE_CONFIG_STORE_ENDPOINT cannot be listed ($(reason)): is the object store up, are its credentials those of the Secret?"
  grep -q -x -F "$scratch/" "$work/buckets" || return 0
  list "$work/there" rclone lsf -R --files-only "store:$scratch" || fail "bucket $scratch cannot be listed ($(reason))"
  [ ! -s "$work/there" ] || grep -q -x -F "$scratch_mark" "$work/there" || fail "bucket $scratch exists and is not from a restore test of this program: it is left as it is. Give it another name"
  list "$work/purged" rclone purge "store:$scratch" || fail "the bucket of an earlier restore test, $scratch, cannot be removed ($(reason))"
}

# Bytes that the sample may take in all.
restore_room() {
  if [ -z "$store_bytes" ]; then echo "$restore_limit"; return 0; fi
  awk -v all="$store_bytes" -v limit="$restore_limit" '{ used += $1 } END { room = (all - used) / 10; if (room > limit) room = limit; printf "%.0f", room < 0 ? -1 : room }' "$records/sizes"
}

# "<bytes> <name>" of the sample: the largest, an empty one, odd-named ones, some with metadata, and eight that the digest decides.
choose_sample() {
  awk -v limit="$restore_limit" '$1 + 0 <= limit + 0' "$records/sizes" | sort -k 2 >"$work/eligible"
  eligible=$(count "$work/eligible")
  [ "$eligible" -gt 0 ] || return 0
  comparable_metadata <"$records/metadata.jsonl" | grep -v '"Metadata":{\("content-type":"[^"]*"\)\{0,1\}}}$' | json_path | head -n 3 >"$work/with-metadata" || true
  {
    awk -v names="$work/with-metadata" 'BEGIN { while ((getline name < names) > 0) wanted[name] = 1 } substr($0, index($0, " ") + 1) in wanted' "$work/eligible"
    sort -n -r "$work/eligible" | head -n 1
    grep '^0 ' "$work/eligible" | head -n 1 || true
    grep -v '^[0-9]* [A-Za-z0-9._/-]*$' "$work/eligible" | head -n 3 || true
    # The first digits of the digest say where to begin: another content, another sample.
    start=$(printf '%d' "0x$(digest "$records/manifest.sha256" | cut -c 1-6)")
    awk -v start="$start" -v count="$eligible" '
      BEGIN { step = int(count / 8); if (step < 1) step = 1 }
      (NR - 1) % step == start % step && picked++ < 8
    ' "$work/eligible"
  } | sort -u | sort -n | awk -v room="$(restore_room)" '{ sum += $1 } sum <= room + 0' >"$work/sample"
  [ -s "$work/sample" ] || say "the store's volume has no room for a restore test: none was made"
}

restore_sample() {
  choose_sample
  [ -s "$work/sample" ] || return 0
  cut -d ' ' -f 2- "$work/sample" | sort >"$work/sample.names"
  phase="restore test"
  total_bytes=$(sum_first_column "$work/sample")
  say "restoring $(count "$work/sample") objects, $(sum_first_column "$work/sample") bytes, into bucket $scratch"
  list "$work/made" rclone mkdir "store:$scratch" || fail "the scratch bucket of the restore test cannot be made ($(reason))"
  printf '' | list "$work/made" rclone rcat "store:$scratch/$scratch_mark" || fail "the scratch bucket of the restore test cannot be written to ($(reason))"
  : >"$work/restored"
  : >"$work/restored.metadata"
  cut -d / -f 1 "$work/sample.names" | sort -u >"$work/sample.buckets"
  while IFS= read -r one; do
    awk -v prefix="$one/" 'index($0, prefix) == 1 { print substr($0, length(prefix) + 1) }' "$work/sample.names" >"$work/keys"
    restore_objects "$one" "store:$scratch" --files-from-raw "$work/keys" || say "not every object of the sample could be written back ($(reason))"
    hashes "$work/hashes" "store:$scratch" --files-from-raw "$work/keys"
    sed "s|^\(.\{66\}\)|\1$one/|" "$work/hashes" >>"$work/restored"
    list "$work/metadata" rclone lsjson -R -M --files-only --no-modtime --files-from-raw "$work/keys" "store:$scratch" || fail "the metadata of the restored objects cannot be read ($(reason))"
    json_lines <"$work/metadata" | sed "s|^{\"Path\":\"|&$one/|" >>"$work/restored.metadata"
    list "$work/purged" rclone delete "store:$scratch" --exclude "/$scratch_mark" || fail "the scratch bucket of the restore test cannot be emptied ($(reason))"
  done <"$work/sample.buckets"
  list "$work/purged" rclone purge "store:$scratch" || fail "the scratch bucket of the restore test, $scratch, cannot be removed ($(reason))"

  awk -v names="$work/sample.names" 'BEGIN { while ((getline name < names) > 0) wanted[name] = 1 } substr($0, 67) in wanted' "$records/manifest.sha256" >"$work/sample.hashes"
  sort "$work/restored" >"$work/restored.sorted"
  compare "$work/sample.hashes" "$work/restored.sorted" ""
  comparable_metadata <"$records/metadata.jsonl" | sort >"$work/metadata.then"
  comparable_metadata <"$work/restored.metadata" | sort >"$work/metadata.now"
  cut -d ' ' -f 2- "$work/differences" | sort >"$work/differing"
  only "$work/metadata.now" "$work/metadata.then" | json_path | sort >"$work/other-metadata"
  only "$work/other-metadata" "$work/differing" | sed 's/^/metadata /' >>"$work/differences"
  sed -i 's/^\([a-z]*\) /\1 after it was restored, /' "$work/differences"
}

# Metadata as a restored object can be held against it: without the store's own words, and without the time that rclone adds to what it writes.
comparable_metadata() { sed 's/"btime":"[^"]*",\{0,1\}//; s/,\{0,1\}"tier":"[^"]*"//; s/,\{0,1\}"mtime":"[^"]*"//'; }
