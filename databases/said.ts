/** Words before a quoted name, which may be told; any other quotes may hold a row or a statement. */
const names =
  "user|database|schema|table|view|trigger|event|procedure|function|column|key|server|host|on|plugin|variable|socket|collation|charset|set|option|from|execute";
const quoted = new RegExp(`(?<=[\\s(:=])(?<!\\b(?:${names}):?\\s)['"\`]`, "i");

/**
 * What a client of MariaDB or MySQL, or the shell around it, said without what it quotes of rows and statements: of each message
 * all from there on is left out. Its code and its first words stay: https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
export function withoutContent(said: string): string {
  const messages = said.trim().split(/\n(?=ERROR\b|(?:mysql|mariadb)[\w-]*: |\S*sh: |the dump ended )/);
  return messages
    .map((message) => {
      const at = message.search(quoted);
      return at < 0 ? message : `${message.slice(0, at)}...`;
    })
    .join("\n");
}

/**
 * The same for a shell: `told` copies from its standard input the lines that begin a message, each cut there. Other lines may be the rest
 * of a row and are left out. Needs a sed that knows -E, as busybox's and GNU's.
 */
export const toldShell = `
told() {
  mark=$(printf '\\001')
  LC_ALL=C sed -n -E "/^(ERROR [0-9]+ [(]|(mysql|mariadb)[a-z_-]*: |[^ ]*sh: )/ {
    s/(^|[^[:alnum:]_])(${names})(:?[[:space:]])(['\\"\\\`])/\\1\\2\\3$mark\\4/gI
    s/([[:space:](:=])['\\"\\\`].*/\\1.../
    s/$mark//g
    p
  }"
}
`;
