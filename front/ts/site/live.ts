/** A piece of a page that is looked at again every few seconds, not in a hidden tab and not under somebody's cursor. */

import { all } from "../lib/dom";
import { getText } from "../lib/request";

const EVERY_MS = 5000;
const LONGEST_MS = 60_000;

export function watchLive(): void {
  for (const part of all<HTMLElement>(document, "[data-live]")) follow(part);
}

function follow(part: HTMLElement): void {
  let pause = EVERY_MS;
  const ask = async () => {
    if (!document.hidden && !isUsed(part)) {
      try {
        const text = await getText(part.dataset.live ?? "");
        if (!isUsed(part)) part.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
        pause = EVERY_MS;
      } catch {
        pause = Math.min(LONGEST_MS, pause * 2);
      }
    }
    window.setTimeout(() => void ask(), pause);
  };
  window.setTimeout(() => void ask(), pause);
}

/** A command that somebody is about to copy must not be taken away. */
function isUsed(part: HTMLElement): boolean {
  const chosen = window.getSelection();
  const selecting = chosen !== null && !chosen.isCollapsed && part.contains(chosen.anchorNode);
  return selecting || part.contains(document.activeElement);
}
