# Holds every object that the upgraded store serves against the manifest that the backup took of the old one: every
# bucket, every key, every byte, content type and user metadata. Writes nothing but its result.
volume=$work
fetch_records
[ -f "$records/complete.json" ] || fail "there is no complete backup of hop $HOP in $place: nothing says what the objects must be"
check_records

list "$work/buckets" rclone lsf --dirs-only store: || fail "the buckets of $RCLONE_CONFIG_STORE_ENDPOINT cannot be listed ($(reason)): is the object store up, are its credentials those of the Secret?"
sed 's|/$||' "$work/buckets" | sort >"$work/buckets.sorted"
list "$work/sizes" rclone lsf -R --files-only --format sp --separator ' ' store: || fail "the objects of $RCLONE_CONFIG_STORE_ENDPOINT cannot be listed ($(reason))"
cut -d ' ' -f 2- "$work/sizes" | sort >"$work/names"
say "$(count "$work/names") objects of $(count "$work/buckets.sorted") buckets against $(count "$records/manifest.sha256") in the backup"

phase="check of the store"
total_bytes=$(sum_first_column "$work/sizes")
hashes "$work/found" store:
cut -b 67- "$work/found" | sort >"$work/hashed"
only "$work/names" "$work/hashed" >"$work/unread"
if [ -s "$work/unread" ]; then
  say "$(count "$work/unread") objects could not be read; once more"
  mv "$work/found" "$work/found.first"
  hashes "$work/found.again" store: --files-from-raw "$work/unread"
  sort "$work/found.first" "$work/found.again" >"$work/found"
  # A store that is gone says nothing about its objects.
  list "$work/buckets" rclone lsf --dirs-only store: || fail "the store at $RCLONE_CONFIG_STORE_ENDPOINT went away while it was read ($(reason)); run the upgrade again"
fi
compare "$records/manifest.sha256" "$work/found" "$work/names"
only "$records/buckets" "$work/buckets.sorted" | sed 's|.*|missing &/|' >>"$work/differences"
only "$work/buckets.sorted" "$records/buckets" | sed 's|.*|extra &/|' >>"$work/differences"

# Metadata of what is there and has the right content.
list "$work/metadata" rclone lsjson -R -M --files-only --no-modtime store: || fail "the metadata of the objects cannot be read ($(reason))"
# "btime" and "tier" are the store's own words, and another version may choose others.
plain='s/"btime":"[^"]*",\{0,1\}//; s/,\{0,1\}"tier":"[^"]*"//'
json_lines <"$work/metadata" | sed "$plain" | sort >"$work/metadata.sorted"
sed "$plain" "$records/metadata.jsonl" | sort >"$work/metadata.then"
only "$work/metadata.sorted" "$work/metadata.then" | json_path | sort >"$work/other-metadata"
cut -d ' ' -f 2- "$work/differences" | sort >"$work/differing"
only "$work/other-metadata" "$work/differing" | sed 's/^/metadata /' >>"$work/differences"

# What users made since the backup is no loss.
grep '^extra ' "$work/differences" | cut -d ' ' -f 2- >"$work/new" || true
grep -v '^extra ' "$work/differences" >"$work/lost" || true
mv "$work/lost" "$work/differences"
say "$(count "$work/new") objects and buckets are new since the backup"
head -n "$log_limit" "$work/new" | sed 's/^/NEW /'
tell
printf '{"job":"%s","mover":"%s","buckets":%s,"objects":%s,"bytes":%s,"digest":"%s","backupDigest":"%s","new":%s,%s}\n' "$job" "$mover" "$(count "$work/buckets.sorted")" \
  "$(count "$work/names")" "$(sum_first_column "$work/sizes")" "$(digest "$work/found")" "$(records_digest)" "$(count "$work/new")" "$(tallies)$(first)" >"$work/result"
cat "$work/result"
cat "$work/result" >"$result_file"
end_unequal
