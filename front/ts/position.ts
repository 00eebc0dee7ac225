/** Shows where a place will lie while its position is typed; without this script it shows once the form is saved. */

import { all } from "./lib/dom";
import { getText } from "./lib/request";

const PAUSE_MS = 300;
const FIELDS = ["entered_latitude", "entered_longitude", "entered_datum", "region"];

class Position {
  private timer = 0;
  private request: AbortController | null = null;

  constructor(
    private readonly box: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, (event) => this.changed(event));
  }

  private changed(event: Event): void {
    if (!(event.target instanceof Element) || !FIELDS.includes(event.target.getAttribute("name") ?? "")) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    this.request?.abort();
    this.request = new AbortController();
    const given = new FormData(this.form);
    const typed = new URLSearchParams(FIELDS.map((name) => [name, String(given.get(name) ?? "")]));
    try {
      // Our own template; every value in it is escaped there.
      this.box.innerHTML = await getText(`${this.box.dataset.position ?? ""}?${typed}`, this.request.signal);
    } catch {
      // The next digit was faster, or the line is cut: what is shown stays until the form is saved.
    }
  }
}

for (const box of all<HTMLElement>(document, "[data-position]")) {
  const form = box.closest("form");
  if (form) new Position(box, form);
}
