/** A presenter's clicker sends page down and page up; N and P do the same. */

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

/** Press what leads on or back when its key is pressed. */
export function followClicker(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const target = TARGETS[key] ? document.querySelector<HTMLElement>(TARGETS[key]) : null;
    if (!target) return;
    event.preventDefault();
    target.click();
  });
}
