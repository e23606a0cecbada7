# What the movers share. Needs a POSIX shell, its usual small tools (busybox will do) and rclone 1.76 or later.
# What a script is told is environment.
#
# Names: inside rclone, and so in every list and log line here, a control character of a name is shown as its Unicode
# picture (a newline as U+240A) and a literal picture is quoted: one name is always one line, and no two names look alike.
# Both backends are told to encode nothing: a key and its file have the same bytes. What a file name cannot hold (an empty
# segment, ".", "..", NUL) MinIO refuses in a key as well. Any other encoding of rclone loses a lone U+201B.
export LC_ALL=C TZ=UTC0
export RCLONE_CONFIG=
export RCLONE_LOCAL_ENCODING=Raw
export RCLONE_CONFIG_STORE_TYPE=s3
export RCLONE_CONFIG_STORE_PROVIDER=Minio
export RCLONE_CONFIG_STORE_ENCODING=Raw
export RCLONE_CONFIG_STORE_LIST_VERSION=2
# A folder marker ("a/" of 0 bytes) is a folder in the backup, too.
export RCLONE_CONFIG_STORE_DIRECTORY_MARKERS=true
# Without this, two names that differ only in how an accent is composed are taken for one, and one of them is lost.
export RCLONE_NO_UNICODE_NORMALIZATION=true
# The time at which the server got an object changes with every overwrite and costs no request; the client's own mtime does neither.
export RCLONE_USE_SERVER_MODTIME=true
# Objects are mostly small: more at a time hides the latency of each, small buffers keep the memory low.
export RCLONE_TRANSFERS="${TRANSFERS:-8}" RCLONE_CHECKERS="${TRANSFERS:-8}" RCLONE_BUFFER_SIZE=1M
export RCLONE_STATS=5s RCLONE_STATS_ONE_LINE=true RCLONE_STATS_LOG_LEVEL=NOTICE
export RCLONE_CONTIMEOUT=10s
# Half of rclone's work on small files is collecting garbage. Where the Job bounds its memory, it collects more near the bound.
export GOGC="${GOGC:-400}"

log_limit=2000

