import { find } from "../lib/dom";

/** After a refused form the first thing read is what to look at again. */
export function focusSummary(): void {
  if (document.querySelectorAll("[data-error-summary]").length === 1) {
    find<HTMLElement>(document, "[data-error-summary]")?.focus();
  }
}
