/** Words before a quoted name, which may be told; any other quotes may hold a row or a statement. */
const names = "user|database|schema|table|view|trigger|event|procedure|function|column|key|server|host|on|plugin|variable|socket|collation|charset|set|option|execute";
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
