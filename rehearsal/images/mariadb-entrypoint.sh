#!/bin/sh
# What the image of MariaDB's own maintainers does at its start, as far as the charm asks for it
# (https://mariadb.com/kb/en/mariadb-server-docker-official-image-environment-variables/): an empty folder becomes a data
# folder with root's password, a database and its user; one that has data is served as it is. Small, and quick to start.
set -eu
data=/var/lib/mysql
small="--no-defaults --user=root --datadir=$data --socket=/tmp/mysql.sock --pid-file=/tmp/mysql.pid --innodb-use-native-aio=0
  --innodb-buffer-pool-size=16M --innodb-log-file-size=8M --performance-schema=off --skip-log-bin --skip-name-resolve"

# A text as SQL: its quotes and backslashes stand for themselves.
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\']/\\\\&/g")"; }

# The last thing that a first start writes. Killed before, it starts again on an empty folder.
if [ ! -f "$data/.initialised" ]; then
  rm -rf "${data:?}"/*
  mariadb-install-db --no-defaults --user=root --datadir=$data --skip-test-db --skip-name-resolve --auth-root-authentication-method=normal \
    --innodb-use-native-aio=0 --innodb-buffer-pool-size=16M --innodb-log-file-size=8M
  {
    echo "DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost';"
    echo "FLUSH PRIVILEGES;"
    echo "ALTER USER root@localhost IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
    if [ "${MARIADB_ROOT_HOST:-%}" != localhost ]; then
      echo "CREATE USER root@'%' IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
      echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
    fi
    if [ -n "${MARIADB_DATABASE:-}" ]; then echo "CREATE DATABASE \`$MARIADB_DATABASE\`;"; fi
    echo "CREATE USER $(quoted "$MARIADB_USER")@'%' IDENTIFIED BY $(quoted "$MARIADB_PASSWORD");"
    echo "GRANT ALL ON ${MARIADB_DATABASE:-*}.* TO $(quoted "$MARIADB_USER")@'%' WITH GRANT OPTION;"
  } | mariadbd $small --bootstrap
  sync
  touch "$data/.initialised"
fi
exec mariadbd $small "$@"
