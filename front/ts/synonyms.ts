/** Shows beside the form of a set of words what search would find with it; the form itself works without. */

import { all, find, need } from "./lib/dom";
import { getText } from "./lib/request";

const PAUSE_MS = 400;
const BOXES = ["one_way", "active"];

class Comparison {
  private timer = 0;
  private request: AbortController | null = null;
  private readonly question: HTMLInputElement;

  constructor(
    private readonly box: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    this.question = need<HTMLInputElement>(form, "[data-comparison-question]");
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.later());
    // A question is tried, not sent: Enter in its box must not save the set.
    this.question.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      void this.ask();
    });
    void this.ask();
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private typed(): URLSearchParams {
    const words = find<HTMLTextAreaElement>(this.form, '[name="words"]')?.value ?? "";
    const typed = new URLSearchParams({ q: this.question.value, words, set: this.box.dataset.set ?? "" });
    for (const name of BOXES) {
      if (find<HTMLInputElement>(this.form, `[name="${name}"]`)?.checked) typed.set(name, "on");
    }
    return typed;
  }

  private async ask(): Promise<void> {
    this.request?.abort();
    const typed = this.typed();
    if (!typed.get("words")?.trim()) {
      this.box.replaceChildren();
      return;
    }
    this.request = new AbortController();
    try {
      // Our own template; every value in it is escaped there.
      this.box.innerHTML = await getText(`${this.box.dataset.comparison ?? ""}?${typed}`, this.request.signal);
    } catch {
      // The next letter was faster, or the line is cut: what is shown stays.
    }
  }
}

for (const box of all<HTMLElement>(document, "[data-comparison]")) {
  const form = box.closest("form");
  if (form) new Comparison(box, form);
}
