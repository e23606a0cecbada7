# Completes the copy of a volume while nothing runs, and proves it: SHA-256 of every file, then mode, owner, times and
# extended attributes of every file and folder, on both sides.
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
printf '{"job":"%s","mover":"%s","resumed":"%s","format":"%s","objects":%s,"bytes":%s,"digest":"%s","directories":%s,"links":%s,"copied":%s,"repaired":%s,%s}\n' "$job" "$mover" "$resumed" "$format" \
  "$(count "$work/expected")" "$(sed -n 's/.*"Size":\([0-9]*\),.*"IsDir":false.*/\1/p' "$work/inventory.source" >"$work/sizes" && sum_first_column "$work/sizes")" "$(digest "$work/expected")" \
  "$(grep -c '"IsDir":true' "$work/inventory.source" || true)" "$(grep -c '^link ' "$work/inventory.source" || true)" "$copied" "$repaired" "$(tallies)" >"$work/result"
[ -s "$work/differences" ] || publish "$marker/result" <"$work/result"
cat "$work/result"
cat "$work/result" >"$result_file"
