import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../front/ts/lib/parts";

const isTitle = (word: string): boolean => word.startsWith("#");

test("what stands before the first beginning is a part of its own", () => {
  assert.deepEqual(partsOf(["title", "lead", "#one", "text", "#two"], isTitle), [
    ["title", "lead"],
    ["#one", "text"],
    ["#two"],
  ]);
});

test("a page without a beginning is one part, an empty one has none", () => {
  assert.deepEqual(partsOf(["a", "b"], isTitle), [["a", "b"]]);
  assert.deepEqual(partsOf([], isTitle), []);
});
