import execa from "execa";
import { toldShell, withoutContent } from "../../databases/said";

const inShell = async (said: string): Promise<string> =>
  (await execa("sh", ["-ceu", `${toldShell}told`], { input: said })).stdout;

const cut: [string, string][] = [
  [
    "ERROR 1062 (23000) at line 34: Duplicate entry 'alice@example.com' for key 'users.email'",
    "ERROR 1062 (23000) at line 34: Duplicate entry ...",
  ],
  [
    "ERROR 1064 (42000) at line 2: You have an error in your SQL syntax; check the manual for the right syntax to use near 'hunter2'\n\nmore' at line 1",
    "ERROR 1064 (42000) at line 2: You have an error in your SQL syntax; check the manual for the right syntax to use near ...",
  ],
  [
    "ERROR 1366 (22007) at line 9: Incorrect string value: '\\xF0\\x9F' for column `a`.`b`.`c` at row 1",
    "ERROR 1366 (22007) at line 9: Incorrect string value: ...",
  ],
  [
    "ERROR 1690 (22003): BIGINT UNSIGNED value is out of range in '(7 - 8)'",
    "ERROR 1690 (22003): BIGINT UNSIGNED value is out of range in ...",
  ],
  ['ERROR 3140 (22032): Invalid JSON text: "hunter2" at position 1', "ERROR 3140 (22032): Invalid JSON text: ..."],
  [
    "mysqldump: Got error: 1062: Duplicate entry 'a\nb' for key 'k'\nERROR 2013 (HY000): Lost connection",
    "mysqldump: Got error: 1062: Duplicate entry ...\nERROR 2013 (HY000): Lost connection",
  ],
];
it.each(cut)("a message %j is cut where it quotes content, by the shell as well", async (said, left) => {
  expect(withoutContent(said)).toBe(left);
  expect(await inShell(said)).toBe(left);
});

const whole = [
  "ERROR 1045 (28000): Access denied for user 'root'@'10.1.2.3' (using password: YES)",
  "ERROR 2003 (HY000): Can't connect to MySQL server on 'kfp-db:3306' (111)",
  "ERROR 1146 (42S02) at line 1: Table 'mlpipeline.jobs' doesn't exist",
  "ERROR 1049 (42000): Unknown database 'katib'",
  "ERROR 1406 (22001) at line 3: Data too long for column 'name' at row 1",
  "ERROR 1273 (HY000) at line 25: Unknown collation: 'utf8mb4_0900_ai_ci'",
  "mysqldump: Couldn't execute 'SHOW CREATE TABLE `runs`': Table 'mlpipeline.runs' doesn't exist (1146)",
  "mariadb-dump: Couldn't execute 'SHOW FIELDS FROM `broken`': View 'x.broken' references invalid table(s) (1356)",
  "none of mysql mariadb is in the image",
];
it.each(whole)("a message %j stays whole", (said) => {
  expect(withoutContent(`${said}\n`)).toBe(said);
});

it.each(whole.filter((said) => /^(ERROR|mysql|mariadb)/.test(said)))(
  "a message %j stays whole in the shell",
  async (said) => {
    expect(await inShell(`${said}\n`)).toBe(said);
  },
);

test("the shell tells no line that goes on with a row, whatever its bytes", async () => {
  const { stdout } = await execa("sh", ["-ceu", `${toldShell}told`], {
    input: Buffer.concat([
      Buffer.from("ERROR 1062 (23000) at line 1: Duplicate entry '"),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from(" hunter2\nERROR hunter2\n2024 hunter2' for key 'k'\n"),
    ]),
  });
  expect(stdout).toBe("ERROR 1062 (23000) at line 1: Duplicate entry ...");
});
