# Writes the files of a folder to the backup and reads them back. Their SHA256SUMS, "<hash>  <path>" sorted by bytes, lies among them.

# $1: folder on this machine, $2: folder of the backup
keep_files() {
  phase=copy
  loud rclone sync "$1" "$base/$2" || fail "not every file of $2 could be written to $place ($(reason))"
  flush_there "$base/$2"
}

# $1: folder of the backup, $2: the sums that its files must have. Leaves $work/differences and $work/sizes.
read_back() {
  say "reading $1 back"
  phase="check of the backup"
  hashes "$work/all" "$base/$1"
  grep -v '^.\{66\}SHA256SUMS$' "$work/all" >"$work/found" || true
  compare "$2" "$work/found" ""
  list "$work/sizes" rclone lsf -R --files-only --format s "$base/$1" || fail "$1 in $place cannot be listed ($(reason))"
}

# $1: folder of the backup whose record says that it is whole. Its sums go to $work/SHA256SUMS.
fetch_sums() {
  list "$work/copied" rclone copyto "$base/$1/SHA256SUMS" "$work/SHA256SUMS" || fail "$1 in $place has no SHA256SUMS any more ($(reason)): the backup proves nothing. Remove it and run again"
}
