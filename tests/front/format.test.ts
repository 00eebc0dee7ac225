import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, parseMoment, roughly, size } from "../../front/ts/lib/format";

test("a moment has two digits of minutes and shows hours only when there are some", () => {
  assert.deepEqual([0, 59.9, 192, 3723, Number.NaN, -4].map(clock), [
    "00:00",
    "00:59",
    "03:12",
    "1:02:03",
    "00:00",
    "00:00",
  ]);
});

test("sizes keep one digit only where it says something", () => {
  assert.deepEqual([0, 900, 47_104, 1_258_291, 123_731_968, 2_147_483_648].map(size), [
    "0 B",
    "900 B",
    "46 KB",
    "1.2 MB",
    "118 MB",
    "2.0 GB",
  ]);
});

test("time left is said as a person would", () => {
  assert.deepEqual([1, 22, 54, 55, 80, 240, 7200].map(roughly), [
    { unit: "seconds", n: 5 },
    { unit: "seconds", n: 25 },
    { unit: "seconds", n: 55 },
    { unit: "minutes", n: 1 },
    { unit: "minutes", n: 1 },
    { unit: "minutes", n: 4 },
    { unit: "hours", n: 2 },
  ]);
});

test("a link may name its moment in four ways", () => {
  assert.deepEqual(
    ["192", "192.5", "3:12", "1:02:03", "1h2m3s", "90s"].map(parseMoment),
    [192, 192.5, 192, 3723, 3723, 90],
  );
});

test("what is no moment asks for none", () => {
  assert.deepEqual([null, "", "soon", "3:", "-5"].map(parseMoment), [null, null, null, null, null]);
});
