import { all, find } from "../lib/dom";

function bringInSight(row: HTMLElement, chosen: HTMLElement | null): void {
  if (!chosen) return;
  const beyond = chosen.getBoundingClientRect().right - row.getBoundingClientRect().right;
  if (beyond > 0) row.scrollLeft = beyond + chosen.offsetWidth;
}

/** Of a row that goes on beyond the edge, what is chosen is in sight from the start. */
export function showChosen(): void {
  for (const row of all<HTMLElement>(document, ".chips.scroll")) bringInSight(row, find<HTMLElement>(row, ".is-on"));
  // Several choices in one line; the order of the results, which has no number, is always one of them.
  for (const row of all<HTMLElement>(document, ".facets-more")) {
    bringInSight(row, find<HTMLElement>(row, ".is-on b")?.closest<HTMLElement>(".chip") ?? null);
  }
}
