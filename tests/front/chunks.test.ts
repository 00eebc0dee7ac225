import assert from "node:assert/strict";
import { test } from "node:test";
import { MEGABYTE, nextChunk, Speed } from "../../front/ts/lib/chunks";

test("a chunk that took its four seconds keeps its size", () => {
  assert.equal(nextChunk(4 * MEGABYTE, 4000), 4 * MEGABYTE);
});

test("a fast line doubles the chunk, a slow one halves it", () => {
  assert.equal(nextChunk(4 * MEGABYTE, 200), 8 * MEGABYTE);
  assert.equal(nextChunk(4 * MEGABYTE, 60_000), 2 * MEGABYTE);
});

test("chunks stay between one and sixteen megabytes", () => {
  assert.equal(nextChunk(16 * MEGABYTE, 1), 16 * MEGABYTE);
  assert.equal(nextChunk(MEGABYTE, 60_000), MEGABYTE);
});

test("no time left is named before anything moved", () => {
  const speed = new Speed();
  assert.equal(speed.left(100), null);
  speed.at(0, 0);
  assert.equal(speed.left(100), null);
});

test("the time left follows the rate", () => {
  const speed = new Speed();
  speed.at(0, 0);
  speed.at(1000, 1000);
  assert.equal(speed.left(5000), 5);
});

test("going back after a lost chunk does not turn the rate negative", () => {
  const speed = new Speed();
  speed.at(0, 0);
  speed.at(1000, 1000);
  speed.at(500, 2000);
  assert.equal(speed.left(5000), 5);
});
