# Where the backup lies: a folder of the mounted claim, or a place in a bucket of another object store.
#
# $base/objects/<bucket>/<key>     every object of the store
#      /superseded                 what an interrupted earlier attempt had copied and the store no longer has
#      /resources                  config, revisions and custom resources, see resources.sh
#      /records                    what was proven of the above; a backup that has its record is never written to again

# A control character breaks the header that clients send a key in (F39); every other sign works. Mostly it is the line
# break that `echo` added when somebody made the Secret.
refuse_unfit_key() {
  case $2 in
    *[[:cntrl:]]*) fail "\"$1\" in the Secret of $3 has a line break or another control character: no client can send it. Set it again without it (with printf, not echo), then run the upgrade again" ;;
  esac
}
refuse_unfit_key accesskey "${RCLONE_CONFIG_STORE_ACCESS_KEY_ID:-}" "the object store"
refuse_unfit_key secretkey "${RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY:-}" "the object store"
refuse_unfit_key accesskey "${RCLONE_CONFIG_TARGET_ACCESS_KEY_ID:-}" "the backup's bucket"
refuse_unfit_key secretkey "${RCLONE_CONFIG_TARGET_SECRET_ACCESS_KEY:-}" "the backup's bucket"

if [ -n "${BACKUP_BUCKET:-}" ]; then
  export RCLONE_CONFIG_TARGET_TYPE=s3 RCLONE_CONFIG_TARGET_PROVIDER=Minio RCLONE_CONFIG_TARGET_ENCODING=Raw RCLONE_CONFIG_TARGET_LIST_VERSION=2 RCLONE_CONFIG_TARGET_DIRECTORY_MARKERS=true
  # The bucket is there: keys that may write into one need not be allowed to make one.
  export RCLONE_CONFIG_TARGET_NO_CHECK_BUCKET=true
  base=target:$BACKUP_BUCKET/$HOP
  place="bucket $BACKUP_BUCKET at $RCLONE_CONFIG_TARGET_ENDPOINT"
else
  base=${BACKUP_DIR:-/backup}/$HOP
  place="the backup claim"
fi
objects=$base/objects
records=$work/records

# Lists or copies what may not be there: rclone's exit code 3 says that there is no such folder.
if_there() {
  "$@" --stats 0 2>"$work/messages" || [ $? -eq 3 ]
}

# Fetches the records that earlier runs left into $records.
fetch_records() {
  rm -rf "$records"
  mkdir -p "$records"
  if_there rclone sync "$base/records" "$records" || fail "$place cannot be read ($(reason))"
}

# Puts one file into the backup. It appears whole or not at all, also after the node lost its power.
put() {
  case $base in
    target:*) list "$work/put" rclone copyto "$1" "$base/$2" --s3-directory-markers=false || fail "$2 cannot be written to $place ($(reason))" ;;
    *)
      mkdir -p "$(dirname "$base/$2")" && publish "$base/$2" <"$1" || fail "$2 cannot be written to $place"
      ;;
  esac
}

# SHA-256 over the hashes of all records that say what the objects are.
records_digest() { (cd "$records" && sha256sum buckets manifest.sha256 metadata.jsonl sizes) | sha256sum | cut -d ' ' -f 1; }

# Refuses records that are not those that were proven.
check_records() {
  [ "$(records_digest)" = "$(sed 's/.*"records":"\([0-9a-f]*\)".*/\1/' "$records/complete.json")" ] || fail "the manifest of the backup in $place, or another record of it, was changed after the backup was proven: it proves nothing any more. Delete it and run again"
}

# $1: folder of the backup whose files have to be on their disk.
flush_there() {
  case $base in target:*) return 0 ;; esac
  flush "$base"
  on_disk_below "$1"
}

# Refuses a bucket of the very store that is upgraded, by whatever name it is reached: what is written to one must not
# appear in the other.
refuse_own_store() {
  case $base in target:*) ;; *) return 0 ;; esac
  probe=ckf-upgrade-probe-$(head -c 16 /dev/urandom | sha256sum | cut -c 1-16)
  printf %s "$probe" >"$work/probe"
  put "$work/probe" "$probe"
  seen=$(rclone cat "store:$BACKUP_BUCKET/$HOP/$probe" --retries 1 --low-level-retries 3 2>/dev/null || true)
  list "$work/removed" rclone deletefile "$base/$probe" --s3-directory-markers=false || fail "what was written to $place cannot be removed again ($(reason))"
  [ "$seen" != "$probe" ] || fail "$place is in the object store that is upgraded: a backup there is lost with it. Set backupEndpoint to another store"
}

# Refuses names, one a line in $1, that are too long once they stand below the prefix of the backup.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
refuse_long_names() {
  prefix=${objects#target:*/}
  case $base in target:*) ;; *) return 0 ;; esac
  awk -v most=$((1023 - ${#prefix})) 'length($0) > most' "$1" >"$work/long"
  [ ! -s "$work/long" ] || fail "$(count "$work/long") objects have names that are too long for $place, below $prefix: $(head -n 3 "$work/long" | cut -b 1-80 | tr '\n' ' ')... Nothing was copied. Back up to a claim, or give them shorter names"
}
