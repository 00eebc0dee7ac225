import assert from "node:assert/strict";
import { test } from "node:test";
import { add, change, join, remove, shift, split } from "../../front/ts/captions/edits";
import { type Cue, readLines, readTime, writeLines, writeTime } from "../../front/ts/captions/lines";
import { remarked, remarksOn, units } from "../../front/ts/captions/remarks";

const cue = (start: number, end: number, text: string): Cue => ({ start, end, text });
const lines = [cue(1000, 3250, "先看杆基"), cue(3250, 6000, "再抬头"), cue(9000, 9125, "完")];

test("times are written to the millisecond, as the server writes them", () => {
  assert.deepEqual([0, 3250, 62_125, 192_500, 3_723_001].map(writeTime), [
    "00:00.0",
    "00:03.25",
    "01:02.125",
    "03:12.5",
    "1:02:03.001",
  ]);
});

test("a time may be typed in any usual way; what is none is told apart", () => {
  const typed = ["3", "3.5", "0:03", " 01:02.125 ", "1:02:03,5", "75:00", "03：12"];
  assert.deepEqual(typed.map(readTime), [3000, 3500, 3000, 62_125, 3_723_500, 4_500_000, 192_000]);
  assert.deepEqual(["", "x", "1:2:3:4", "-1", "1.2345"].map(readTime), [null, null, null, null, null]);
});

test("what is written into the field reads back as it was, with the lines of a caption", () => {
  const cues = [...lines, cue(3_600_000, 3_601_001, "两行\n  - 03:12 第二行 --> ")];
  const text = writeLines(cues);
  assert.equal(text.split("\n")[3], "1:00:00.0-1:00:01.001 两行⏎- 03:12 第二行 -->");
  assert.deepEqual(readLines(text), { cues: [...lines, cue(3_600_000, 3_601_001, "两行\n- 03:12 第二行 -->")] });
});

test("what is written is in the order of time and without captions that say nothing", () => {
  assert.equal(
    writeLines([cue(5000, 6000, "b"), cue(1000, 2000, " "), cue(0, 900, "a")]),
    "00:00.0-00:00.9 a\n00:05.0-00:06.0 b",
  );
});

test("lines are read as the server reads them: an end may be missing, plain lines wait for it, a fault is named", () => {
  assert.deepEqual(readLines("[00:01] 一\r\n\r\n00:03 二"), { cues: [cue(1000, 3000, "一"), cue(3000, 7000, "二")] });
  assert.deepEqual(readLines("00:01 一\n\n没有"), { fault: 3 });
  assert.deepEqual(readLines("一\n二"), { plain: true });
  assert.deepEqual(readLines("WEBVTT\n\n00:01.000 --> 00:02.000\n一"), { plain: true });
  assert.deepEqual(readLines(""), { cues: [] });
});

test("a caption that begins elsewhere comes to stand in the order of time", () => {
  assert.deepEqual(change(lines, 2, { start: 0 }), { cues: [cue(0, 9125, "完"), lines[0], lines[1]], at: 0 });
  assert.deepEqual(change(lines, 0, { text: "看" }).cues[0], cue(1000, 3250, "看"));
});

test("a new caption lasts two seconds, or until the next one", () => {
  assert.deepEqual(add(lines, 6500), { cues: [lines[0], lines[1], cue(6500, 8500, ""), lines[2]], at: 2 });
  assert.deepEqual(add(lines, 8000).cues[2], cue(8000, 9000, ""));
  assert.deepEqual(add([], 0), { cues: [cue(0, 2000, "")], at: 0 });
});

test("a caption is split at the cursor: where the video is, else in proportion", () => {
  assert.deepEqual(split(lines, 0, 2, 0)?.cues.slice(0, 2), [cue(1000, 2125, "先看"), cue(2125, 3250, "杆基")]);
  assert.deepEqual(split(lines, 0, 2, 1500), {
    cues: [cue(1000, 1500, "先看"), cue(1500, 3250, "杆基"), lines[1], lines[2]],
    at: 1,
  });
  assert.deepEqual([split(lines, 0, 0, 0), split(lines, 0, 4, 0), split(lines, 9, 1, 0)], [null, null, null]);
});

test("two captions are joined, with a gap only between words that have gaps", () => {
  assert.deepEqual(join(lines, 0), { cues: [cue(1000, 6000, "先看杆基再抬头"), lines[2]], at: 0 });
  assert.equal(join([cue(0, 1, "Look"), cue(1, 2, "up")], 0)?.cues[0]?.text, "Look up");
  assert.equal(join(lines, 2), null);
});

test("the caption after a deleted one is next, and the last one after the last", () => {
  assert.deepEqual(remove(lines, 0), { cues: [lines[1], lines[2]], at: 0 });
  assert.deepEqual(remove(lines, 2).at, 1);
  assert.deepEqual(remove([cue(0, 1, "a")], 0), { cues: [], at: -1 });
});

test("all are moved, or none where the first would begin before the video", () => {
  assert.deepEqual(
    shift(lines, -1000)?.map(({ start, end }) => [start, end]),
    [
      [0, 2250],
      [2250, 5000],
      [8000, 8125],
    ],
  );
  assert.equal(shift(lines, -1001), null);
});

test("what is hard to read is remarked: too fast, too long, over another, backwards, empty", () => {
  assert.equal(units("先看 ab"), 6);
  const odd = [
    cue(0, 2000, "先看杆基"),
    cue(1500, 1600, "再抬头看横担"),
    cue(3000, 2000, "反"),
    cue(4000, 9000, "二十二个汉字放在一行里太长了手机上要折成两行"),
    cue(9500, 9900, " "),
  ];
  assert.deepEqual(
    odd.map((_cue, at) => remarksOn(odd, at)),
    [
      [],
      [{ kind: "fast", seconds: "0.6" }, { kind: "overlap" }],
      [{ kind: "backwards" }],
      [{ kind: "long" }],
      [{ kind: "empty" }],
    ],
  );
  assert.deepEqual(remarked(odd), [1, 2, 3, 4]);
});

test("three thousand captions are read, looked over and written in a moment", () => {
  const many = Array.from({ length: 3000 }, (_none, n) => cue(n * 1000, n * 1000 + 900, `第${n}句`));
  const began = performance.now();
  const read = readLines(writeLines(many));
  assert.deepEqual(read, { cues: many });
  assert.deepEqual(remarked(many), []);
  assert.ok(performance.now() - began < 500);
});
