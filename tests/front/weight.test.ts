/** What the player makes a browser fetch: the built files, packed as they are sent. */

import { equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const DIST = "front/dist/weike";
const OWN_KB = 25;
const WITH_HLS_KB = 150;

const AT_ONCE = /(?:from|import)\s*"(\.[^"]+\.js)"/g;
const AT_FIRST_PLAY = /import\("(\.[^"]+\.js)"\)/g;

const read = (name: string): string => readFileSync(join(DIST, name), "utf8");

function named(name: string, pattern: RegExp): string[] {
  return [...read(name).matchAll(pattern)].map((found) => normalize(join(name, "..", found[1] ?? "")));
}

/** A file and everything that it imports before it runs. */
function fetched(name: string, known = new Set<string>()): Set<string> {
  if (known.has(name)) return known;
  known.add(name);
  for (const next of named(name, AT_ONCE)) fetched(next, known);
  return known;
}

function packedKb(names: Iterable<string>): number {
  let bytes = 0;
  for (const name of names) bytes += gzipSync(read(name), { level: 9 }).length;
  return bytes / 1024;
}

test("the player is light, also with what plays HLS where the browser does not", () => {
  const own = fetched("player.js");
  const later = [...own].flatMap((name) => named(name, AT_FIRST_PLAY));
  equal(later.length, 1);
  ok(later[0]?.startsWith("chunks/hls-"), `${later}`);
  const [alone, whole] = [packedKb(own), packedKb([...own, ...later])];
  ok(alone > 1 && alone <= OWN_KB, `${alone} KB`);
  ok(whole > alone + 50 && whole <= WITH_HLS_KB, `${whole} KB`);
});

test("hls.js is built with separate sound and without what is never played", () => {
  const text = read([...fetched("player.js")].flatMap((name) => named(name, AT_FIRST_PLAY))[0] ?? "");
  ok(text.includes("audio-stream-controller"));
  for (const spare of ["subtitle-stream-controller", "content-steering", "__USE_"]) ok(!text.includes(spare), spare);
});
