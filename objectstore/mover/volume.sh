# What both Jobs of a copy share: they look at the two volumes and refuse what cannot or must not be copied.
#
# The destination may hold what a MinIO that never got an object makes, or what an earlier attempt of this copy left:
# $DEST_DIR/.ckf-upgrade-migration/source    identity of the source that the copy is made from
#                                 /verified  files that were hashed equal on both sides and were on the disk by then, with
#                                            what both sides said of them: "<name><tab><hash> <source> / <destination>"
#                                 /thorough  there when folders have attributes that only a whole comparison sees
#          /.ckf-upgrade-migration.result    appears, in the folder's place, when the copy is proven; from then on the volume
#                                            belongs to the new application and nothing here ever writes to its files again
# MinIO takes only folders with the name of a bucket for buckets, and MariaDB takes every folder for a database, but no file.
source=${SOURCE_DIR:-/data-source}
destination=${DEST_DIR:-/data-destination}
marker=$destination/.ckf-upgrade-migration
proven=$marker.result
volume=$destination
tab=$(printf '\t')

printf %s "$BACKUP_DIGEST" | grep -q -E '^[0-9a-f]{64}$' || fail "no digest of a proven backup was given, but \"$BACKUP_DIGEST\": without a backup nothing is copied"
[ "$BACKUP_DIGEST" = "${PROVEN_DIGEST:-}" ] || fail "the digest $BACKUP_DIGEST is not that of the backup that was proven (${PROVEN_DIGEST:-none was}): without a backup nothing is copied"

if [ "$mover" = migration ] && [ -f "$proven" ]; then
  say "the copy was completed and proven before; the volume is the new application's now and is left as it is"
  sed 's/"copied":[0-9]*/"copied":0/; s/"resumed":"[a-z]*"/"resumed":"complete"/' "$proven" | tee "$work/result"
  rm -rf "$marker"
  cat "$work/result" >"$result_file"
  exit 0
fi
[ ! -f "$proven" ] || fail "the copy on the destination volume is complete and proven: it must not be filled from a volume that may serve again. Delete Job \"$job\" if it was made anew"

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

# Where a presync has filled the destination all of this was judged; once more would only cost downtime.
if [ ! -f "$marker/verified" ] || [ "$mover" = presync ]; then
  # A database's socket holds no data. A MinIO's volume with anything but files and folders is no healthy one.
  special='! -type f ! -type d ! -type l'
  [ "$OBJECT_STORE" = true ] || special="$special ! -type s ! -type p"
  # shellcheck disable=SC2086 -- words of an expression
  find "$source" -mindepth 1 $special >"$work/special" 2>/dev/null &
  need=$(used_kib "$source")
  have=$(($(free_kib "$destination") + $(used_kib "$destination")))
  [ "$need" -le "$have" ] || fail "the source volume holds $need KiB and the destination has room for $have KiB: nothing was copied. Deploy the application with more storage"
  wait $! || [ "$mover" = presync ]
  [ ! -s "$work/special" ] || fail "the source volume holds what is neither file, folder nor link ($(head -n 3 "$work/special" | tr '\n' ' ')), so it is not copied blindly"
fi

mkdir -p "$marker"
[ -f "$marker/source" ] || printf '%s\n' "$id" | publish "$marker/source" || not_written
say "$format volume $id, $resumed"
[ -f "$marker/verified" ] && cp "$marker/verified" "$work/verified" || : >"$work/verified"

# The rules for both sides: a source may itself have been copied here by an earlier hop. They are anchored: a bucket's own
# folders of these names are data.
set -- --filter '- /lost+found/**' --filter '- /.ckf-upgrade-migration/**' --filter '- /.ckf-upgrade-migration.result' --skip-links

# One line for each file, folder and link: name, type and mode in hex, owner, size, mtime, ctime and inode, with tabs between.
# The rest of a name with a newline in it becomes a line that is plainly none.
look() {
  (cd "$1" && find . -mindepth 1 \( -path ./lost+found -o -path ./.ckf-upgrade-migration -o -path ./.ckf-upgrade-migration.result \) -prune -o -exec stat -c "%n$tab%f %u:%g$tab%s$tab%y$tab%z %i" {} +) 2>"$2.messages" | sed 's|^\./||; t; s|.*|odd|' >"$2"
}

