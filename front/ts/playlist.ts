/** The big screen of a playlist: a presenter's clicker sends page down and page up; N and P do the same. */

const TARGETS: Record<string, string> = {
  PageDown: "[data-next]",
  n: "[data-next]",
  PageUp: "[data-previous]",
  p: "[data-previous]",
};

/** Whoever types does not turn pages. */
function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const link = TARGETS[key] ? document.querySelector<HTMLAnchorElement>(TARGETS[key]) : null;
  if (!link) return;
  event.preventDefault();
  link.click();
});
