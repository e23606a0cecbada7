# Completes the copy of a volume while nothing runs, and proves it: SHA-256 of every file on both sides, then type, mode,
# owner, size and time of every file and folder, and the extended attributes of what is not known from the presync.
# A file that the presync hashed equal and that neither side touched since (size, mtime, ctime, inode) is not read again.

# Lines of standard input that list $1 has: rclone lists the folders above a file with it.
only_named() { awk -v names="$1" 'BEGIN { while ((getline name < names) > 0) named[name] } $0 in named'; }

# Copies by names what the look at both sides found, then looks at these names once more.
copy_delta() {
  phase=delta
  total_bytes=$(bytes_of "$work/copy")
  # What was touched may have got other attributes without another time: MinIO keeps a count of its own in one.
  [ ! -s "$work/doubt" ] || described_otherwise --files-from-raw "$work/doubt" | only_named "$work/doubt" >>"$work/copy"
  # Writing changes the time of a folder; rclone sets that of all folders above what it was told by name.
  { cat "$work/copy" "$work/extra-files" "$work/extra-folders" | awk -F / '{ above = $1; for (level = 2; level <= NF; level++) { print above; above = above "/" $level } }'; cat "$work/folders"; } | sort -u >"$work/touched-folders"
  sort "$work/extra-folders" >"$work/gone"
  (cd "$destination" && tr '\n' '\0' <"$work/extra-files" | xargs -0 -r rm -f --)
  (cd "$destination" && sort -r "$work/extra-folders" | tr '\n' '\0' | xargs -0 -r rmdir --)
  (cd "$destination" && tr '\n' '\0' <"$work/folders" | xargs -0 -r mkdir -p --)
  if [ -s "$work/copy" ]; then
    loud rclone copy "$source" "$destination" --files-from-raw "$work/copy" --no-traverse --ignore-times --metadata --ignore-checksum || fail "not every file could be copied: $(culprit); run the upgrade again to go on from here"
  fi
  # rclone carries the nine bits of a mode.
  awk -F "$tab" -v names="$work/copy" 'BEGIN { while ((getline name < names) > 0) copied[name] } $2 ~ /^8[2-9a-f]/ && $1 in copied { print $1 }' "$work/state.source" | sort -u - "$work/touched-folders" "$work/dress" >"$work/candidates"
  only "$work/candidates" "$work/gone" >"$work/dress.all"
  dress "$work/dress.all"
  dress_volume
  copied=$((copied + $(count "$work/copy")))
  cat "$work/copy" "$work/dress.all" "$work/extra-files" "$work/extra-folders" | sort -u >"$work/touched"
  for side in source destination; do
    (eval "cd \"\$$side\"" && tr '\n' '\0' <"$work/touched" | xargs -0 -r stat -c "%n$tab%f %u:%g$tab%s$tab%y$tab%z %i" --) >"$work/touched.$side" 2>/dev/null || true
  done
  only_untouched() { awk -v names="$work/touched" 'BEGIN { while ((getline name < names) > 0) touched[name] } !($0 in touched)' "$1"; }
  cp "$work/kept" "$work/kept.before"
  only_untouched "$work/doubt" >"$work/doubt.before"
  judge "$work/touched.destination" "$work/touched.source"
  cat "$work/kept.before" >>"$work/kept"
  cat "$work/doubt.before" >>"$work/doubt"
}

# What is to be read of the source anyway does not wait for the copy: nothing writes to it any more.
read_ahead() {
  sort "$work/copy" "$work/doubt" >"$work/ahead"
  hashes_of "$work/ahead.hashes" "$source" "$work/ahead"
  inventory "$work/inventory.source" "$source" "$@"
}

copy_all() {
  phase=copy
  total_bytes=$(bytes_of "$work/copy")
  [ ! -s "$work/odd" ] || carry_links
  beside read_ahead "$@"
  ahead=$!
  sync_volume "$@" || fail "not every file could be copied: $(culprit); run the upgrade again to go on from here"
  copied=$((copied + $(grep -c '^[+*] ' "$work/combined" || true)))
  special_bits
  dress_volume
  look "$destination" "$work/state.destination"
  # It reads the list of what is odd, which is made anew now.
  wait "$ahead" || exit 1
  judge "$work/state.destination" "$work/state.source"
}

# Few enough to be done one by one, and nothing among them that one line cannot show. Of a large volume more are few: what is not few
# takes the time of the whole volume.
few() {
  entries=$(count "$work/state.source")
  [ -s "$work/verified" ] && [ ! -s "$work/odd" ] && [ ! -f "$marker/thorough" ] && [ "$(count "$work/folders")" -le $((5000 + entries / 10)) ] && [ "$(count "$work/copy")" -le $((20000 + entries / 10)) ]
}

