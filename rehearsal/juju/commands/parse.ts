import { CommandError, type Flag } from "./command";

export interface Parsed {
  args: string[];
  values: Map<string, string[]>;
}

const shared: Flag[] = [
  { name: "debug" },
  { name: "show-log" },
  { name: "quiet", short: "q" },
  { name: "verbose", short: "v" },
  { name: "help", short: "h" },
  { name: "logging-config", value: "string" },
  { name: "no-browser-login", short: "B" },
  { name: "color" },
  { name: "no-color" },
];

/** Reads flags the way Juju's gnuflag does: anywhere among the arguments, `--f v`, `--f=v`, `-fv`, up to `--`. Errors end with code 2. */
export function parseFlags(argv: string[], flags: Flag[]): Parsed {
  const known = [...flags, ...shared.filter(({ name }) => !flags.some((flag) => flag.name === name))];
  const parsed: Parsed = { args: [], values: new Map() };
  const add = (flag: Flag, value: string): unknown =>
    parsed.values.set(flag.name, [...(parsed.values.get(flag.name) ?? []), value]);
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      parsed.args.push(...rest);
      break;
    }
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      const flag = known.find((candidate) => candidate.name === name);
      if (flag === undefined) throw new CommandError(`option provided but not defined: --${name}`, 2);
      if (flag.value === "optional") add(flag, equals < 0 ? "true" : arg.slice(equals + 1));
      else if (flag.value === undefined) {
        const value = equals < 0 ? "true" : arg.slice(equals + 1);
        if (!/^(true|false|0|1|t|f)$/i.test(value))
          throw new CommandError(`invalid boolean value "${value}" for  --${name}: invalid syntax`, 2);
        add(flag, /^(true|1|t)$/i.test(value) ? "true" : "false");
      } else add(flag, equals < 0 ? needed(rest.shift(), `--${name}`) : arg.slice(equals + 1));
    } else if (arg.startsWith("-") && arg.length > 1) {
      for (let letters = arg.slice(1); letters !== ""; letters = letters.slice(1)) {
        const flag = known.find(({ short }) => short === letters[0]);
        if (flag === undefined) throw new CommandError(`option provided but not defined: -${letters[0]}`, 2);
        if (flag.value === undefined) add(flag, "true");
        else {
          add(flag, letters.length > 1 ? letters.slice(1) : needed(rest.shift(), `-${letters[0]}`));
          break;
        }
      }
    } else parsed.args.push(arg);
  }
  return parsed;
}

function needed(value: string | undefined, name: string): string {
  if (value === undefined) throw new CommandError(`option needs an argument: ${name}`, 2);
  return value;
}
