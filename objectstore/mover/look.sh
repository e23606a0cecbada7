# Names what lies on a volume beside what a MinIO makes that never got an object. Folders without a file hold no data.
volume=${DATA_DIR:-/data-look}
(cd "$volume" && find . -mindepth 1 \( -path ./.minio.sys -o -path ./lost+found \) -prune -o ! -type d -print) >"$work/foreign" 2>"$work/messages" || fail "the volume could not be read: $(head -n 1 "$work/messages")"
head -n "$log_limit" "$work/foreign" | sed 's|^\./|DIFFERS extra: |'
printf '{"job":"%s","mover":"look","foreign":%s}\n' "$job" "$(count "$work/foreign")" >"$result_file"