# Both sides at once: it is a walk for a processor each.
look_at_both() {
  look "$destination" "$work/state.destination" &
  look "$source" "$work/state.source"
  wait $!
}

files_of_source() { awk -F "$tab" '$2 ~ /^8/ { files++ } END { print files + 0 }' "$work/state.source"; }

# A volume without a node of its own (a hostPath without nodeAffinity) is another folder on each node, mostly an empty one.
# https://github.com/canonical/microk8s/issues/2618
refuse_other_volume() {
  now=$(files_of_source)
  seen=$(count "$work/verified")
  [ "${PRESYNC_OBJECTS:-0}" -le "$seen" ] || [ -s "$marker/verified" ] || fail "the presync copied ${PRESYNC_OBJECTS} files to the destination volume, and this one has nothing of it: it is another folder, mostly on another node (${NODE_NAME:-}). Nothing was copied. Let this Job run where the presync ran, then run the upgrade again"
  [ "${PRESYNC_OBJECTS:-0}" -le "$seen" ] || seen=$PRESYNC_OBJECTS
  next="Nothing was copied and nothing removed. See where both volumes are (\`kubectl describe pv\`) and on which node (${NODE_NAME:-}). Where its files were deleted on purpose, start the application, delete its Jobs of the presync and of the migration, and run the upgrade again"
  [ "$now" -gt 0 ] || fail "the source volume is empty, and the presync read $seen files there: it is another folder, mostly on another node, or its files are lost. $next"
  [ "$((now * 2))" -ge "$seen" ] || fail "the source volume holds $now files, and the presync read $seen there: it has collapsed since, or it is another folder. $next"
}

# A destination that keeps times less exactly than the source would be told to differ in the stopped phase, for ever.
refuse_coarse_times() {
  timed=$(awk -F "$tab" 'NF == 5 && $2 ~ /^8/ && $4 !~ /[.]0* / { print $1; exit }' "$work/state.source")
  [ -n "$timed" ] || return 0
  asked=$(stat -c %y "$source/$timed" 2>/dev/null) && touch -r "$source/$timed" "$marker/time" 2>/dev/null || return 0
  kept=$(stat -c %y "$marker/time")
  rm -f "$marker/time"
  # Who serves may have written to it meanwhile.
  [ "$(stat -c %y "$source/$timed" 2>/dev/null)" != "$asked" ] || [ "$kept" = "$asked" ] || fail "the destination volume keeps the time $asked as $kept: times would not arrive the same. Give the application storage of a class whose file system keeps them as the source's does (ext4 with inodes of 256 bytes, xfs)"
}

# Holds the state of both sides against each other and against what was verified:
#   kept     "<hash>  <name>" of those that were hashed equal before and are untouched on both sides since then
#   doubt    size and time are right, content is not known      copy     to be copied, there or not
#   folders  missing, or with other attributes                  dress    files with other mode or owner only
#   extra-files, extra-folders   at the destination only        odd      entries that one line cannot show, and links
# $1: the destination's state, $2: the source's.
judge() {
  for list in kept doubt copy folders dress extra-files extra-folders odd; do : >"$work/$list"; done
  awk -F "$tab" -v dir="$work/" '
    # Names that rclone shows otherwise than they are, in its lists or in its JSON, and lines that are a part of one.
    function odd(name) { return NF != 5 || name ~ /[[:cntrl:]]/ || substr($2, 1, 1) == "a" || (name ~ /[\200-\377]/ && strange(name)) }
    function strange(name) {
      if (name ~ /\342\200[\233\250\251]|\342\220/) return 1
      gsub(/[\302-\337][\200-\277]|[\340-\357][\200-\277][\200-\277]|[\360-\364][\200-\277][\200-\277][\200-\277]/, "", name)
      return name ~ /[\200-\377]/
    }
    FILENAME == ARGV[1] { known[$1] = $2; next }
    odd($1) { print > (dir "odd"); next }
    $2 !~ /^[48]/ { next }
    FILENAME == ARGV[2] { there[$1] = $2 FS $3 FS $4 FS $5; next }
    {
      folder = substr($2, 1, 1) == "4"
      if (($1 in there) && substr(there[$1], 1, 1) != substr($2, 1, 1)) extra($1)
      found = $1 in there
      if (found) split(there[$1], its, FS)
      if (folder) { if (!found || its[1] != $2 || its[3] != $4) print $1 > (dir "folders") }
      else if (!found || its[2] != $3 || its[3] != $4) print $1 > (dir "copy")
      else {
        if (its[1] != $2) print $1 > (dir "dress")
        if (its[1] == $2 && ($1 in known) && substr(known[$1], 66) == $2 " " $3 " " $4 " " $5 " / " its[1] " " its[2] " " its[3] " " its[4]) print substr(known[$1], 1, 64) "  " $1 > (dir "kept")
        else print $1 > (dir "doubt")
      }
      delete there[$1]
    }
    function extra(name) { print name > (dir (substr(there[name], 1, 1) == "4" ? "extra-folders" : "extra-files")); delete there[name] }
    END { for (name in there) extra(name) }
  ' "$work/verified" "$1" "$2"
}

