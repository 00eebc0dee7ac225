import assert from "node:assert/strict";
import { test } from "node:test";
import { withRecent } from "../../front/ts/site/recent";

test("a repeated search moves to the front instead of standing twice", () => {
  assert.deepEqual(withRecent(["用电", "急救"], "急救"), ["急救", "用电"]);
});

test("only the last six are kept", () => {
  assert.deepEqual(withRecent(["1", "2", "3", "4", "5", "6"], "7"), ["7", "1", "2", "3", "4", "5"]);
});

test("an empty search is not remembered", () => {
  assert.deepEqual(withRecent(["用电"], "  "), ["用电"]);
});
