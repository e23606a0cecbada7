# mysql-k8s, with MariaDB in MySQL's place: root from inside the Pod only, and "serverconfig" with every right from anywhere
# (https://documentation.ubuntu.com/charmed-mysql/8.0/explanation/users/).
# Debian's busybox has no nc -z.
serves() { nc -w 1 127.0.0.1 3306 </dev/null; }
mysql_status() { wait_until 60 serves || echo "waiting|Waiting for the server"; }

mysql_action() {
  user=$(action-get username)
  user=${user:-root}
  action-set username="$user" password="$(kept_random "password-$user")"
}