# Bytes of the source's files that list $1 names.
bytes_of() { awk -F "$tab" -v names="$1" 'BEGIN { while ((getline name < names) > 0) named[name] } $1 in named { sum += $3 } END { printf "%.0f", sum }' "$work/state.source"; }

# Runs a function beside what comes next, with files of its own and without a word of its progress. It is awaited by
# `wait $! || exit 1`: what made it fail it has said.
beside() {
  (
    lane=.$1
    phase=
    "$@"
  ) &
}

# SHA-256 of the files of $2 that list $3 names, into $1.
hashes_of() {
  : >"$1"
  [ ! -s "$3" ] || hashes "$1" "$2" --files-from-raw "$3" --no-traverse
}

# Hashes files named in $1 on both sides, at once, into expected.fresh and found.fresh.
hash_both() {
  beside hashes_of "$work/expected.fresh" "$source" "$1"
  beside_source=$!
  hashes_of "$work/found.fresh" "$destination" "$1"
  wait "$beside_source" || exit 1
}

# Waits until the files of the destination that list $1 names are on its disk; all of them where names do not fit into lines.
settle() {
  if [ -s "$work/odd" ]; then on_disk_below "$destination" -path "$marker" -prune -o; return 0; fi
  (cd "$destination" && tr '\n' '\0' <"$1" | xargs -0 -r -n 1000 sh -c "$on_disk" sh) >"$work/messages" 2>&1 || not_written
}

# Names of all files, as rclone shows them, that are not in `kept`.
unproven() {
  if [ -s "$work/odd" ]; then
    list "$work/names" rclone lsf -R --files-only "$source" "$@" || fail "the files of $source cannot be listed ($(reason))"
    sort "$work/names" >"$work/names.sorted"
    cut -b 67- "$work/kept" | sort >"$work/kept.names"
    only "$work/names.sorted" "$work/kept.names"
  else
    cat "$work/copy" "$work/doubt"
  fi
}

# rclone would turn a real file whose name ends in .rclonelink into a link if it were told to carry links; there are
# none in a healthy volume, so they are carried apart and first: each changes the time of its folder.
carry_links() {
  find "$destination" -type l -exec rm -f {} +
  # What stands in the place of a link is of an earlier pass, when it was none yet.
  (cd "$source" && find . -type l -exec sh -c 'for link; do { mkdir -p "$0/${link%/*}" && rm -rf "$0/$link" && cp -dp "$link" "$0/$link"; } || [ ! -L "$link" ] || exit 1; done' "$destination" {} +) >"$work/messages" 2>&1 || fail "not every link could be made at the destination: $(tail -n 1 "$work/messages"). Delete what stands there, or the destination's claim, then run the upgrade again"
}

# Gives what list $1 names, as "<mode in hex><tab><name>", that mode. What fails here is found by the check.
set_modes() {
  cut -f 1 "$1" | sort -u | while read -r mode; do
    awk -F "$tab" -v mode="$mode" '$1 == mode { print $2 }' "$1" | tr '\n' '\0' | (cd "$destination" && xargs -0 -r chmod "$(printf %o $((0x$mode & 4095)))" --) || true
  done
}

