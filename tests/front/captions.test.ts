import assert from "node:assert/strict";
import { test } from "node:test";
import { captionItems, NEXT, preferred, readSize } from "../../front/ts/lib/captions";

const words = { "captions.large.of": "{language}, large", "captions.none": "No captions" };

test("every language can be chosen in both sizes, and none at all", () => {
  assert.deepEqual(captionItems(["中文", "English"], 1, words), [
    { label: "中文", at: 0, size: "on" },
    { label: "中文, large", at: 0, size: "large" },
    { label: "English", at: 1, size: "on" },
    { label: "English, large", at: 1, size: "large" },
    { label: "No captions", at: 1, size: "off" },
  ]);
});

test("the language chosen last is shown again", () => {
  assert.equal(preferred(["zh-Hans", "en"], "en", "zh-Hans"), 1);
});

test("a language that this video lacks gives way to the page's and then to the first", () => {
  assert.equal(preferred(["zh-Hans", "en"], "ug", "en"), 1);
  assert.equal(preferred(["en", "zh-Hant"], null, "zh-Hans"), 1);
  assert.equal(preferred(["zh-Hans", "en"], null, "bo"), 0);
  assert.equal(preferred(["zh-Hans", "en"], null, ""), 0);
});

test("the key walks through on, large and off", () => {
  assert.deepEqual([NEXT.on, NEXT.large, NEXT.off], ["large", "off", "on"]);
  assert.deepEqual(
    [readSize("large"), readSize("off"), readSize("nonsense"), readSize(null)],
    ["large", "off", "on", "on"],
  );
});
