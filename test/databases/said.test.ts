import { withoutContent } from "../../databases/said";

it.each([
  ["ERROR 1062 (23000) at line 34: Duplicate entry 'alice@example.com' for key 'users.email'", "ERROR 1062 (23000) at line 34: Duplicate entry ..."],
  ["ERROR 1064 (42000) at line 2: You have an error in your SQL syntax; check the manual for the right syntax to use near 'hunter2'\n\nmore' at line 1", "ERROR 1064 (42000) at line 2: You have an error in your SQL syntax; check the manual for the right syntax to use near ..."],
  ["ERROR 1366 (22007) at line 9: Incorrect string value: '\\xF0\\x9F' for column `a`.`b`.`c` at row 1", "ERROR 1366 (22007) at line 9: Incorrect string value: ..."],
  ["ERROR 1690 (22003): BIGINT UNSIGNED value is out of range in '(7 - 8)'", "ERROR 1690 (22003): BIGINT UNSIGNED value is out of range in ..."],
  ['ERROR 3140 (22032): Invalid JSON text: "hunter2" at position 1', "ERROR 3140 (22032): Invalid JSON text: ..."],
  ["mysqldump: Got error: 1062: Duplicate entry 'a\nb' for key 'k'\nERROR 2013 (HY000): Lost connection", "mysqldump: Got error: 1062: Duplicate entry ...\nERROR 2013 (HY000): Lost connection"],
])("a message %j is cut where it quotes content", (said, left) => {
  expect(withoutContent(said)).toBe(left);
});

it.each([
  "ERROR 1045 (28000): Access denied for user 'root'@'10.1.2.3' (using password: YES)",
  "ERROR 2003 (HY000): Can't connect to MySQL server on 'kfp-db:3306' (111)",
  "ERROR 1146 (42S02) at line 1: Table 'mlpipeline.jobs' doesn't exist",
  "ERROR 1049 (42000): Unknown database 'katib'",
  "ERROR 1406 (22001) at line 3: Data too long for column 'name' at row 1",
  "ERROR 1273 (HY000) at line 25: Unknown collation: 'utf8mb4_0900_ai_ci'",
  "mysqldump: Couldn't execute 'SHOW CREATE TABLE `runs`': Table 'mlpipeline.runs' doesn't exist (1146)",
  "none of mysql mariadb is in the image",
])("a message %j stays whole", (said) => {
  expect(withoutContent(`${said}\n`)).toBe(said);
});
