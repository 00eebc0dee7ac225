/** The one caption that is open: its words, its times and what makes it hard to read. */

import { element, fill, need, setIcon, type Words } from "../lib/dom";
import { type Cue, readTime, writeTime } from "./lines";
import type { Remark } from "./remarks";

const STEP_MS = 100;
const WIDE_STEP_MS = 1000;

export function sentence(words: Words, { kind, seconds = "" }: Remark): string {
  return fill(words[`remark.${kind}`], { seconds });
}

export class Fields {
  readonly node: HTMLElement;
  private readonly text: HTMLTextAreaElement;
  private readonly times: Readonly<Record<"start" | "end", HTMLInputElement>>;
  private readonly remarks: HTMLElement;
  private told = "";
  onText: (text: string) => void = () => undefined;
  onTime: (name: "start" | "end", ms: number) => void = () => undefined;

  constructor(
    template: HTMLTemplateElement,
    private readonly words: Words,
  ) {
    this.node = need<HTMLElement>(template.content.cloneNode(true) as DocumentFragment, "div");
    this.text = need<HTMLTextAreaElement>(this.node, "textarea");
    const input = (name: string) => need<HTMLInputElement>(this.node, `#cue-${name}`);
    this.times = { start: input("start"), end: input("end") };
    this.remarks = need<HTMLElement>(this.node, ".cue-remarks");
    this.text.addEventListener("input", () => this.onText(this.text.value));
    for (const name of ["start", "end"] as const) this.listen(name);
  }

  private listen(name: "start" | "end"): void {
    const input = this.times[name];
    const take = (by = 0) => {
      const ms = readTime(input.value);
      input.setAttribute("aria-invalid", String(ms === null));
      if (ms === null) this.tell([this.words.time ?? ""]);
      else this.onTime(name, Math.max(0, ms + by));
    };
    input.addEventListener("change", () => take());
    input.addEventListener("keydown", (event) => {
      const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (event.altKey || (!up && event.key !== "Enter")) return;
      // Enter would hand the form in.
      event.preventDefault();
      take((up ?? 0) * (event.shiftKey ? WIDE_STEP_MS : STEP_MS));
    });
  }

  get caret(): number {
    return this.text.selectionStart;
  }

  show(cue: Cue, number: number, remarks: readonly Remark[]): void {
    const times = { start: writeTime(cue.start), end: writeTime(cue.end) };
    this.node.setAttribute("aria-label", fill(this.words.caption, { number, ...times }));
    if (this.text.value !== cue.text) this.text.value = cue.text;
    for (const name of ["start", "end"] as const) {
      this.times[name].value = times[name];
      this.times[name].removeAttribute("aria-invalid");
    }
    this.remark(remarks);
  }

  remark(remarks: readonly Remark[]): void {
    this.tell(remarks.map((remark) => sentence(this.words, remark)));
  }

  private tell(sentences: readonly string[]): void {
    // Said once, and not again with each letter.
    if (this.told === sentences.join("\n")) return;
    this.told = sentences.join("\n");
    this.remarks.replaceChildren(...sentences.map((words) => element("p", {}, words)));
  }

  showPlaying(on: boolean): void {
    const button = need<HTMLElement>(this.node, '[data-cue-act="play"]');
    setIcon(button, on ? "pause" : "play");
    need<HTMLElement>(button, "span").textContent = (on ? this.words.stop : this.words.play) ?? "";
  }

  focus(): void {
    this.text.focus();
  }
}
