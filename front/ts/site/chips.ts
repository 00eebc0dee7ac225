import { all, find } from "../lib/dom";

/** Of a row that goes on beyond the edge, what is chosen is in sight from the start. */
export function showChosen(): void {
  for (const row of all<HTMLElement>(document, ".chips.scroll")) {
    const chosen = find<HTMLElement>(row, ".is-on");
    if (!chosen) continue;
    const beyond = chosen.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (beyond > 0) row.scrollLeft = beyond + chosen.offsetWidth;
  }
}
