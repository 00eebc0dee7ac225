/** The picture: tap to play, waiting, full screen, big screen for a room, sound. */

import { find, setIcon } from "../lib/dom";
import type { Player } from "./player";

type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

const WAIT_MS = 400;

export function bindScreen(player: Player): void {
  bindStart(player);
  bindWaiting(player);
  bindFull(player);
  bindSound(player);
  player.button("retry")?.addEventListener("click", () => player.retry());
}

function bindStart(player: Player): void {
  const start = player.button("start");
  if (start) start.hidden = !player.source.playable;
  start?.addEventListener("click", () => {
    void player.play();
    player.button("play")?.focus({ preventScroll: true });
  });
  player.video.addEventListener("play", () => {
    if (start) start.hidden = true;
  });
  player.video.addEventListener("click", () => player.toggle());
}

/** Short stalls are not worth a word; longer ones say so. */
function bindWaiting(player: Player): void {
  const sign = player.part("wait");
  let timer = 0;
  const show = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      sign.hidden = player.video.paused || player.video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
    }, WAIT_MS);
  };
  const hide = () => {
    window.clearTimeout(timer);
    sign.hidden = true;
  };
  for (const kind of ["waiting", "stalled", "seeking", "loadstart"]) player.video.addEventListener(kind, show);
  for (const kind of ["playing", "canplay", "pause", "error"]) player.video.addEventListener(kind, hide);
}

export function toggleFull(player: Player): void {
  const { section } = player;
  const video = player.video as AppleVideo;
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (section.requestFullscreen) void section.requestFullscreen().catch(() => setBig(player, true));
  else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
  else setBig(player, !section.classList.contains("is-big"));
}

function setBig(player: Player, on: boolean): void {
  player.section.classList.toggle("is-big", on);
  document.documentElement.style.overflow = on ? "hidden" : "";
  player.button("big")?.setAttribute("aria-pressed", String(on));
}

export function toggleBig(player: Player): void {
  const on = !player.section.classList.contains("is-big");
  setBig(player, on);
  if (on && player.section.requestFullscreen) void player.section.requestFullscreen().catch(() => undefined);
  if (!on && document.fullscreenElement) void document.exitFullscreen();
}

function bindFull(player: Player): void {
  const full = player.button("full");
  full?.addEventListener("click", () => toggleFull(player));
  player.button("big")?.addEventListener("click", () => toggleBig(player));
  document.addEventListener("fullscreenchange", () => {
    const on = document.fullscreenElement === player.section;
    if (full) setIcon(full, on ? "shrink" : "full");
    if (!on) setBig(player, false);
  });
  player.section.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && player.section.classList.contains("is-big")) setBig(player, false);
  });
}

function bindSound(player: Player): void {
  const { video, words } = player;
  const mute = player.button("mute");
  const volume = find<HTMLInputElement>(player.section, "[data-volume]");
  mute?.addEventListener("click", () => {
    video.muted = !video.muted;
  });
  volume?.addEventListener("input", () => {
    video.volume = Number(volume.value);
    video.muted = video.volume === 0;
  });
  video.addEventListener("volumechange", () => {
    const silent = video.muted || video.volume === 0;
    if (volume) volume.value = String(video.muted ? 0 : video.volume);
    if (!mute) return;
    setIcon(mute, silent ? "mute" : "sound");
    mute.setAttribute("aria-label", (silent ? words.unmute : words.mute) ?? "");
  });
}
