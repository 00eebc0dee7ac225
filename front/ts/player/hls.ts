/** hls.js as front/build.mjs makes it, in a chunk of its own that is fetched at the first play. */

export { default } from "hls.js";
