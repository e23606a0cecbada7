# Copies the old MinIO's volume to the new MinIO's, file by file, while neither runs, and proves it: SHA-256 of every
# file, then mode, owner, times and extended attributes of every file and folder, on both sides.
#
# The destination may hold what a MinIO that never got an object makes, or what an earlier attempt of this copy left:
# $DEST_DIR/.ckf-upgrade-migration/source   id in the format.json that the copy is made from
#                                 /result   appears when the copy is proven; from then on the volume belongs to the
#                                           new MinIO and this script never writes to it again
# MinIO takes only folders with the name of a bucket for buckets; this one has none.
source=${SOURCE_DIR:-/data-source}
destination=${DEST_DIR:-/data-destination}
marker=$destination/.ckf-upgrade-migration
volume=$destination

printf %s "$BACKUP_DIGEST" | grep -q -E '^[0-9a-f]{64}$' || fail "no digest of a proven backup was given, but \"$BACKUP_DIGEST\": without a backup nothing is copied"

if [ -f "$marker/result" ]; then
  say "the copy was completed and proven before; the volume is the new MinIO's now and is left as it is"
  sed 's/"copied":[0-9]*/"copied":0/; s/"resumed":"[a-z]*"/"resumed":"complete"/' "$marker/result" | tee "$work/result"
  cat "$work/result" >"$result_file"
  exit 0
fi

# What MinIO writes to the drive that it owns: {"version":"1","format":"xl-single","id":"<uuid>",...}
field() { sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$1" | head -n 1; }
format_of() { cat "$1/.minio.sys/format.json" 2>/dev/null >"$work/format.json" && field "$work/format.json" format; }

[ -r "$source/.minio.sys/format.json" ] || fail "the source volume has no readable .minio.sys/format.json: it is not the volume of a MinIO, or not the whole of it"
format=$(format_of "$source")
[ "$format" = fs ] || [ "$format" = xl-single ] || fail "the source volume has the format \"$format\"; only a MinIO of one drive (fs, xl-single) can be moved by its files"
id=$(field "$source/.minio.sys/format.json" id)
[ -n "$id" ] || fail "the source volume's .minio.sys/format.json has no id: it cannot be told from another volume"

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

# rclone would turn a real file whose name ends in .rclonelink into a link if it were told to carry links; there are
# none in a healthy volume, so they are carried apart and first: each changes the time of its folder.
find "$destination" -type l -exec rm -f {} +
(cd "$source" && find . -type l -exec sh -c 'for link; do mkdir -p "$0/${link%/*}" && cp -dp "$link" "$0/$link"; done' "$destination" {} +)

root_like_source() {
  chown "$(stat -c %u:%g "$source")" "$destination"
  chmod "$(stat -c %a "$source")" "$destination"
}

# rclone carries the nine bits of a mode. setgid on folders is how a volume keeps its group (fsGroup).
special_bits() {
  for bit in 4000:u+s 2000:g+s 1000:+t; do
    (cd "$source" && find . -mindepth 1 ! -type l -perm "-${bit%:*}" -exec sh -c 'bit=$1 && cd "$0" && shift && chmod "$bit" "$@"' "$destination" "${bit#*:}" {} +)
  done
}

# Everything that is not content, one line for each file and folder: size, mode, owner, mtime, user.* attributes.
inventory() {
  into=$1
  of=$2
  shift 2
  list "$work/listed" rclone lsjson -R -M --no-mimetype --no-modtime "$of" "$@" || fail "the files of $of cannot be listed ($(reason))"
  # The size of a folder says how its volume keeps names.
  json_lines <"$work/listed" | sed 's/"[ab]time":"[^"]*",\{0,1\}//g; s/,\{0,1\}"rdev":"[^"]*"//; s/"Size":-\{0,1\}[0-9]*,\("ModTime":"","IsDir":true\)/\1/' >"$work/lines"
  (cd "$of" && find . -type l -exec stat -c 'link %N %u:%g' {} +) >>"$work/lines"
  sort "$work/lines" >"$into"
}

check() {
  hashes "$work/expected" "$source" "$@"
  hashes "$work/found" "$destination" "$@"
  inventory "$work/inventory.source" "$source" "$@"
  inventory "$work/inventory.destination" "$destination" "$@"
  compare "$work/expected" "$work/found" ""
  sort "$work/differing" >"$work/known"
  {
    only "$work/inventory.source" "$work/inventory.destination"
    only "$work/inventory.destination" "$work/inventory.source"
  } | json_path | sort -u >"$work/described"
  only "$work/described" "$work/known" | sed 's/^/attributes /' >>"$work/differences"
  cut -d ' ' -f 2- "$work/differences" >"$work/differing"
}

# rclone leaves a file alone whose size and time are right, and a folder whose time is. What it is told by name, it copies.
repair() {
  loud rclone copy "$source" "$destination" --files-from-raw "$work/differing" --ignore-times --metadata --ignore-checksum --skip-links || fail "not every file could be copied again ($(reason))"
  while IFS= read -r name; do
    [ -e "$source/$name" ] && [ -e "$destination/$name" ] || continue
    chown "$(stat -c %u:%g "$source/$name")" "$destination/$name"
    chmod "$(stat -c %a "$source/$name")" "$destination/$name"
    touch -r "$source/$name" "$destination/$name"
  done <"$work/differing"
}

copied=0
repaired=0
while :; do
  # Sync may remove: all that lies there is a fresh MinIO's own or ours; and it removes first, because it would change the
  # time of a folder otherwise that is done already. Its hash check is left out, ours comes after.
  loud rclone sync "$source" "$destination" --delete-before --create-empty-src-dirs --metadata --ignore-checksum --combined "$work/combined" "$@" || fail "not every file could be copied ($(reason)); run the upgrade again to go on from here"
  copied=$((copied + $(grep -c '^[+*] ' "$work/combined" || true)))
  say "copied; reading every file of both volumes"
  root_like_source
  special_bits
  flush "$destination"
  check "$@"
  [ -s "$work/differences" ] && [ "$repaired" -eq 0 ] || break
  repaired=$(count "$work/differences")
  say "$repaired differ after the copy and are copied once more:"
  tell | sed 's/^DIFFERS/REPAIRING/'
  repair
done

tell
printf '{"job":"%s","resumed":"%s","format":"%s","objects":%s,"bytes":%s,"digest":"%s","directories":%s,"links":%s,"copied":%s,"repaired":%s,%s}\n' "$job" "$resumed" "$format" \
  "$(count "$work/expected")" "$(sed -n 's/.*"Size":\([0-9]*\),.*"IsDir":false.*/\1/p' "$work/inventory.source" >"$work/sizes" && sum_first_column "$work/sizes")" "$(digest "$work/expected")" \
  "$(grep -c '"IsDir":true' "$work/inventory.source" || true)" "$(grep -c '^link ' "$work/inventory.source" || true)" "$copied" "$repaired" "$(tallies)" >"$work/result"
[ -s "$work/differences" ] || publish "$marker/result" <"$work/result"
cat "$work/result"
cat "$work/result" >"$result_file"
