import assert from "node:assert/strict";
import { test } from "node:test";
import { sentences } from "../../front/ts/site/read";

test("a text is spoken sentence by sentence", () => {
  const text = "交接班时间写到分钟。隐患位置写架号；下一班才找得到。\n念一遍核对";
  assert.deepEqual(sentences(text), ["交接班时间写到分钟。", "隐患位置写架号；", "下一班才找得到。", "念一遍核对"]);
});

test("empty lines are not spoken", () => {
  assert.deepEqual(sentences(" \n\n "), []);
});
