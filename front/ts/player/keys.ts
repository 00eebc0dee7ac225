/** Keys work while the focus is inside the player, so that they never surprise a reader elsewhere on the page. */

import { find } from "../lib/dom";
import type { Player } from "./player";
import { toggleBig, toggleFull } from "./screen";

const LOUDER = 0.1;

/** What each key does; the list that a person reads is player_keys.html. */
function acts(player: Player, faster: (by: number) => void): Readonly<Record<string, () => void>> {
  return {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    j: () => player.seek(player.time - 10),
    l: () => player.seek(player.time + 10),
    ArrowLeft: () => player.seek(player.time - 5),
    ArrowRight: () => player.seek(player.time + 5),
    ArrowUp: () => louder(player.video, LOUDER),
    ArrowDown: () => louder(player.video, -LOUDER),
    Home: () => player.seek(0),
    "<": () => faster(-1),
    ">": () => faster(1),
    m: () => player.button("mute")?.click(),
    c: () => player.button("captions")?.click(),
    a: () => void (player.canListen && player.listen(!player.listening)),
    p: () => player.button("apart")?.hidden === false && player.button("apart")?.click(),
    f: () => toggleFull(player),
    b: () => toggleBig(player),
    "?": () => player.button("keys")?.click(),
  };
}

function louder(video: HTMLVideoElement, by: number): void {
  video.volume = Math.min(1, Math.max(0, video.volume + by));
  video.muted = video.volume === 0;
}

/** 3 opens three tenths of the film. */
function tenth(player: Player, key: string): (() => void) | undefined {
  return /^[0-9]$/.test(key) ? () => player.seek((player.duration * Number(key)) / 10) : undefined;
}

export function bindKeys(player: Player, faster: (by: number) => void): void {
  const known = acts(player, faster);
  const list = find<HTMLDialogElement>(player.section, "dialog");
  player.button("keys")?.addEventListener("click", () => list?.showModal());
  player.section.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || list?.open) return;
    const target = event.target as HTMLElement;
    const native = target instanceof HTMLInputElement || (event.key === " " && target instanceof HTMLButtonElement);
    const act = known[event.key] ?? known[event.key.toLowerCase()] ?? tenth(player, event.key);
    if (!act || native) return;
    event.preventDefault();
    act();
  });
}
