# Copies every object of every bucket to the backup, proves the copy by reading it back, and proves that it can be
# restored: a sample is written from it into a scratch bucket of the store and read again.
#
# $base/records/manifest.sha256  "<hash>  <bucket>/<key>" as read through S3, sorted by bytes
#              /sizes            "<bytes> <bucket>/<key>"
#              /buckets          one a line, empty ones too
#              /metadata.jsonl   content type and user metadata of each object, one JSON object a line
#              /complete.json    result; written last
#
# With KEEP=manifest, where somebody else has the copy, only the records are made: there is nothing to read back or to restore.
keep=${KEEP:-objects}
volume=$base
[ -n "${BACKUP_BUCKET:-}" ] || mkdir -p "$objects" || fail "cannot make a folder on the backup claim, at $objects"
fetch_records

# "<hash>  <name>" of what the backup holds now into $work/found.
read_back() {
  phase="check of the backup"
  if [ "$keep" = objects ]; then hashes "$work/found" "$objects"; else cp "$records/manifest.sha256" "$work/found"; fi
}

if [ -f "$records/complete.json" ]; then
  say "this backup is complete; it is read back and left as it is"
  grep -q "\"kept\":\"$keep\"" "$records/complete.json" || fail "the complete backup in $place is not one of KEEP=$keep: the settings of the declared backup changed since. Put them back, or delete what is there and run again"
  check_records
  total_bytes=$(sum_first_column "$records/sizes")
  read_back
  compare "$records/manifest.sha256" "$work/found" ""
  tell
  sed "s/\"copied\":[0-9]*/\"copied\":0/; s/\"resumed\":\"[a-z]*\"/\"resumed\":\"complete\"/; s/\"differing\":.*\"changed\":[0-9]*/$(tallies)/" "$records/complete.json" | tee "$work/result"
  cat "$work/result" >"$result_file"
  end_unequal
  exit 0
fi

resumed=fresh
if_there rclone lsf "$objects" >"$work/there" || fail "$place cannot be read ($(reason))"
[ ! -s "$work/there" ] || resumed=partial
clear_scratch
refuse_own_store

# What the store holds now: buckets, names and sizes.
survey() {
  list "$work/buckets" rclone lsf --dirs-only store: || fail "the buckets of $RCLONE_CONFIG_STORE_ENDPOINT cannot be listed ($(reason)): is the object store up, are its credentials those of the Secret?"
  sed 's|/$||' "$work/buckets" | sort >"$records/buckets"
  list "$work/sizes" rclone lsf -R --files-only --format sp --separator ' ' store: || fail "the objects of $RCLONE_CONFIG_STORE_ENDPOINT cannot be listed ($(reason))"
  sort "$work/sizes" >"$records/sizes"
  cut -d ' ' -f 2- "$records/sizes" | sort >"$work/names"
  # Empty ones are folders, and listed as such. With content they are objects that no file can stand for.
  ! grep '/$' "$work/names" >"$work/unfit" || fail "objects whose name ends in \"/\" have content and cannot be files of a backup: $(head -n 5 "$work/unfit" | tr '\n' ' '). Give them another name, then run the upgrade again"
}

survey
[ "$keep" = manifest ] || refuse_long_names "$work/names"
if [ -z "${BACKUP_BUCKET:-}" ] && [ "$keep" = objects ]; then
  need=$(($(sum_first_column "$records/sizes") / 1024 + $(count "$work/names") * 4))
  have=$(($(free_kib "$base") + $(used_kib "$objects")))
  [ "$need" -le "$have" ] || fail "the backup needs $need KiB and its claim has $have KiB for it: nothing was copied. Set backupSizeMiB to $((need / 1024 * 5 / 4 + 64)) or more"
fi
total_bytes=$(sum_first_column "$records/sizes")
say "$(count "$records/buckets") buckets, $(count "$work/names") objects, $total_bytes bytes"

copy_objects() {
  phase=copy
  loud rclone sync store: "$objects" --create-empty-src-dirs --backup-dir "$base/superseded" --combined "$work/combined" || fail "not every object could be copied ($(reason)); run the upgrade again to go on from here"
  [ ! -s "$work/differing" ] || loud rclone copy store: "$objects" --files-from-raw "$work/differing" --ignore-times || fail "not every object could be copied again ($(reason))"
  copied=$((copied + $(grep -c '^[+*] ' "$work/combined" || true)))
}

# The store may be in use: what changed between copy and check is copied again, three times at most.
pass=1
copied=0
: >"$work/differing"
while :; do
  [ "$keep" = manifest ] || copy_objects
  say "reading every object of the store, and its copy where one is kept"
  phase="check of the store"
  hashes "$records/manifest.sha256" store:
  read_back
  survey
  cut -b 67- "$records/manifest.sha256" | sort >"$work/hashed"
  compare "$records/manifest.sha256" "$work/found" ""
  only "$work/names" "$work/hashed" | sed 's/^/unreadable /' >>"$work/differences"
  cut -d ' ' -f 2- "$work/differences" >"$work/differing"
  [ -s "$work/differences" ] || break
  [ "$pass" -lt 3 ] || break
  say "$(count "$work/differences") objects changed meanwhile or were not right; pass $((pass + 1))"
  pass=$((pass + 1))
done

list "$work/metadata" rclone lsjson -R -M --files-only --no-modtime store: || fail "the metadata of the objects cannot be read ($(reason))"
json_lines <"$work/metadata" | sort >"$records/metadata.jsonl"

: >"$work/sample"
if [ ! -s "$work/differences" ]; then
  [ "$keep" = manifest ] || flush_there "$objects"
  for record in buckets manifest.sha256 metadata.jsonl sizes; do put "$records/$record" "records/$record"; done
  [ "$keep" = manifest ] || restore_sample
fi

tell
printf '{"job":"%s","mover":"%s","resumed":"%s","kept":"%s","buckets":%s,"objects":%s,"bytes":%s,"digest":"%s","records":"%s","copied":%s,"restored":%s,"restoredBytes":%s,%s}\n' "$job" "$mover" "$resumed" "$keep" \
  "$(count "$records/buckets")" "$(count "$records/manifest.sha256")" "$(sum_first_column "$records/sizes")" "$(digest "$records/manifest.sha256")" "$(records_digest)" \
  "$copied" "$(count "$work/sample")" "$(sum_first_column "$work/sample")" "$(tallies)$(first)" >"$work/result"
[ -s "$work/differences" ] || put "$work/result" records/complete.json
cat "$work/result"
cat "$work/result" >"$result_file"
end_unequal
