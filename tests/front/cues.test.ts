import assert from "node:assert/strict";
import { test } from "node:test";
import { activeAt, parseSprite } from "../../front/ts/lib/cues";

const lines = [
  { start: 1, end: 3 },
  { start: 3, end: 5 },
  { start: 8, end: 9 },
];

test("the line that has begun last is the active one", () => {
  assert.deepEqual(
    [0, 1, 2.9, 3, 7, 8, 99].map((time) => activeAt(lines, time)),
    [-1, 0, 0, 1, 1, 2, 2],
  );
});

test("an empty list has no active line", () => {
  assert.equal(activeAt([], 5), -1);
});

test("the preview strip's pictures inherit the signature of its address", () => {
  const text =
    "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nsprite.jpg#xywh=0,0,160,90\n\n00:05.000 --> 00:10.000\nsprite.jpg#xywh=160,0,160,90\n";
  const image = "https://example.test/v/1/sprite.jpg?sig=abc";
  assert.deepEqual(parseSprite(text, "https://example.test/v/1/sprite.vtt?sig=abc"), [
    { start: 0, end: 5, image, x: 0, y: 0, w: 160, h: 90 },
    { start: 5, end: 10, image, x: 160, y: 0, w: 160, h: 90 },
  ]);
});
