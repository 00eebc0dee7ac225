/** Lists colleagues while one types their name; without this script the button asks the server. */

import { all, element, need } from "./lib/dom";
import { getJson } from "./lib/request";

const PAUSE_MS = 200;

type Found = { items: { key: number; name: string }[]; note: string };

class SpeakerSearch {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLSelectElement;
  private readonly note: HTMLElement;
  private timer = 0;
  private request: AbortController | null = null;

  constructor(private readonly box: HTMLElement) {
    this.input = need<HTMLInputElement>(box, 'input[type="search"]');
    this.list = need<HTMLSelectElement>(box, "select");
    this.note = need<HTMLElement>(box, "[data-note]");
    need(box, "button").remove();
    this.input.addEventListener("input", (event) => this.typed(event as InputEvent));
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  private typed(event: InputEvent): void {
    // What is searched for is no part of the lesson: the draft need not be saved for it.
    event.stopPropagation();
    if (!event.isComposing) this.later();
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    void this.ask();
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    this.request?.abort();
    this.request = new AbortController();
    const address = `${this.box.dataset.speakers ?? ""}?q=${encodeURIComponent(this.input.value)}`;
    try {
      this.show(await getJson<Found>(address, this.request.signal));
    } catch {
      // The next letter was faster, or the line is cut: what is listed stays.
    }
  }

  private show(found: Found): void {
    const kept = [...this.list.options].filter((option, place) => place === 0 || option.selected);
    const known = new Set(kept.map((option) => option.value));
    const others = found.items.filter((item) => !known.has(String(item.key)));
    const options = others.map((item) => element("option", { value: String(item.key) }, item.name));
    this.list.replaceChildren(...kept, ...options);
    this.note.textContent = found.note;
  }
}

for (const box of all<HTMLElement>(document, "[data-speakers]")) new SpeakerSearch(box);
