/** HTML that is safe to put into HTML. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | undefined | false | Part[];

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Control characters have no meaning in HTML; charms and juju may have said anything. */
const escape = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]/gu, "?").replace(/[&<>"']/g, (sign) => entities[sign]);

function textOf(part: Part): string {
  if (part === undefined || part === false) return "";
  if (Array.isArray(part)) return part.map(textOf).join("");
  return part instanceof Markup ? part.text : escape(String(part));
}

/** A template whose values are escaped, but for those that are HTML already. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(template.map((text, index) => `${text}${textOf(parts[index])}`).join(""));
}
