/** Times and sizes as the pages write them. */

const MINUTE = 60;
const HOUR = 3600;
const KILO = 1024;

const pad = (n: number): string => String(n).padStart(2, "0");

/** 192 → 03:12, 3723 → 1:02:03. */
export function clock(seconds: number): string {
  const total = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(total / HOUR);
  const rest = `${pad(Math.floor((total % HOUR) / MINUTE))}:${pad(total % MINUTE)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** Bytes as 46 KB or 1.2 GB. */
export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let amount = bytes;
  let unit = 0;
  while (amount >= KILO && unit < units.length - 1) {
    amount /= KILO;
    unit += 1;
  }
  const digits = unit > 1 && amount < 10 ? 1 : 0;
  return `${amount.toFixed(digits)} ${units[unit] ?? ""}`;
}

export type RoughTime = { unit: "seconds" | "minutes" | "hours"; n: number };

/** How a person would say it: steps of 5 s below a minute, then whole minutes, then half hours. */
export function roughly(seconds: number): RoughTime {
  if (seconds < 55) return { unit: "seconds", n: Math.max(5, Math.ceil(seconds / 5) * 5) };
  if (seconds < 90 * MINUTE) return { unit: "minutes", n: Math.max(1, Math.round(seconds / MINUTE)) };
  return { unit: "hours", n: Math.round(seconds / (HOUR / 2)) / 2 };
}

/** The place a link asks for: 192, 3:12 and 1h2m3s mean seconds; null when it asks for none. */
export function parseMoment(text: string | null): number | null {
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (units) return Number(units[1] ?? 0) * HOUR + Number(units[2] ?? 0) * MINUTE + Number(units[3] ?? 0);
  if (!/^\d+(:\d{1,2}){1,2}$/.test(text)) return null;
  return text.split(":").reduce((sum, part) => sum * MINUTE + Number(part), 0);
}
