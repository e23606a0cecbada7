/** Last line of a survey: one without it was cut off. No line of a thing is like it. */
export const surveyEnd = "end";

/**
 * Shell that tells what a server holds; needs a POSIX shell and the client of MariaDB or MySQL.
 *
 * `survey sums|rows <client and its options>` writes a line for each thing that is not the server's own, with tabs between
 * the columns and the client's escapes (\t, \n, \\, \0) in names:
 *   table <schema> <name> <rows>, and with "sums", on the next line, <name> <sum over the content>
 *   with "sums", database, view, sequence, trigger, procedure, function and event <schema> <name>
 *   end
 * The server itself writes the statements that count, so a name may have any sign that the server lets a name have. All
 * is of one moment, as far as tables are InnoDB's.
 *
 * A dump writes FLOAT with six digits (https://mariadb.com/kb/en/float/): a table with such a column has other bits after
 * a restore, so its sum is left out and says "float".
 *
 * `databases <client and its options>` writes their names, as lines for the shell.
 */
export const surveyShell = `
# "#mysql50#lost+found" is a folder of the volume, no database.
theirs() { printf %s "$1 NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') AND $1 NOT LIKE '#mysql50#%'"; }

statements() {
  wanted=$1
  shift
  mark='CHAR(96 USING utf8mb4)'
  quoted="CONCAT($mark, REPLACE(t.table_schema, $mark, CONCAT($mark, $mark)), $mark, '.', $mark, REPLACE(t.table_name, $mark, CONCAT($mark, $mark)), $mark)"
  inexact="EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.data_type = 'float')"
  sum="IF($inexact, 'SELECT 1, ''float'';', CONCAT('CHECKSUM TABLE ', $quoted, ' EXTENDED;'))"
  [ "$wanted" = sums ] || sum="''"
  echo "SET SESSION sql_mode = ''; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT;"
  "$@" --raw --execute "SET SESSION sql_mode = ''; SELECT CONCAT('SELECT ''table'', ', QUOTE(t.table_schema), ', ', QUOTE(t.table_name), ', COUNT(*) FROM ', $quoted, ';', $sum)
    FROM information_schema.tables t WHERE t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND $(theirs t.table_schema) ORDER BY BINARY t.table_schema, BINARY t.table_name" || return
  [ "$wanted" = rows ] || echo "
    SELECT 'database', schema_name, schema_name FROM information_schema.schemata WHERE $(theirs schema_name)
    UNION ALL SELECT 'view', table_schema, table_name FROM information_schema.views WHERE $(theirs table_schema)
    UNION ALL SELECT 'sequence', table_schema, table_name FROM information_schema.tables WHERE table_type = 'SEQUENCE' AND $(theirs table_schema)
    UNION ALL SELECT 'trigger', trigger_schema, trigger_name FROM information_schema.triggers WHERE $(theirs trigger_schema)
    UNION ALL SELECT LOWER(routine_type), routine_schema, routine_name FROM information_schema.routines WHERE $(theirs routine_schema)
    UNION ALL SELECT 'event', event_schema, event_name FROM information_schema.events WHERE $(theirs event_schema) ORDER BY 1, 2, 3;"
}

# A name may have any sign, so the server writes each as a word of the shell: evaluated, these lines add all to "$@".
databases() {
  "$@" --raw --execute "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT CONCAT('set -- \\"\\$@\\" ''', REPLACE(schema_name, '''', '''\\'''''), '''') FROM information_schema.schemata WHERE $(theirs schema_name) ORDER BY 1"
}

survey() {
  asked=$(statements "$@") || return
  shift
  printf '%s\\n' "$asked" | "$@" || return
  echo ${surveyEnd}
}
`;
