// Builds front/dist/weike: one style sheet, one entry script per kind of page, lazy chunks with hashed names.
// Entry names stay plain: Django's manifest storage adds their hash. Chunks carry their own, because a hashed
// entry imports them by relative name.

import { readdirSync, readFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { build, context } from "esbuild";

const out = "front/dist/weike";
const HLS = "node_modules/hls.js";
const HLS_PARTS = ["ALT_AUDIO"];

// hls.js comes from its source with the parts we play and no others: its own small build knows no separate sound
// (docs/decisions/0011-hls-without-spare-parts.md). Every switch that its source declares is answered, also one that a
// later version adds. The source means class fields as Babel makes them: one with only a type is nothing, where esbuild
// by itself would empty what the constructor of the parent has set.
function hlsFromSource() {
  const { version } = JSON.parse(readFileSync(`${HLS}/package.json`, "utf8"));
  const declared = readFileSync(`${HLS}/src/define-plugin.d.ts`, "utf8").matchAll(/__USE_(\w+)__/g);
  const switches = [...declared].map(([name, part]) => [name, String(HLS_PARTS.includes(part))]);
  return {
    alias: { "hls.js": `./${HLS}/src/exports-default.ts`, "@svta/cml-cmcd": `./${HLS}/src/empty-es.js` },
    define: {
      ...Object.fromEntries(switches),
      __IN_WORKER__: "false",
      __HLS_WORKER_BUNDLE__: "undefined",
      __VERSION__: JSON.stringify(version),
    },
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  };
}

const shared = {
  bundle: true,
  minify: true,
  target: ["es2020", "chrome99", "safari15.4", "firefox100"],
  logLevel: "warning",
  legalComments: "linked",
};
const scripts = {
  ...shared,
  ...hlsFromSource(),
  entryPoints: [
    "site",
    "player",
    "captions",
    "upload",
    "quiz",
    "speakers",
    "playlist",
    "screen",
    "map",
    "position",
    "synonyms",
    "admin",
  ].map((name) => `front/ts/${name}.ts`),
  outdir: out,
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
};
const styles = {
  ...shared,
  entryPoints: ["front/css/site.css", "front/css/map.css"],
  outdir: out,
  external: ["data:*"],
  // Leaflet's few small pictures.
  loader: { ".png": "dataurl" },
};

async function buildTests() {
  await rm("front/dist-tests", { recursive: true, force: true });
  const entryPoints = readdirSync("tests/front").filter((name) => name.endsWith(".test.ts"));
  await build({
    entryPoints: entryPoints.map((name) => `tests/front/${name}`),
    outdir: "front/dist-tests",
    bundle: true,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
}

async function watch() {
  for (const options of [scripts, styles]) {
    const watcher = await context({ ...options, minify: false, logLevel: "info" });
    await watcher.watch();
  }
}

async function buildSite() {
  await rm(out, { recursive: true, force: true });
  await Promise.all([build(scripts), build(styles)]);
  await cp("front/public", out, { recursive: true });
}

if (process.argv.includes("--tests")) await buildTests();
else if (process.argv.includes("--watch")) await watch();
else await buildSite();
