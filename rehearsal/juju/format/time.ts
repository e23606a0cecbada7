const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => String(value).padStart(2, "0");

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  if (minutes === 0) return "Z";
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}

/** `since` as Juju shows it: "23 Nov 2026 20:43:50Z" in the local zone, with --utc "2026-11-23 20:43:50Z" (juju.md a). Second resolution. */
export function since(milliseconds: number, utc: boolean): string {
  const date = new Date(milliseconds);
  if (utc) return `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 19)}Z`;
  return `${two(date.getDate())} ${months[date.getMonth()]} ${date.getFullYear()} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${offset(date)}`;
}

/** The controller's time of day: "15:04:05Z07:00", with --utc "15:04:05". */
export function timeOfDay(milliseconds: number, utc: boolean): string {
  const date = new Date(milliseconds);
  if (utc) return date.toISOString().slice(11, 19);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${offset(date)}`;
}
