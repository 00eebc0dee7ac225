import assert from "node:assert/strict";
import { test } from "node:test";
import { merge, Recorder } from "../../front/ts/lib/segments";

test("stretches that touch become one", () => {
  assert.deepEqual(
    merge([
      [10, 20],
      [0, 10.2],
      [30, 31],
    ]),
    [
      [0, 20],
      [30, 31],
    ],
  );
});

test("an empty or backward stretch is dropped", () => {
  assert.deepEqual(
    merge([
      [5, 5],
      [9, 8],
    ]),
    [],
  );
});

test("a stretch inside another adds nothing", () => {
  assert.deepEqual(
    merge([
      [0, 60],
      [10, 20],
    ]),
    [[0, 60]],
  );
});

test("playing on extends the stretch and a jump begins a new one", () => {
  const recorder = new Recorder();
  for (const time of [0, 0.5, 1, 40, 40.5]) recorder.at(time, 1.5);
  assert.deepEqual(recorder.take(), [
    [0, 1],
    [40, 40.5],
  ]);
});

test("jumping back does not count the time twice as one stretch", () => {
  const recorder = new Recorder();
  for (const time of [10, 11, 12, 5, 6]) recorder.at(time, 1.5);
  assert.deepEqual(recorder.take(), [
    [5, 6],
    [10, 12],
  ]);
});

test("what was handed over is not handed over again", () => {
  const recorder = new Recorder();
  recorder.at(0, 1.5);
  recorder.at(1, 1.5);
  assert.deepEqual(recorder.take(), [[0, 1]]);
  assert.deepEqual(recorder.take(), []);
  recorder.at(2, 1.5);
  assert.deepEqual(recorder.take(), [[1, 2]]);
});

test("a pause ends the stretch", () => {
  const recorder = new Recorder();
  recorder.at(0, 1.5);
  recorder.at(1, 1.5);
  recorder.cut();
  recorder.at(1.1, 1.5);
  recorder.at(1.9, 1.5);
  assert.deepEqual(recorder.take(), [[0, 1.9]]);
});
