# Dumps a database server consistently, and restores the dump on trial into a server of its own. Runs in the image that the
# server runs, as nobody in particular: what opens it is $MYSQL_PWD, which client and dumper read by themselves.
#
# $WORK_DIR/known              there when the backup has a proven dump already: then nothing is done
#          /dump/dump.sql.gz   every database but the server's own, with views, triggers, routines and events
#               /live          what the server holds (databases/survey.ts), the same before and after the dump
#               /restored      what a server holds that was filled from the dump alone
# With KEEP=manifest, where somebody else has the copy, only "live" is made.
keep=${KEEP:-objects}
if [ -f "$work/known" ]; then
  say "the backup has this dump already"
  exit 0
fi
# Of its own: what other containers left in the folder belongs to root.
work=$work/dump
scratch=$work/scratch
rm -rf "$work"
mkdir "$work"

first() {
  for name; do if command -v "$name" >/dev/null; then echo "$name"; return; fi; done
  fail "the image of $DATABASE has none of $*: it cannot be dumped by it"
}
client=$(first mariadb mysql)
dumper=$(first mariadb-dump mysqldump)
server=$(first mariadbd mysqld)
installer=$(first mariadb-install-db mysql_install_db)
export TMPDIR="$work"

plain="--batch --skip-column-names --default-character-set=utf8mb4 --max-allowed-packet=1G"
reach="--no-defaults --protocol=tcp --host=$DATABASE_HOST --port=${DATABASE_PORT:-3306} --user=root"
live() { "$client" $reach $plain "$@"; }
trial() { MYSQL_PWD= "$client" --no-defaults --socket="$scratch/socket" --user=trial $plain "$@"; }
# Messages that may quote rows, which stay out of logs and results.
why() { told <"$work/messages" | tail -n 3 | grep . || echo "its reason may hold rows and is not told"; }

look() { survey sums live >"$work/$1" 2>"$work/messages" || fail "the server of $DATABASE at $DATABASE_HOST cannot be read as root: $(why)"; }

dump() {
  words=$(databases live 2>"$work/messages") || fail "the names of $DATABASE's databases cannot be read: $(why)"
  [ -n "$words" ] || fail "the server of $DATABASE has no database beside its own, though its charm makes one: it is not the server that the model uses, or its data is gone"
  set --
  eval "$words"
  say "dumping $# databases"
  { "$dumper" $reach --single-transaction --quick --routines --triggers --events --hex-blob --skip-dump-date --default-character-set=utf8mb4 --max-allowed-packet=1G --databases -- "$@" 2>"$work/messages" && echo 0 >"$work/code" || echo $? >"$work/code"; } | gzip >"$work/dump.sql.gz" || fail "the dump cannot be written: is the node's disk full?"
  read -r code <"$work/code"
  [ "$code" -eq 0 ] || fail "$DATABASE cannot be dumped: $(why)"
}

pass=1
while :; do
  look live
  if [ "$keep" = manifest ]; then exit 0; fi
  dump
  look after
  if [ "$(cat "$work/live")" = "$(cat "$work/after")" ]; then break; fi
  moving=$(grep -v -x -F -f "$work/live" "$work/after" | tr '\t\n' ' ;' || true)
  [ "$pass" -lt 3 ] || fail "$DATABASE was written to during each of three dumps ($moving): a dump of it cannot be compared with it. Stop what writes: runs, experiments"
  say "written to meanwhile: $moving; dumping again"
  pass=$((pass + 1))
done

say "restoring the dump on trial"
mkdir "$scratch"
# Names and pages as the server has them; nothing of it has to survive a power cut.
as=$(live --execute 'SELECT @@lower_case_table_names, @@innodb_page_size')
options="--no-defaults --datadir=$scratch/data --lower-case-table-names=${as%%	*} --innodb-page-size=${as##*	} --innodb-use-native-aio=0 --innodb-flush-log-at-trx-commit=0"
"$installer" $options --skip-name-resolve >"$work/messages" 2>&1 || fail "no server for the trial can be set up: $(tail -n 3 "$work/messages")"
printf '%s\n' "CREATE USER trial@localhost;" "GRANT ALL ON *.* TO trial@localhost WITH GRANT OPTION;" "DROP DATABASE IF EXISTS test;" >"$scratch/init.sql"
"$server" $options --user="$(id -u)" --socket="$scratch/socket" --pid-file="$scratch/pid" --skip-networking --skip-log-bin --max-allowed-packet=1G --init-file="$scratch/init.sql" >"$scratch/log" 2>&1 &
up=$!
stop() { kill -9 "$up" 2>/dev/null || true; wait "$up" 2>/dev/null || true; }
trap stop EXIT
tries=0
until trial --execute 'SELECT 1' >/dev/null 2>&1; do
  tries=$((tries + 1))
  if ! kill -0 "$up" 2>/dev/null || [ "$tries" -gt 600 ]; then fail "the server for the trial does not come up: $(tail -n 3 "$scratch/log")"; fi
  sleep 1
done
gunzip -c "$work/dump.sql.gz" | trial >"$work/messages" 2>&1 || fail "the dump of $DATABASE cannot be restored: $(why)"
survey sums trial >"$work/restored" 2>"$work/messages" || fail "what was restored of $DATABASE cannot be read: $(why)"
trap - EXIT
stop
rm -rf "$scratch"
