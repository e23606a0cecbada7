/**
 * Shell that fills a new server from an old one, for the container of the new one; comes after `surveyShell`, is given the old
 * server's host as its first word, and root's password there and serverconfig's here as two lines on its standard input.
 * The client of the new server does both, as upstream's guide has it (facts, 2.2 step 1): it is the later one.
 *
 *   filled   tells "1" where a proven load is marked: from then on the new server is in use, and is never loaded again
 *   load     dumps every database but the server's own and loads it, in place of what an attempt before left. What runs in a
 *            container goes on when whoever started it is killed, so an attempt that does still is ended first; should one
 *            come late nevertheless, it finds the lock taken or the mark set, and loads nothing
 *   rows     old|new   counts
 *   sessions   who is connected to the old server from another machine, as "user@host", one a line
 *   mark     <rows>   marks the load as proven, with the rows that the old server had
 *   held     tells that number; nothing where none was marked
 */
export const loadShell = `
IFS= read -r old_password
IFS= read -r new_password
first() { for name; do if command -v "$name"; then return; fi; done; echo "none of $* is in the image" >&2; return 1; }
client=$(first mysql mariadb)
dumper=$(first mysqldump mariadb-dump)
host=$1
# The client of MySQL asks for a collation that MariaDB does not know, and gets the server's own character set instead.
names="--init-command=SET NAMES utf8mb4"
reach="--no-defaults --protocol=tcp --default-character-set=utf8mb4 --max-allowed-packet=1G"
old() { MYSQL_PWD=$old_password "$client" $reach "$names" --host="$host" --user=root --batch --skip-column-names "$@"; }
new() { MYSQL_PWD=$new_password "$client" $reach "$names" --host=127.0.0.1 --user=serverconfig --batch --skip-column-names "$@"; }

marks="SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'ckf_upgrade' AND table_name = 'loaded'"
# Of a statement that is none, both servers tell the text: https://dev.mysql.com/doc/refman/8.0/en/prepare.html
unless() { echo "SET @s = IF($1, 'DO 0', '$2'); PREPARE s FROM @s; EXECUTE s;"; }
alone() { unless "GET_LOCK('ckf_upgrade', 30) = 1" "another load is under way"; }

filled() { new --execute "$marks"; }
# In the table's comment: mark and number are made by one statement, and no row of ours is counted with people's.
mark() { new --execute "$(alone) CREATE DATABASE IF NOT EXISTS ckf_upgrade; CREATE TABLE IF NOT EXISTS ckf_upgrade.loaded (id int PRIMARY KEY) COMMENT = '$1'"; }
held() { new --execute "SELECT table_comment FROM information_schema.tables WHERE table_schema = 'ckf_upgrade' AND table_name = 'loaded'"; }
# What comes from the server's own Pod is its charm, or a probe.
sessions() { old --execute "SELECT CONCAT(user, '@', host) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user NOT IN ('system user', 'event_scheduler') AND host NOT RLIKE '^(localhost|127[.]0[.]0[.]1|::1)(:|$)'"; }
rows() { survey rows "$1"; }

load() {
  words=$(databases old)
  set -- --databases --
  # What MySQL's own can be told, and MariaDB's not. It asks for statistics that a MariaDB has not.
  help=$("$dumper" --help)
  case $help in *--column-statistics*) set -- --column-statistics=0 "$@" ;; esac
  case $help in *--init-command*) set -- "$names" "$@" ;; esac
  eval "$words"
  earlier=$(new --execute "SELECT COALESCE(IS_USED_LOCK('ckf_upgrade'), '')")
  [ -z "$earlier" ] || new --execute "KILL $earlier" || true
  # A mode that a MariaDB has by default and notes beside each trigger, routine and event. MySQL 8.0 knows it no longer, and none of its
  # statements needed it: https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-11.html. No row begins a line of a dump.
  known="/^\\/\\*!50003 SET sql_mode /{s/,NO_AUTO_CREATE_USER//;s/NO_AUTO_CREATE_USER,*//;}"
  code=$({ { alone; unless "($marks) = 0" "the load is proven already"; MYSQL_PWD=$old_password "$dumper" $reach --host="$host" --user=root --single-transaction --quick --routines --triggers --events --hex-blob "$@" && echo 0 >&3 || echo $? >&3; } | LC_ALL=C sed "$known" | new >&2; } 3>&1)
  if [ "$code" != 0 ]; then echo "the dump ended with $code" >&2; return 1; fi
}
`;
