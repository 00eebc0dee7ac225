import assert from "node:assert/strict";
import { test } from "node:test";
import { isFinal, type ServerState, type Status, sendingLine, serverLine } from "../../front/ts/lib/progress";

const words = {
  sending: "Uploading",
  "sending.left": "about {time} left, {sent} of {total}",
  "sending.start": "{sent} of {total}",
  offline: "Stopped at {percent}%",
  "offline.note": "{sent} are kept",
  waiting: "Waiting",
  "waiting.before": "{count} before you, about {time}",
  "waiting.count": "{count} before you",
  "waiting.next": "You are next",
  "waiting.unattended": "Processing rests",
  processing: "Making it playable",
  "processing.left": "about {time} left",
  playable: "You can watch it",
  "playable.note": "Sharper soon",
  "playable.percent": "Sharper: {percent}%",
  ready: "Ready",
  "ready.note": "Complete",
  failed: "Failed",
  "failed.note": "Choose again",
  "time.seconds": "{n} s",
  "time.minutes": "{n} min",
};

function status(state: ServerState, more: Partial<Status> = {}): Status {
  const quiet = { percent: 0, queue_position: null, eta_s: null, error: null, video_id: null, worker_waiting: false };
  return { id: "1", state, ...quiet, ...more };
}

test("uploading says how far, how long and how much", () => {
  const at = { kind: "sending", sent: 118 * 1024 ** 2, total: 190 * 1024 ** 2, left: 58 } as const;
  const line = { head: "Uploading 62%", note: "about 1 min left, 118 MB of 190 MB", value: 62 };
  assert.deepEqual(sendingLine(at, words), line);
});

test("no time is promised before the rate is known", () => {
  const at = { kind: "sending", sent: 0, total: 1024, left: null } as const;
  assert.deepEqual(sendingLine(at, words), { head: "Uploading 0%", note: "0 B of 1 KB", value: 0 });
});

test("a lost line says what is kept", () => {
  const at = { kind: "offline", sent: 512, total: 1024, left: 3 } as const;
  assert.deepEqual(sendingLine(at, words), { head: "Stopped at 50%", note: "512 B are kept", value: 50 });
});

test("waiting tells the place in the queue and shows no made-up percentage", () => {
  const line = { head: "Waiting", note: "2 before you, about 6 min", value: null };
  assert.deepEqual(serverLine(status("waiting", { queue_position: 2, eta_s: 360 }), words), line);
  assert.equal(serverLine(status("waiting", { queue_position: 2 }), words).note, "2 before you");
  assert.equal(serverLine(status("waiting", { queue_position: 0 }), words).note, "You are next");
});

test("nothing is promised while nobody processes", () => {
  const line = { head: "Waiting", note: "Processing rests", value: null };
  const unattended = { worker_waiting: true, queue_position: 0, eta_s: 20, percent: 40 };
  assert.deepEqual(serverLine(status("waiting", unattended), words), line);
  assert.deepEqual(serverLine(status("processing", unattended), words), line);
  assert.equal(serverLine(status("playable", unattended), words).note, "Sharper soon");
});

test("processing shows its own percentage", () => {
  const line = { head: "Making it playable 40%", note: "about 20 s left", value: 40 };
  assert.deepEqual(serverLine(status("processing", { percent: 40, eta_s: 20 }), words), line);
});

test("what plays is a success: how far the sharper picture is stands in words, and no bar begins anew", () => {
  const line = { head: "You can watch it", note: "Sharper: 40%", value: 100, over: true };
  assert.deepEqual(serverLine(status("playable", { percent: 40 }), words), line);
  assert.equal(serverLine(status("playable"), words).note, "Sharper soon");
});

test("a failure repeats the server's sentence, or the general one", () => {
  const error = { code: "no_video", message: "This is a picture.", permanent: true };
  assert.equal(serverLine(status("failed", { error }), words).note, "This is a picture.");
  assert.equal(serverLine(status("failed"), words).note, "Choose again");
});

test("ready is whole", () => {
  assert.deepEqual(serverLine(status("ready"), words), { head: "Ready", note: "Complete", value: 100, over: true });
});

test("what plays but got no further says why", () => {
  const error = { code: "cancelled", message: "The conversion was cancelled.", permanent: false };
  const line = { head: "You can watch it", note: "The conversion was cancelled.", value: 100, over: true };
  assert.deepEqual(serverLine(status("playable", { percent: 40, error }), words), line);
});

test("the server is asked until nothing more will come", () => {
  const error = { code: "cancelled", message: "The conversion was cancelled.", permanent: false };
  const asked = (["receiving", "waiting", "processing", "playable", "ready", "failed", "cancelled"] as const).filter(
    (state) => !isFinal(status(state)),
  );
  assert.deepEqual(asked, ["receiving", "waiting", "processing", "playable"]);
  assert.equal(isFinal(status("playable", { error })), true);
});
