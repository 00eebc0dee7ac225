/** The position: one range input that keyboards and screen readers know, painted through two custom properties. */

import { element, fill, find, need } from "../lib/dom";
import { clock } from "../lib/format";
import type { Player } from "./player";

const STEP_S = 5;

export function bindBar(player: Player): void {
  const { video, section } = player;
  const track = player.part("seek");
  const range = need<HTMLInputElement>(track, "input");
  const shown = player.part("time");
  let dragging = false;

  const paint = () => {
    // Whole seconds, as the page says the length before anything is loaded; the last of them ends with the video.
    const total = Math.round(player.duration);
    const at = dragging ? Number(range.value) : video.ended ? total : Math.min(player.time, total);
    if (total > 0) range.max = String(total);
    if (!dragging) range.value = String(at);
    shown.textContent = `${clock(at)} / ${clock(total)}`;
    range.setAttribute("aria-valuetext", fill(player.words.at, { at: clock(at), total: clock(total) }));
    track.style.setProperty("--at", share(at, total));
    track.style.setProperty("--buf", share(buffered(video, at), total));
  };
  for (const kind of ["timeupdate", "durationchange", "progress", "seeked", "emptied"]) {
    video.addEventListener(kind, paint);
  }
  section.addEventListener("weike:time", paint);
  range.addEventListener("input", () => {
    dragging = true;
    paint();
  });
  range.addEventListener("change", () => {
    dragging = false;
    player.seek(Number(range.value));
  });
  range.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -STEP_S, ArrowRight: STEP_S, ArrowDown: -STEP_S, ArrowUp: STEP_S }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    player.seek(player.time + step);
  });
  paint();
  markChapters(player, track);
}

const share = (part: number, total: number): string => `${total > 0 ? Math.min(100, (part / total) * 100) : 0}%`;

function buffered(video: HTMLVideoElement, at: number): number {
  for (let index = 0; index < video.buffered.length; index += 1) {
    if (video.buffered.start(index) <= at + 0.5 && video.buffered.end(index) >= at) return video.buffered.end(index);
  }
  return at;
}

/** A small gap on the bar where each chapter begins. */
function markChapters(player: Player, track: HTMLElement): void {
  const list = find<HTMLElement>(document, `[data-chapters][data-for="${CSS.escape(player.section.id)}"]`);
  if (!list || player.duration <= 0) return;
  for (const button of list.querySelectorAll<HTMLElement>("[data-start]")) {
    const start = Number(button.dataset.start);
    if (start <= 0) continue;
    const tick = element("i", { class: "tick", "aria-hidden": "true" });
    tick.style.setProperty("--x", share(start, player.duration));
    track.append(tick);
  }
}
