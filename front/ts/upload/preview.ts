/** The low picture plays as soon as it exists; the player is fetched only then. */

import { need } from "../lib/dom";
import { getJson } from "../lib/request";

type Video = {
  state: string;
  hls: string | null;
  saver: string | null;
  mp4: string | null;
  poster: string | null;
  duration_s: number | null;
};

const VIDEOS = "/api/v1/videos/";

export async function showPreview(host: HTMLElement, videoId: string): Promise<void> {
  if (!host.hidden) return;
  host.hidden = false;
  const url = `${VIDEOS}${encodeURIComponent(videoId)}`;
  const video = await getJson<Video>(url).catch(() => null);
  if (!video?.hls && !video?.mp4) {
    host.hidden = true;
    return;
  }
  const section = need<HTMLElement>(host, "[data-player]");
  section.dataset.hls = video.hls ?? "";
  section.dataset.saverHls = video.saver ?? "";
  section.dataset.mp4 = video.mp4 ?? "";
  section.dataset.sourceUrl = url;
  if (video.poster) need<HTMLVideoElement>(section, "video").poster = video.poster;
  const range = need<HTMLInputElement>(section, "[data-seek] input");
  range.max = String(Math.ceil(video.duration_s ?? 0));
  const { mount } = await import("../player/player");
  mount(section);
}
