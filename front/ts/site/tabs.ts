/** Where the tabs are wider than the screen, the one that is open is in sight, and an edge fades where more follows. */

import { all, find } from "../lib/dom";

export function showOpenTab(): void {
  for (const tabs of all<HTMLElement>(document, ".tabs")) {
    const open = find<HTMLElement>(tabs, "[aria-current]");
    if (open) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
    const fade = () => {
      const left = tabs.scrollWidth - tabs.clientWidth - tabs.scrollLeft;
      tabs.dataset.more = [tabs.scrollLeft > 1 ? "before" : "", left > 1 ? "after" : ""].join(" ").trim();
    };
    tabs.addEventListener("scroll", fade, { passive: true });
    window.addEventListener("resize", fade);
    fade();
  }
}
