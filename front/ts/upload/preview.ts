/** The low picture plays as soon as it exists; the player is fetched only then. */

import { need } from "../lib/dom";
import { getJson } from "../lib/request";
import type { Player } from "../player/player";

type Video = {
  state: string;
  hls: string | null;
  saver: string | null;
  mp4: string | null;
  poster: string | null;
  duration_s: number | null;
};

const VIDEOS = "/api/v1/videos/";

function askFor(url: string): Promise<Video | null> {
  return getJson<Video>(url).catch(() => null);
}

/** The picture that stands for the film is there with all its sizes: later than the player. */
async function putPoster(host: HTMLElement, url: string): Promise<void> {
  const picture = need<HTMLVideoElement>(host, "video");
  if (picture.poster || !picture.paused || picture.currentTime > 0) return;
  picture.poster = (await askFor(url))?.poster ?? "";
}

/** Nobody asked to play it yet, so that a picture that does not come is no trouble to tell. */
function showFirst({ section, source }: Player): void {
  const tell = source.onTrouble;
  const asked = () => {
    source.onTrouble = tell;
  };
  source.onTrouble = () => undefined;
  for (const kind of ["click", "keydown"]) section.addEventListener(kind, asked, { capture: true, once: true });
  void source.load(0);
}

export async function showPreview(host: HTMLElement, videoId: string, complete: boolean): Promise<void> {
  const url = `${VIDEOS}${encodeURIComponent(videoId)}`;
  if (!host.hidden) {
    if (complete) await putPoster(host, url);
    return;
  }
  host.hidden = false;
  const video = await askFor(url);
  if (!video?.hls && !video?.mp4) {
    host.hidden = true;
    return;
  }
  const section = need<HTMLElement>(host, "[data-player]");
  section.dataset.hls = video.hls ?? "";
  section.dataset.saverHls = video.saver ?? "";
  section.dataset.mp4 = video.mp4 ?? "";
  section.dataset.sourceUrl = url;
  const picture = need<HTMLVideoElement>(section, "video");
  if (video.poster) picture.poster = video.poster;
  const range = need<HTMLInputElement>(section, "[data-seek] input");
  range.max = String(Math.round(video.duration_s ?? 0));
  const { mount } = await import("../player/player");
  const player = mount(section);
  // Until then the first picture of the film stands for it, unless data is dear.
  if (!video.poster && section.dataset.saver !== "on") showFirst(player);
}
