/** Shows beside the form of a set of words what search would find with it; the form itself works without. */

import { all, find, need } from "./lib/dom";
import { getText } from "./lib/request";

const PAUSE_MS = 400;
const BOXES = ["one_way", "active"];

class Comparison {
  private timer = 0;
  private request: AbortController | null = null;
  private readonly question: HTMLInputElement;
  private readonly status: HTMLElement;
  private readonly failed: HTMLElement;

  constructor(
    private readonly box: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    this.question = need<HTMLInputElement>(form, "[data-comparison-question]");
    this.status = need<HTMLElement>(form, "[data-comparison-status]");
    this.failed = need<HTMLElement>(form, "[data-comparison-failed]");
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
      this.show("", false);
      return;
    }
    const request = new AbortController();
    this.request = request;
    try {
      this.show(await getText(`${this.box.dataset.comparison ?? ""}?${typed}`, request.signal), false);
    } catch {
      // Where the next letter was faster, its answer is waited for; else old lists would stand beside new words.
      if (!request.signal.aborted) this.show("", true);
    }
  }

  private show(html: string, hasFailed: boolean): void {
    // Our own template; every value in it is escaped there.
    this.box.innerHTML = html;
    this.status.textContent = find(this.box, "[data-summary]")?.textContent ?? "";
    this.failed.hidden = !hasFailed;
  }
}

for (const box of all<HTMLElement>(document, "[data-comparison]")) {
  const form = box.closest("form");
  if (form) new Comparison(box, form);
}
