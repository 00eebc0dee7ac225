/** What can be done to captions. Pure: each act returns the new list and which caption the person is at then. */

import { type Cue, inOrder } from "./lines";

export type Done = { cues: Cue[]; at: number };

const NEW_MS = 2000;
const LEAST_MS = 200;
const HAN = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/;

/** A caption that begins elsewhere may come to stand elsewhere. */
export function change(cues: readonly Cue[], at: number, values: Partial<Cue>): Done {
  const old = cues[at];
  if (!old) return { cues: [...cues], at };
  const cue = { ...old, ...values };
  const all = inOrder(cues.map((other, index) => (index === at ? cue : other)));
  return { cues: all, at: all.indexOf(cue) };
}

/** A new caption begins where the video is and lasts two seconds, or until the next. */
export function add(cues: readonly Cue[], now: number): Done {
  const next = cues.find(({ start }) => start >= now + LEAST_MS);
  const cue = { start: now, end: Math.min(now + NEW_MS, next?.start ?? Number.POSITIVE_INFINITY), text: "" };
  const all = inOrder([...cues, cue]);
  return { cues: all, at: all.indexOf(cue) };
}

export function remove(cues: readonly Cue[], at: number): Done {
  const left = cues.filter((_cue, index) => index !== at);
  return { cues: left, at: Math.min(at, left.length - 1) };
}

/** Two captions of one: the first ends where the video is, or else as far in as the cursor stands in the words. */
export function split(cues: readonly Cue[], at: number, caret: number, now: number): Done | null {
  const cue = cues[at];
  const [before, after] = [cue?.text.slice(0, caret).trim(), cue?.text.slice(caret).trim()];
  if (!cue || !before || !after) return null;
  const inside = now > cue.start + LEAST_MS && now < cue.end - LEAST_MS;
  const share = before.length / (before.length + after.length);
  const middle = inside ? now : Math.round(cue.start + (cue.end - cue.start) * share);
  const halves = [
    { ...cue, end: middle, text: before },
    { ...cue, start: middle, text: after },
  ];
  return { cues: [...cues.slice(0, at), ...halves, ...cues.slice(at + 1)], at: at + 1 };
}

export function join(cues: readonly Cue[], at: number): Done | null {
  const [cue, next] = [cues[at], cues[at + 1]];
  if (!cue || !next) return null;
  const text = [cue.text, next.text].filter(Boolean).join(gapBetween(cue.text, next.text));
  const whole = { start: cue.start, end: Math.max(cue.end, next.end), text };
  return { cues: [...cues.slice(0, at), whole, ...cues.slice(at + 2)], at };
}

/** Chinese is written without gaps. */
function gapBetween(before: string, after: string): string {
  return HAN.test(before.slice(-1)) || HAN.test(after.slice(0, 1)) ? "" : " ";
}

/** All of them earlier or later; null where the first would begin before the video. */
export function shift(cues: readonly Cue[], by: number): Cue[] | null {
  if (cues.some(({ start }) => start + by < 0)) return null;
  return cues.map((cue) => ({ ...cue, start: cue.start + by, end: cue.end + by }));
}
