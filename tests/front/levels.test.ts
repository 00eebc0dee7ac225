import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { AUTO, pictureChoices, SAVER, SOUND, saverCap } from "../../front/ts/player/levels";

const labels = { auto: "Auto", saver: "Save data", sound: "Listen only" };
const sizes = (...heights: number[]) => heights.map((height, index) => ({ index, height }));
const values = (...given: Parameters<typeof pictureChoices>) => pictureChoices(...given).map(({ value }) => value);

test("sparing data goes up to 360p, and takes the smallest where all are larger", () => {
  equal(saverCap(sizes(240, 360, 480, 720)), 1);
  equal(saverCap(sizes(240, 480)), 0);
  equal(saverCap(sizes(480, 720)), 0);
  equal(saverCap(sizes(240, 360)), 1);
});

test("the largest size stands first, between what the line decides and the sound alone", () => {
  deepEqual(pictureChoices(sizes(360, 720), labels, { spare: true, listen: true }), [
    { value: AUTO, label: "Auto" },
    { value: SAVER, label: "Save data" },
    { value: 1, label: "720p" },
    { value: 0, label: "360p" },
    { value: SOUND, label: "Listen only" },
  ]);
});

test("what would change nothing is not offered", () => {
  deepEqual(values(sizes(240, 360), labels, { spare: true, listen: false }), [AUTO, 1, 0]);
  deepEqual(values(sizes(240), labels, { spare: true, listen: true }), [AUTO, SOUND]);
  deepEqual(values(sizes(240, 720), labels, { spare: false, listen: false }), [AUTO, 1, 0]);
});

test("before the sizes are known, data can be spared all the same", () => {
  deepEqual(values(null, labels, { spare: true, listen: true }), [AUTO, SAVER, SOUND]);
  deepEqual(values(null, labels, { spare: false, listen: false }), [AUTO]);
});
