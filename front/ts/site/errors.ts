import { all } from "../lib/dom";

/** After a refused form the first thing read is what to look at again. */
export function focusSummary(): void {
  all<HTMLElement>(document, "[data-error-summary]")
    .find((summary) => !summary.closest("[data-quiet]"))
    ?.focus();
}
