/** Keys work while the focus is inside the player, so that they never surprise a reader elsewhere on the page. */

import type { Player } from "./player";
import { toggleBig, toggleFull } from "./screen";

export function bindKeys(player: Player): void {
  const acts: Readonly<Record<string, () => void>> = {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    j: () => player.seek(player.time - 10),
    l: () => player.seek(player.time + 10),
    ArrowLeft: () => player.seek(player.time - 5),
    ArrowRight: () => player.seek(player.time + 5),
    Home: () => player.seek(0),
    m: () => player.button("mute")?.click(),
    c: () => player.button("captions")?.click(),
    f: () => toggleFull(player),
    b: () => toggleBig(player),
  };
  player.section.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const native = target instanceof HTMLInputElement || (event.key === " " && target instanceof HTMLButtonElement);
    const act = acts[event.key] ?? acts[event.key.toLowerCase()];
    if (!act || native) return;
    event.preventDefault();
    act();
  });
}
