/** What makes a caption hard to read, or unfit to be kept. Pure; the sentences are in the page. */

import type { Cue } from "./lines";

export type Remark = { kind: "backwards" | "overlap" | "fast" | "long" | "empty"; seconds?: string };

// Han characters are twice as wide as letters, and say twice as much.
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
const UNITS_A_SECOND = 20;
const UNITS_A_LINE = 42;

export function units(text: string): number {
  const shown = text.replace(/\s/g, "");
  return shown.length + (shown.match(WIDE)?.length ?? 0);
}

export function remarksOn(cues: readonly Cue[], at: number): Remark[] {
  const cue = cues[at];
  if (!cue) return [];
  const found: Remark[] = [];
  const above = cues[at - 1];
  const length = cue.end - cue.start;
  const needed = (units(cue.text) / UNITS_A_SECOND) * 1000;
  if (!cue.text.trim()) found.push({ kind: "empty" });
  if (length <= 0) found.push({ kind: "backwards" });
  else if (needed > length) found.push({ kind: "fast", seconds: (Math.ceil(needed / 100) / 10).toFixed(1) });
  if (above && above.end > cue.start) found.push({ kind: "overlap" });
  if (cue.text.split("\n").some((line) => units(line) > UNITS_A_LINE)) found.push({ kind: "long" });
  return found;
}

/** Which captions have a remark, in order. */
export function remarked(cues: readonly Cue[]): number[] {
  return cues.flatMap((_cue, at) => (remarksOn(cues, at).length ? [at] : []));
}
