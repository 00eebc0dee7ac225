/** The list of captions: one line each, of which one is open. The arrow keys walk, so that Tab passes all in one step. */

import { all, element, find, type Words } from "../lib/dom";
import { sentence } from "./fields";
import { type Cue, writeTime } from "./lines";
import { remarksOn } from "./remarks";

export class CueList {
  onOpen: (at: number) => void = () => undefined;
  private stop = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
  ) {
    root.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("button.cue");
      if (row) this.onOpen(this.at(row));
    });
    root.addEventListener("keydown", (event) => this.walk(event));
  }

  private at(row: Element): number {
    return [...this.root.children].indexOf(row.closest("li") as Element);
  }

  private walk(event: KeyboardEvent): void {
    const row = (event.target as Element).closest("button.cue");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const [at, last] = [this.at(row), this.root.children.length - 1];
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last, PageUp: at - 10, PageDown: at + 10 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    this.focus(Math.min(last, Math.max(0, to)));
  }

  /** The line of the open caption holds its fields in place of the button. */
  show(cues: readonly Cue[], open: number, fields: HTMLElement): void {
    this.stop = open >= 0 ? open : Math.max(0, Math.min(this.stop, cues.length - 1));
    const rows = cues.map((_cue, at) => {
      if (at === open) return element("li", { class: "is-open" }, fields);
      return element("li", {}, this.row(cues, at));
    });
    this.root.replaceChildren(...rows);
  }

  private row(cues: readonly Cue[], at: number): HTMLButtonElement {
    const button = element("button", { class: "cue", type: "button", tabindex: at === this.stop ? "0" : "-1" });
    this.write(button, cues, at);
    return button;
  }

  private write(button: HTMLElement, cues: readonly Cue[], at: number): void {
    const { start, text } = cues[at] ?? { start: 0, text: "" };
    const parts = [
      element("span", { class: "cue-no" }, String(at + 1)),
      element("span", { class: "ts" }, writeTime(start)),
      element("span", { class: "cue-words" }, text),
      ...remarksOn(cues, at).map((remark) => {
        return element(
          "span",
          { class: "cue-remark", lang: document.documentElement.lang },
          sentence(this.words, remark),
        );
      }),
    ];
    // Between the parts, for who hears them.
    button.replaceChildren(...parts.flatMap((part) => [part, " "]));
  }

  /** What was typed into one caption may change what is said of the next. */
  refresh(cues: readonly Cue[], at: number): void {
    const button = find<HTMLElement>(this.root, `li:nth-child(${at + 1}) > button.cue`);
    if (button) this.write(button, cues, at);
  }

  mark(now: number): void {
    for (const row of all(this.root, ".is-now")) row.classList.remove("is-now");
    this.root.children[now]?.classList.add("is-now");
  }

  focus(at: number): void {
    const button = find<HTMLElement>(this.root, `li:nth-child(${at + 1}) > button.cue`);
    if (!button) return;
    find<HTMLElement>(this.root, 'button.cue[tabindex="0"]')?.setAttribute("tabindex", "-1");
    button.tabIndex = 0;
    this.stop = at;
    button.focus();
  }

  /** Only the list scrolls; the page stays where it is. */
  reveal(at: number): void {
    const row = this.root.children[at] as HTMLElement | undefined;
    if (!row) return;
    const top = row.offsetTop - this.root.offsetTop;
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop || top + row.offsetHeight > scrollTop + clientHeight)
      this.root.scrollTop = top - clientHeight / 4;
  }
}
