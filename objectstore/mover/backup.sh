# Copies every object of every bucket to the backup claim and proves the copy by reading it back.
#
# $BACKUP_DIR/$HOP/objects/<bucket>/<key>   the objects
#                 /records/manifest.sha256  "<hash>  <bucket>/<key>" as read through S3, sorted by bytes
#                 /records/sizes            "<bytes> <bucket>/<key>"
#                 /records/buckets          one a line, empty ones too
#                 /records/metadata.jsonl   content type and user metadata of each object, one JSON object a line
#                 /records/complete.json    result; written last. A backup that has it is never written to again
#                 /superseded               what an interrupted earlier attempt had copied and the store no longer has
base=${BACKUP_DIR:-/backup}/$HOP
objects=$base/objects
records=$base/records
volume=$base
mkdir -p "$objects" "$records" || fail "cannot make a folder on the backup claim, at $base"

if [ -f "$records/complete.json" ]; then
  say "this backup is complete; it is read back and left as it is"
  hashes "$work/found" "$objects"
  compare "$records/manifest.sha256" "$work/found" ""
  [ "$(digest "$records/manifest.sha256")" = "$(sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/' "$records/complete.json")" ] || fail "the manifest of the backup at $base was changed after the backup was proven: the backup proves nothing. Delete the claim and run again"
  tell
  sed "s/\"copied\":[0-9]*/\"copied\":0/; s/\"resumed\":\"[a-z]*\"/\"resumed\":\"complete\"/; s/\"differing\":.*\"changed\":[0-9]*/$(tallies)/" "$records/complete.json" | tee "$work/result"
  cat "$work/result" >"$result_file"
  exit 0
fi

resumed=fresh
[ -z "$(ls -A "$objects")" ] || resumed=partial

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
need=$(($(sum_first_column "$records/sizes") / 1024 + $(count "$work/names") * 4))
have=$(($(free_kib "$base") + $(used_kib "$objects")))
[ "$need" -le "$have" ] || fail "the backup needs $need KiB and its claim has $have KiB for it: nothing was copied. Set backupSizeMiB to $((need / 1024 * 5 / 4 + 64)) or more"
say "$(count "$records/buckets") buckets, $(count "$work/names") objects, $(sum_first_column "$records/sizes") bytes"

# The store may be in use: what changed between copy and check is copied again, three times at most.
pass=1
copied=0
: >"$work/differing"
while :; do
  loud rclone sync store: "$objects" --create-empty-src-dirs --backup-dir "$base/superseded" --combined "$work/combined" || fail "not every object could be copied ($(reason)); run the upgrade again to go on from here"
  [ ! -s "$work/differing" ] || loud rclone copy store: "$objects" --files-from-raw "$work/differing" --ignore-times || fail "not every object could be copied again ($(reason))"
  copied=$((copied + $(grep -c '^[+*] ' "$work/combined" || true)))
  say "copied; reading every object once more, then the copies"
  hashes "$records/manifest.sha256" store:
  hashes "$work/found" "$objects"
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

tell
printf '{"job":"%s","mover":"%s","resumed":"%s","buckets":%s,"objects":%s,"bytes":%s,"digest":"%s","copied":%s,%s}\n' "$job" "$mover" "$resumed" \
  "$(count "$records/buckets")" "$(count "$records/manifest.sha256")" "$(sum_first_column "$records/sizes")" "$(digest "$records/manifest.sha256")" "$copied" "$(tallies)" >"$work/result"
[ -s "$work/differences" ] || publish "$records/complete.json" <"$work/result"
cat "$work/result"
cat "$work/result" >"$result_file"