# What the user's own `pulumi up` reads: rclone's line of statistics as data. $total_bytes is what a Job knows of the phase as
# a whole before rclone has found all of it. Nothing is told without a phase.
phase=
total_bytes=0
# Sets the files apart that the functions below leave for their callers, where two of them run at once.
lane=
narrate() {
  awk -v phase="$phase" -v known="$total_bytes" '
    function bytes(number, unit) { for (power = index("KMGTPE", substr(unit, 1, 1)); power > 0; power--) number *= 1024; return number }
    / NOTICE: +[0-9.]+ [KMGTPE]?i?B \/ / {
      if (phase == "") next
      line = $0
      sub(/.* NOTICE: +/, "", line)
      split(line, word, /[ ,\/]+/)
      done = bytes(word[1], word[2]); total = bytes(word[3], word[4]); rate = bytes(word[6], word[7])
      if (known > total) total = known
      if (total > 0) printf "PROGRESS {\"phase\":\"%s\",\"bytes\":%.0f,\"totalBytes\":%.0f,\"rate\":%.0f", phase, done, total, rate
      if (total > 0 && match(line, /xfr#[0-9]+\/[0-9]+/)) { split(substr(line, RSTART + 4, RLENGTH - 4), files, "/"); printf ",\"objects\":%d,\"totalObjects\":%d", files[1], files[2] }
      if (total > 0) print "}"
      fflush()
      next
    }
    { print; fflush() }
  '
}

# Runs a long command with its messages in the log; a full volume is told apart from everything else. rclone asks for the
# bytes of a file beforehand, and has words of its own where they are refused.
loud() {
  { "$@" && echo 0 >"$work/code$lane" || echo $? >"$work/code$lane"; } 2>&1 | tee "$work/messages$lane" | narrate
  read -r code <"$work/code$lane"
  [ "$code" -eq 0 ] && return 0
  ! grep -q -e 'no space left on device' -e 'too big for remaining disk space' "$work/messages$lane" || fail "no space is left on the volume that is written to: $volume. Give it more, then run the upgrade again; what is copied stays"
  return "$code"
}

# Runs a short command: its output into a file, its messages into the log only when it fails.
list() {
  out=$1
  shift
  "$@" --stats 0 >"$out" 2>"$work/messages$lane" && return 0
  code=$?
  cat "$work/messages$lane"
  return "$code"
}

# Last message of the command that just failed, without rclone's date.
reason() { grep -v '^$' "$work/messages$lane" | tail -n 1 | sed 's/^[0-9/]* [0-9:]* //'; }

count() { wc -l <"$1" | tr -d ' '; }
digest() { sha256sum "$1" | cut -d ' ' -f 1; }
used_kib() { if [ -e "$1" ]; then du -sk "$1" | cut -f 1; else echo 0; fi; }
free_kib() { df -Pk "$1" | awk 'NR == 2 { print $4 }'; }

# Writes one volume to its disk where the tool can, all of them otherwise. It proves nothing: busybox drops the error of syncfs(2).
flush() { sync -f "$1" 2>/dev/null || sync; }

# Whether files are on their disk. A write that failed after it was taken is told once, to who asks for that file; the bytes can be
# read from memory all the same. What could not be written is removed, so that no later run takes it for copied.
on_disk='sync -d -- "$@" || { rm -f -- "$@"; exit 1; }'
not_written() { fail "$volume could not be written to its disk ($(head -n 1 "$work/messages")). What was written is copied again when you run the upgrade again; look at the disk first"; }
on_disk_below() { find "$@" -type f -exec sh -c "$on_disk" sh {} + >"$work/messages" 2>&1 || not_written; }
! sync -d "$work/no-such-file" 2>/dev/null || fail "the image's sync cannot tell whether a file is on its disk: set moverImage to one whose sync knows -d, e.g. docker.io/rclone/rclone"

command -v rclone >/dev/null || fail "the image has no rclone: set moverImage to one that has, e.g. docker.io/rclone/rclone"
# All of this is tested with 1.76; 1.71 leaves objects behind where it looks at the backup's bucket, before 1.68 it cannot keep every name.
rclone_minor=$(rclone version | sed -n 's/^rclone v1\.\([0-9]*\).*/\1/p')
[ "${rclone_minor:-99}" -ge 76 ] || fail "the image has rclone 1.$rclone_minor, which is older than what this program is tested with: set moverImage to one with 1.76 or later, e.g. docker.io/rclone/rclone:1.76.0"

# Appears whole or not at all, also after the node lost its power.
publish() {
  { cat >"$1.new" && sync -d "$1.new" && mv "$1.new" "$1" && flush "$1"; } 2>"$work/messages"
}

# SHA-256 of every file below a path, as "<hash>  <name>" sorted by bytes. $3...: more flags of rclone.
# A file that cannot be read is missing from the list; its message is in the log. What is "downloaded" is counted in the statistics.
hashes() {
  into=$1
  of=$2
  shift 2
  : >"$work/unsorted$lane"
  loud rclone hashsum sha256 "$of" --download --output-file "$work/unsorted$lane" "$@" || say "not every file of $of could be read"
  sort "$work/unsorted$lane" >"$into"
}

# Lines of the first sorted list that the second has not. (comm would do it; not every busybox has it.)
only() {
  awk -v other="$2" '
    BEGIN { more = (getline theirs < other) > 0 }
    {
      while (more && theirs "" < $0 "") more = (getline theirs < other) > 0
      if (!more || theirs "" != $0 "") print
    }
  ' "$1"
}

# Compares two sorted lists of "<hash>  <name>". Writes "<how> <name>" lines to $work/differences and one name a line
# to $work/differing. Names listed in $3 but hashed nowhere in $2 are unreadable, not missing.
compare() {
  only "$1" "$2" >"$work/only-expected"
  only "$2" "$1" >"$work/only-found"
  awk -v listed="$3" -v found="$work/only-found" '
    BEGIN {
      while ((getline line < found) > 0) other[substr(line, 67)] = 1
      if (listed != "") while ((getline line < listed) > 0) there[line] = 1
    }
    {
      name = substr($0, 67)
      if (name in other) { print "changed " name; delete other[name] }
      else if (name in there) print "unreadable " name
      else print "missing " name
    }
    END { for (name in other) print "extra " name }
  ' "$work/only-expected" | sort -t ' ' -k 2 >"$work/differences"
  cut -d ' ' -f 2- "$work/differences" >"$work/differing"
}

how_many() { grep -c "^$1 " "$work/differences" || true; }

# One line of the log for each difference: what the reader of the log looks for.
tell() {
  head -n "$log_limit" "$work/differences" | sed 's/^\([a-z]*\) /DIFFERS \1: /'
  [ "$(count "$work/differences")" -le "$log_limit" ] || say "and $(($(count "$work/differences") - log_limit)) more"
}

tallies() {
  printf '"differing":%s,"missing":%s,"extra":%s,"changed":%s' "$(count "$work/differences")" \
    "$(how_many missing)" "$(how_many extra)" "$(grep -c -v -E '^(missing|extra) ' "$work/differences" || true)"
}

# The first of what differs, for whoever reads the result and not the log.
first() {
  [ ! -s "$work/differences" ] || printf ',"first":"%s"' "$(head -n 20 "$work/differences" | tr '\n' ';' | cut -b 1-1500 | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\000-\037\177' ' ')"
}

# A Job that found differences has failed: the next run makes it anew, once their cause was mended.
end_unequal() { [ ! -s "$work/differences" ] || exit 1; }

sum_first_column() { awk '{ sum += $1 } END { printf "%.0f", sum }' "$1"; }

# rclone's lsjson as one object a line, and the name out of such lines.
json_lines() { sed 's/^\[//; s/\]$//; s/,$//; /^$/d'; }
json_path() {
  sed 's/^{"Path":"\([^"\\]*\(\\.[^"\\]*\)*\)".*/\1/; s/\\u0026/\&/g; s/\\u003c/</g; s/\\u003e/>/g; s/\\\([\\"]\)/\1/g'
}
