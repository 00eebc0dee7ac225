/** Captions as the lines of the form, which the server writes and reads in the same way (cms/lessons/cue_lines.py). */

/** Times are whole milliseconds, so that nothing is lost between two savings. */
export type Cue = Readonly<{ start: number; end: number; text: string }>;
/** Lines without any time and pasted files are left to the server; a fault names the first line without a time. */
export type Read = { cues: Cue[] } | { fault: number } | { plain: true };

const BREAK = "⏎";
const LAST_CUE_MS = 4000;
const CLOCK = String.raw`(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?`;
const LINE = new RegExp(String.raw`^\[?${CLOCK}\]?(?:\s*(?:-->|[-–—~])\s*${CLOCK})?\s+(.+)$`);
const TYPED = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,4})(?:[.,](\d{1,3}))?$/;
const LINE_ENDS = /\s*[\n\r\v\f\u0085\u2028\u2029]+\s*/g;
// Those of Python's `splitlines`, but for control characters that nobody can type.
const ENDS_OF_LINES = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

const two = (n: number): string => String(n).padStart(2, "0");

/** 192500 → 03:12.5, 3723125 → 1:02:03.125. */
export function writeTime(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const fraction = String(ms % 1000)
    .padStart(3, "0")
    .replace(/0{1,2}$/, "");
  return `${hours ? `${hours}:` : ""}${two(minutes % 60)}:${two(Math.floor(ms / 1000) % 60)}.${fraction}`;
}

/** What a person types into a field of time: 3, 3.5, 0:03, 1:02:03,5; null when it is no time. */
export function readTime(text: string): number | null {
  const [, hours, minutes, whole = "", fraction] = TYPED.exec(text.trim().replaceAll("：", ":")) ?? [];
  return whole ? milliseconds(hours, minutes, whole, fraction) : null;
}

function milliseconds(hours = "0", minutes = "0", whole = "0", fraction = ""): number {
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(whole)) * 1000 + Number(fraction.padEnd(3, "0"));
}

/** Captions without words are not kept; the others go in the order of time. */
export function writeLines(cues: readonly Cue[]): string {
  return inOrder(cues)
    .filter(({ text }) => text.trim())
    .map(({ start, end, text }) => `${writeTime(start)}-${writeTime(end)} ${text.trim().replace(LINE_ENDS, BREAK)}`)
    .join("\n");
}

export function readLines(text: string): Read {
  const lines = text.split(ENDS_OF_LINES).map((line) => line.trim());
  const cues: (Omit<Cue, "end"> & { end: number | null })[] = [];
  let fault = 0;
  lines.forEach((line, index) => {
    const found = LINE.exec(line);
    if (found) cues.push(cueOf(found));
    else if (line && !fault) fault = index + 1;
  });
  if (fault) return cues.length && !text.includes("-->") ? { fault } : { plain: true };
  return {
    cues: cues.map(({ start, end, text: words }, at) => {
      return { start, end: end ?? cues[at + 1]?.start ?? start + LAST_CUE_MS, text: words };
    }),
  };
}

function cueOf(found: RegExpExecArray): Omit<Cue, "end"> & { end: number | null } {
  const [, hours, minutes, whole, fraction, endHours, endMinutes, endWhole, endFraction, words = ""] = found;
  const text = words.split(BREAK).map((line) => line.trim());
  return {
    start: milliseconds(hours, minutes, whole, fraction),
    end: endMinutes ? milliseconds(endHours, endMinutes, endWhole, endFraction) : null,
    text: text.filter(Boolean).join("\n") || words.trim(),
  };
}

export function inOrder(cues: readonly Cue[]): Cue[] {
  return [...cues].sort((a, b) => a.start - b.start || a.end - b.end);
}
