mariadb_hook() {
  for id in $(living mysql); do
    tell "$id" database "$(config-get database)" user "$(config-get user)" password "$(config-get password)" \
      root_password "$(config-get root_password)" host "$app" port 3306
  done
}
