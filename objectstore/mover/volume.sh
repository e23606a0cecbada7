# What both Jobs of a copy do first: look at the two volumes, refuse what cannot or must not be copied.
#
# The destination may hold what a MinIO that never got an object makes, or what an earlier attempt of this copy left:
# $DEST_DIR/.ckf-upgrade-migration/source   identity of the source that the copy is made from
#                                 /result   appears when the copy is proven; from then on the volume belongs to the
#                                           new application and nothing here ever writes to it again
# MinIO takes only folders with the name of a bucket for buckets; this one has none.
source=${SOURCE_DIR:-/data-source}
destination=${DEST_DIR:-/data-destination}
marker=$destination/.ckf-upgrade-migration
volume=$destination

printf %s "$BACKUP_DIGEST" | grep -q -E '^[0-9a-f]{64}$' || fail "no digest of a proven backup was given, but \"$BACKUP_DIGEST\": without a backup nothing is copied"
[ "$BACKUP_DIGEST" = "${PROVEN_DIGEST:-}" ] || fail "the digest $BACKUP_DIGEST is not that of the backup that was proven (${PROVEN_DIGEST:-none was}): without a backup nothing is copied"

if [ "$mover" = migration ] && [ -f "$marker/result" ]; then
  say "the copy was completed and proven before; the volume is the new application's now and is left as it is"
  sed 's/"copied":[0-9]*/"copied":0/; s/"resumed":"[a-z]*"/"resumed":"complete"/' "$marker/result" | tee "$work/result"
  cat "$work/result" >"$result_file"
  exit 0
fi
[ ! -f "$marker/result" ] || fail "the copy on the destination volume is complete and proven: it must not be filled from a volume that may serve again. Delete Job \"$job\" if it was made anew"

# What MinIO writes to the drive that it owns: {"version":"1","format":"xl-single","id":"<uuid>",...}
field() { sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$1" | head -n 1; }
format_of() { cat "$1/.minio.sys/format.json" 2>/dev/null >"$work/format.json" && field "$work/format.json" format; }

if [ "$OBJECT_STORE" = true ]; then
  [ -r "$source/.minio.sys/format.json" ] || fail "the source volume has no readable .minio.sys/format.json: it is not the volume of a MinIO, or not the whole of it"
  format=$(format_of "$source")
  [ "$format" = fs ] || [ "$format" = xl-single ] || fail "the source volume has the format \"$format\"; only a MinIO of one drive (fs, xl-single) can be moved by its files"
  id=$(field "$source/.minio.sys/format.json" id)
  [ -n "$id" ] || fail "the source volume's .minio.sys/format.json has no id: it cannot be told from another volume"
else
  format=other
  id=$SOURCE_VOLUME
fi

if [ -f "$marker/source" ]; then
  [ "$(cat "$marker/source")" = "$id" ] || fail "the destination volume holds a part of a copy of another volume (id $(cat "$marker/source"), this source has $id): it is left as it is. Give the new application an empty volume"
  resumed=partial
else
  # Folders without a file hold no data: a client may have made its bucket in the new store already.
  (cd "$destination" && find . -mindepth 1 \( -path ./.minio.sys -o -path ./lost+found -o -path ./.ckf-upgrade-migration \) -prune -o ! -type d -print | head -n 5) >"$work/foreign"
  [ ! -s "$work/foreign" ] || fail "the destination volume holds data that is not from this copy ($(tr '\n' ' ' <"$work/foreign")...): it is left as it is. Remove it, or give the new application an empty volume"
  fresh=$(format_of "$destination" || true)
  [ -z "$fresh" ] || [ "$fresh" = "$format" ] || fail "the old MinIO's volume has the format \"$format\", the new MinIO formats with \"$fresh\" and does not read the other one: its files cannot be moved. Copy the objects through S3 instead; the backup has them"
  resumed=fresh
fi

need=$(used_kib "$source")
have=$(($(free_kib "$destination") + $(used_kib "$destination")))
[ "$need" -le "$have" ] || fail "the source volume holds $need KiB and the destination has room for $have KiB: nothing was copied. Deploy the application with more storage"

find "$source" -mindepth 1 ! -type f ! -type d ! -type l >"$work/special"
[ ! -s "$work/special" ] || fail "the source volume holds what is neither file, folder nor link ($(head -n 3 "$work/special" | tr '\n' ' ')): no MinIO makes such, so it is not copied blindly"

mkdir -p "$marker"
printf '%s\n' "$id" | publish "$marker/source"
say "$format volume $id, $need KiB, $resumed"

# Both rules for both sides. They are anchored: a bucket's own folders of these names are data.
set -- --filter '- /lost+found/**' --filter '- /.ckf-upgrade-migration/**' --skip-links
