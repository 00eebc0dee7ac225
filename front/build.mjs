// Builds front/dist/weike: one style sheet, one entry script per kind of page, lazy chunks with hashed names.
// Entry names stay plain: Django's manifest storage adds their hash. Chunks carry their own, because a hashed
// entry imports them by relative name.

import { readdirSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { build, context } from "esbuild";

const out = "front/dist/weike";
const shared = {
  bundle: true,
  minify: true,
  target: ["es2020", "chrome99", "safari15.4", "firefox100"],
  logLevel: "warning",
  legalComments: "linked",
};
const scripts = {
  ...shared,
  entryPoints: ["site", "player", "upload", "quiz", "speakers", "playlist", "screen", "map", "position", "admin"].map(
    (name) => `front/ts/${name}.ts`,
  ),
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
