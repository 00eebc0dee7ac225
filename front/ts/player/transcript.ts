/** The transcript follows, can be searched, and leads to the place. */

import { element, fill, find, need } from "../lib/dom";
import { type Line, readLines, track } from "./followers";
import type { Player } from "./player";

const HANDS_OFF_MS = 6000;

export function bindTranscript(player: Player, panel: HTMLElement): void {
  const list = need<HTMLElement>(panel, ".script-list");
  const lines = readLines(list);
  const follows = find<HTMLInputElement>(panel, "[data-follow]");
  let touched = 0;
  for (const kind of ["wheel", "touchmove", "keydown"]) {
    list.addEventListener(
      kind,
      () => {
        touched = Date.now();
      },
      { passive: true },
    );
  }
  track(player, lines, (line) => {
    if (follows?.checked !== false && Date.now() - touched > HANDS_OFF_MS) bringIntoView(list, line.node);
  });
  const box = find<HTMLInputElement>(panel, "[data-find]");
  box?.addEventListener("input", () => search(player, panel, lines, box.value));
}

/** Only the list scrolls; the page under the reader's thumb stays where it is. */
function bringIntoView(list: HTMLElement, node: HTMLElement): void {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const top = node.offsetTop - list.offsetTop - list.clientHeight / 3;
  list.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
}

function search(player: Player, panel: HTMLElement, lines: readonly Line[], query: string): void {
  const text = query.trim().toLowerCase();
  let count = 0;
  for (const line of lines) {
    const hit = highlight(need<HTMLElement>(line.button, "[data-text]"), text);
    line.node.hidden = text !== "" && !hit;
    if (hit) count += 1;
  }
  const found = need<HTMLElement>(panel, "[data-found]");
  const sentence = count ? player.words["transcript.hits"] : player.words["transcript.none"];
  found.textContent = text ? fill(sentence, { count }) : "";
}

function highlight(node: HTMLElement, text: string): boolean {
  const whole = node.textContent ?? "";
  const at = text ? whole.toLowerCase().indexOf(text) : -1;
  if (at < 0) node.textContent = whole;
  else {
    const end = at + text.length;
    node.replaceChildren(whole.slice(0, at), element("mark", {}, whole.slice(at, end)), whole.slice(end));
  }
  return at >= 0;
}
