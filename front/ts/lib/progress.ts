/** The one honest line: what happens, how far, how long. Pure, so that every state's words are tested. */

import { fill, type Words } from "./dom";
import { roughly, size } from "./format";

export type Sending = { kind: "sending" | "paused" | "offline"; sent: number; total: number; left: number | null };
export type ServerState = "receiving" | "waiting" | "processing" | "playable" | "ready" | "failed" | "cancelled";
export type Status = {
  id: string;
  state: ServerState;
  percent: number;
  queue_position: number | null;
  eta_s: number | null;
  error: { code: string; message: string; permanent: boolean } | null;
  /** What an upload became; a video itself does not name itself so. */
  video_id?: string | number | null;
  worker_waiting: boolean;
  /** The title of an earlier video that is the same file. */
  duplicate_title?: string | null;
};
/** `value` is how much of the state is done, null while nobody knows; `over` where nobody waits for it any more. */
export type Line = { head: string; note: string; value: number | null; over?: true };

export function timeWords(seconds: number, words: Words): string {
  const { unit, n } = roughly(seconds);
  return fill(words[`time.${unit}`], { n });
}

export function sendingLine(at: Sending, words: Words): Line {
  const percent = at.total > 0 ? Math.floor((at.sent / at.total) * 100) : 0;
  const values = { percent, sent: size(at.sent), total: size(at.total) };
  if (at.kind !== "sending") {
    return { head: fill(words[at.kind], values), note: fill(words[`${at.kind}.note`], values), value: percent };
  }
  const note =
    at.left === null
      ? fill(words["sending.start"], values)
      : fill(words["sending.left"], { ...values, time: timeWords(at.left, words) });
  return { head: `${words.sending ?? ""} ${percent}%`, note, value: percent };
}

export function serverLine(status: Status, words: Words): Line {
  const head = words[status.state] ?? "";
  if (status.worker_waiting && (status.state === "waiting" || status.state === "processing")) {
    return { head: words.waiting ?? "", note: words["waiting.unattended"] ?? "", value: null };
  }
  if (status.state === "waiting") return { head, note: waitingNote(status, words), value: null };
  if (status.state === "processing") {
    const time = status.eta_s === null ? "" : timeWords(status.eta_s, words);
    const note = time ? fill(words["processing.left"], { time }) : "";
    return { head: `${head} ${Math.round(status.percent)}%`, note, value: status.percent };
  }
  return { head, note: lastNote(status, words), value: 100, over: true };
}

function lastNote(status: Status, words: Words): string {
  if (status.error) return failedNote(status, words);
  return status.state === "playable" ? sharperNote(status, words) : (words[`${status.state}.note`] ?? "");
}

/** What plays is a success: how far its larger sizes are stands in words, and no bar begins anew. */
function sharperNote(status: Status, words: Words): string {
  const percent = Math.round(status.percent);
  if (percent <= 0 || status.worker_waiting) return words["playable.note"] ?? "";
  return fill(words["playable.percent"], { percent });
}

function waitingNote(status: Status, words: Words): string {
  const before = status.queue_position ?? 0;
  if (before <= 0) return words["waiting.next"] ?? "";
  const time = status.eta_s === null ? "" : timeWords(status.eta_s, words);
  const sentence = time ? words["waiting.before"] : words["waiting.count"];
  return fill(sentence, { count: before, time });
}

function failedNote(status: Status, words: Words): string {
  return status.error?.message || (words["failed.note"] ?? "");
}

export function isFinal(status: Status): boolean {
  const over: ServerState[] = ["ready", "failed", "cancelled"];
  return over.includes(status.state) || (status.state === "playable" && status.error !== null);
}