# rclone carries the nine bits of a mode. setgid on folders is how a volume keeps its group (fsGroup).
special_bits() {
  awk -F "$tab" 'NF == 5 && $2 ~ /^[48][2-9a-f]/ { split($2, its, " "); print its[1] FS $1 }' "$work/state.source" >"$work/special-modes"
  set_modes "$work/special-modes"
  # Their names do not fit into a line.
  [ ! -s "$work/odd" ] || (cd "$source" && find . -mindepth 1 ! -type l \( -perm -4000 -o -perm -2000 -o -perm -1000 \) -exec sh -c 'for name; do [ ! -e "$0/$name" ] || chmod "$(stat -c %a "$name")" "$0/$name"; done' "$destination" {} +) || [ "$mover" = presync ]
}

# The folder that is the volume belongs to whoever its driver chose.
dress_volume() {
  { chown "$(stat -c %u:%g "$source")" "$destination" && chmod "$(stat -c %a "$source")" "$destination"; } 2>"$work/messages" || fail "the destination volume does not take the owner and mode of the source's ($(tail -n 1 "$work/messages")). Give the application storage of a class that lets root of a Pod set them"
}

# Everything that is not content, one line for each file and folder: size, mode, owner, mtime, user.* attributes.
inventory() {
  into=$1
  of=$2
  shift 2
  list "$work/listed$lane" rclone lsjson -R -M --no-mimetype --no-modtime "$of" "$@" || fail "the files of $of cannot be listed ($(reason))"
  # The size of a folder says how its volume keeps names.
  json_lines <"$work/listed$lane" | sed 's/"[ab]time":"[^"]*",\{0,1\}//g; s/,\{0,1\}"rdev":"[^"]*"//; s/"Size":-\{0,1\}[0-9]*,\("ModTime":"","IsDir":true\)/\1/' >"$work/lines$lane"
  [ ! -s "$work/odd" ] || (cd "$of" && find . -type l -exec stat -c 'link %N %u:%g' {} +) >>"$work/lines$lane"
  sort "$work/lines$lane" >"$into"
}

# Lines of the source's inventory that tell of attributes. None is a failure.
attributed() { sed 's/"\(atime\|btime\|mode\|mtime\|uid\|gid\|rdev\)":"[^"]*",\{0,1\}//g' "$work/inventory.source" | grep '"Metadata":{"'; }

# Names whose lines differ between the inventories of both sides, each once.
described_otherwise() {
  beside inventory "$work/inventory.source" "$source" "$@"
  beside_source=$!
  inventory "$work/inventory.destination" "$destination" "$@"
  wait "$beside_source" || exit 1
  otherwise
}

# The same of inventories that were taken.
otherwise() {
  {
    only "$work/inventory.source" "$work/inventory.destination"
    only "$work/inventory.destination" "$work/inventory.source"
  } >"$work/otherwise"
  json_path <"$work/otherwise" | sort -u
}

# Sync may remove: all that lies there is a fresh application's own or ours; and it removes first, because it would change
# the time of a folder otherwise that is done already. Its hash check is left out, ours comes after.
sync_volume() { loud rclone sync "$source" "$destination" --delete-before --create-empty-src-dirs --metadata --ignore-checksum --combined "$work/combined" "$@"; }

# Gives the files and folders that list $1 names, deepest first, the mode, owner and time of the source's. What fails here
# is found by the check.
dress() {
  awk -F "$tab" -v names="$1" 'BEGIN { while ((getline name < names) > 0) wanted[name] } $1 in wanted { split($2, its, " "); print its[1] FS its[2] FS $1 }' "$work/state.source" >"$work/dressing"
  cut -f 2 "$work/dressing" | sort -u | while read -r owner; do
    awk -F "$tab" -v owner="$owner" '$2 == owner { print $3 }' "$work/dressing" | tr '\n' '\0' | (cd "$destination" && xargs -0 -r chown "$owner" --) || true
  done
  cut -f 1,3 "$work/dressing" >"$work/dressing.modes"
  set_modes "$work/dressing.modes"
  sort -r "$1" | while IFS= read -r name; do touch -c -r "$source/$name" "$destination/$name" || true; done
}

# The one file that a failed rclone names first, with what it says of it.
culprit() { grep 'ERROR *: ' "$work/messages" | grep -v -e 'Attempt [0-9/]* ' -e 'not deleting ' | head -n 1 | sed 's/^[0-9/]* [0-9:]* ERROR *: //'; }