check() {
  unproven "$@" | sort >"$work/fresh"
  say "copied; $(count "$work/kept") files are untouched since they were read, $(count "$work/fresh") are read on both sides"
  phase=check
  total_bytes=$(bytes_of "$work/fresh")
  flush "$destination" &
  flushed=$!
  described=
  if [ "$whole" = true ]; then
    # The looks at both sides show all but attributes, and names that fit into a line. What was copied just now, from the first file on,
    # has only those that the source has.
    attributed >"$work/attributed" || true
    json_path <"$work/attributed" | sort -u >"$work/described"
    if [ "$resumed" != fresh ] || [ "$repaired" -gt 0 ] || [ -s "$work/odd" ] || grep -q '"IsDir":true' "$work/attributed"; then
      beside inventory "$work/inventory.destination" "$destination" "$@"
      described=$!
    fi
    only "$work/fresh" "$work/ahead" >"$work/behind"
    hashes_of "$work/behind.hashes" "$source" "$work/behind"
    sort "$work/ahead.hashes" "$work/behind.hashes" >"$work/expected.fresh"
    hashes_of "$work/found.fresh" "$destination" "$work/fresh"
    [ -z "$described" ] || wait "$described" || exit 1
  else
    cp "$work/fresh" "$work/described"
    hash_both "$work/fresh"
  fi
  look "$source" "$work/state.after" &
  looked=$!
  cut -b 67- "$work/found.fresh" >"$work/read"
  wait "$flushed" || true
  settle "$work/read"
  sort "$work/kept" "$work/expected.fresh" >"$work/expected"
  sort "$work/kept" "$work/found.fresh" >"$work/found"
  compare "$work/expected" "$work/found" ""
  sort "$work/differing" >"$work/known"
  {
    cat "$work/dress" "$work/copy" "$work/folders" "$work/extra-files" "$work/extra-folders"
    if [ -n "$described" ]; then
      otherwise
    elif [ -s "$work/described" ]; then
      described_otherwise --files-from-raw "$work/described" | only_named "$work/described"
    fi
  } | sort -u >"$work/unlike"
  only "$work/unlike" "$work/known" | sed 's/^/attributes /' >>"$work/differences"
  cut -d ' ' -f 2- "$work/differences" >"$work/differing"
  wait "$looked"
  cmp -s "$work/state.source" "$work/state.after" || fail "somebody writes to the source volume while it is copied ($(sort "$work/state.source" "$work/state.after" | uniq -u | cut -f 1 | uniq | head -n 3 | tr '\n' ' ')): the copy proves nothing. Stop what uses its claim, then run the upgrade again"
}

# rclone leaves a file alone whose size and time are right, and a folder whose time is. A file that it is told by name, it copies; a folder
# gets its attributes when it is made only, so one with others is made anew by the copy of the whole that follows.
repair() {
  phase=repair
  total_bytes=$(bytes_of "$work/differing")
  loud rclone copy "$source" "$destination" --files-from-raw "$work/differing" --ignore-times --metadata --ignore-checksum --skip-links || fail "not every file could be copied again: $(culprit)"
  sed 's|/[^/]*$||' "$work/differing" | cat - "$work/differing" | sort -u >"$work/repaired"
  dress "$work/repaired"
  (cd "$destination" && while IFS= read -r name; do [ -z "$name" ] || [ -L "./$name" ] || [ ! -d "./$name" ] || rm -rf "./$name"; done) <"$work/differing"
}

copied=0
repaired=0
look_at_both
[ ! -s "$work/state.source.messages" ] || fail "the source volume cannot be read: $(head -n 1 "$work/state.source.messages")"
refuse_other_volume
judge "$work/state.destination" "$work/state.source"
if few; then whole=false; else whole=true; fi
while :; do
  if [ "$whole" = true ]; then copy_all "$@"; else copy_delta; fi
  check "$@"
  [ -s "$work/differences" ] && [ "$repaired" -eq 0 ] || break
  repaired=$(count "$work/differences")
  say "$repaired differ after the copy and are copied once more:"
  tell | sed 's/^DIFFERS/REPAIRING/'
  repair
  whole=true
done

if [ -s "$work/odd" ]; then
  sed -n 's/.*"Size":\([0-9]*\),.*"IsDir":false.*/\1/p' "$work/inventory.source" >"$work/sizes"
  folders=$(grep -c '"IsDir":true' "$work/inventory.source" || true)
  links=$(grep -c '^link ' "$work/inventory.source" || true)
else
  awk -F "$tab" -v sizes="$work/sizes" 'BEGIN { printf "" > sizes } $2 ~ /^8/ { print $3 > sizes } $2 ~ /^4/ { folders++ } END { print folders + 0 }' "$work/state.source" >"$work/folder-count"
  read -r folders <"$work/folder-count"
  links=0
fi
tell
printf '{"job":"%s","mover":"%s","resumed":"%s","format":"%s","objects":%s,"bytes":%s,"digest":"%s","directories":%s,"links":%s,"copied":%s,"repaired":%s,%s}\n' "$job" "$mover" "$resumed" "$format" \
  "$(count "$work/expected")" "$(sum_first_column "$work/sizes")" "$(digest "$work/expected")" "$folders" "$links" "$copied" "$repaired" "$(tallies)$(first)" >"$work/result"
if [ ! -s "$work/differences" ]; then
  publish "$proven" <"$work/result" || not_written
  rm -rf "$marker"
fi
cat "$work/result"
cat "$work/result" >"$result_file"
end_unequal
