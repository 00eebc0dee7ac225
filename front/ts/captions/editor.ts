/** Captions corrected one by one beside the player. The field of lines stays what is saved; the server judges it. */

import { activeAt } from "../lib/cues";
import { fill, find, need, readWords, type Words } from "../lib/dom";
import type { Player } from "../player/player";
import { add, change, type Done, join, remove, shift, split } from "./edits";
import { Fields } from "./fields";
import { type Cue, inOrder, readLines, writeLines } from "./lines";
import { CueList } from "./list";
import { remarked, remarksOn } from "./remarks";
import { Stretch, showInTrack } from "./stretch";

const QUIET_MS = 300;
const MOST_PAST = 200;
// A film that stands where a caption begins may say that it is a moment before.
const JUST_MS = 50;
const KEYS: Readonly<Record<string, string>> = {
  Enter: "play",
  NumpadEnter: "play",
  BracketLeft: "start",
  BracketRight: "end",
  Backslash: "split",
  KeyJ: "join",
  ArrowUp: "before",
  ArrowDown: "after",
};

export class Editor {
  private cues: Cue[] = [];
  private open = -1;
  private past: { cues: Cue[]; open: number }[] = [];
  private typing = false;
  private timer = 0;
  private touched = false;
  private readonly words: Words;
  private readonly lines: HTMLTextAreaElement;
  private readonly field: HTMLElement;
  private readonly list: CueList;
  private readonly fields: Fields;
  private readonly stretch: Stretch;

  constructor(
    private readonly player: Player,
    private readonly section: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    this.words = readWords('[data-words="cues"]', section);
    this.lines = need<HTMLTextAreaElement>(form, '[name="lines"]');
    this.field = this.lines.closest<HTMLElement>(".field") ?? this.lines;
    this.list = new CueList(need<HTMLElement>(section, "[data-cue-list]"), this.words);
    this.fields = new Fields(need<HTMLTemplateElement>(section, "template"), this.words);
    this.stretch = new Stretch(player, (on) => this.fields.showPlaying(on));
  }

  start(): void {
    this.list.onOpen = (at) => this.openAt(at, { seek: true });
    this.fields.onText = (text) => this.typed(text);
    this.fields.onTime = (name, ms) => this.setTime(name, ms);
    this.fields.showPlaying(false);
    this.form.addEventListener("click", (event) => {
      const act = (event.target as Element).closest<HTMLElement>("[data-cue-act]")?.dataset.cueAct;
      if (act) this.act(act);
    });
    this.section.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", () => this.flush());
    // What came back from a refusal is stored nowhere.
    this.touched = "refused" in this.form.dataset;
    this.lines.addEventListener("input", () => (this.touched = true));
    window.addEventListener("beforeunload", (event) => this.touched && event.preventDefault());
    this.player.video.addEventListener("timeupdate", () => this.follow());
    this.player.section.addEventListener("weike:time", () => this.follow());
    if (this.lines.value.trim()) this.showCues({ quiet: true });
    else this.showLines();
  }

  private get now(): number {
    return Math.round(this.player.time * 1000);
  }

  private say(name: string, values: Readonly<Record<string, string | number>> = {}): void {
    need<HTMLElement>(this.section, "[data-cue-say]").textContent = fill(this.words[name], values);
  }

  /** The lines as captions, where they can be read as such. */
  private showCues({ quiet }: { quiet: boolean }): void {
    const read = readLines(this.lines.value);
    const fault = need<HTMLElement>(this.form, "[data-cue-fault]");
    fault.textContent = "";
    if (!("cues" in read)) {
      if (!quiet) fault.textContent = this.faultOf("fault" in read ? read.fault : 0);
      this.showLines();
      return;
    }
    this.cues = inOrder(read.cues);
    this.past = [];
    this.open = -1;
    this.swap(true);
    this.render();
  }

  private faultOf(number: number): string {
    return number ? fill(this.words["lines.fault"], { number }) : (this.words["lines.plain"] ?? "");
  }

  private showLines(): void {
    this.swap(false);
  }

  private swap(cues: boolean): void {
    this.section.hidden = !cues;
    this.field.hidden = cues;
    need<HTMLElement>(this.form, "[data-cue-back]").hidden = cues;
    const transcript = find<HTMLElement>(document, "[data-cue-plain]");
    if (transcript) transcript.hidden = cues;
  }

  private render(): void {
    this.list.show(this.cues, this.open, this.fields.node);
    this.showOpen();
    this.count();
    this.follow();
    need<HTMLElement>(this.section, "[data-cue-none]").hidden = this.cues.length > 0;
    need<HTMLButtonElement>(this.section, '[data-cue-act="undo"]').disabled = this.past.length === 0;
  }

  private showOpen(): void {
    const cue = this.cues[this.open];
    if (!cue) return;
    this.fields.show(cue, this.open + 1, remarksOn(this.cues, this.open));
    this.list.refresh(this.cues, this.open + 1);
    this.count();
  }

  private count(): void {
    const values = { count: this.cues.length, remarks: remarked(this.cues).length };
    const words = values.remarks ? this.words["count.remarks"] : this.words.count;
    need<HTMLElement>(this.section, "[data-cue-count]").textContent = fill(words, values);
    need<HTMLElement>(this.section, '[data-cue-act="next-remark"]').hidden = values.remarks === 0;
  }

  private follow(): void {
    this.list.mark(activeAt(this.cues, this.now + JUST_MS));
  }

  private openAt(at: number, { seek = false, focus = true } = {}): void {
    this.open = at;
    this.typing = false;
    this.render();
    this.list.reveal(at);
    const cue = this.cues[at];
    if (cue && seek && !this.stretch.playing) this.player.seek(cue.start / 1000);
    if (focus) this.fields.focus();
  }

  private close(): void {
    const at = this.open;
    this.open = -1;
    this.render();
    this.list.focus(at);
  }

  private typed(text: string): void {
    if (!this.typing) this.keep();
    this.typing = true;
    this.cues = change(this.cues, this.open, { text }).cues;
    this.fields.remark(remarksOn(this.cues, this.open));
    this.count();
    this.changed();
  }

  private setTime(name: "start" | "end", ms: number): void {
    const done = change(this.cues, this.open, { [name]: ms });
    if (this.cues[this.open]?.[name] !== ms) {
      this.keep();
      this.cues = done.cues;
      this.changed();
    }
    // Rows that stay are not drawn anew: the press that left the field may be meant for one of them.
    if (done.at === this.open) this.showOpen();
    else this.moveTo(done.at);
  }

  private moveTo(at: number): void {
    const focused = document.activeElement;
    this.openAt(at, { focus: false });
    if (focused instanceof HTMLElement && this.fields.node.contains(focused)) focused.focus();
  }

  private keep(): void {
    this.past = [...this.past.slice(1 - MOST_PAST), { cues: this.cues, open: this.open }];
    need<HTMLButtonElement>(this.section, '[data-cue-act="undo"]').disabled = false;
  }

  private done(done: Done | null, said: string, { focus = true } = {}): void {
    if (!done) return;
    this.keep();
    this.cues = done.cues;
    this.changed();
    this.openAt(done.at, { focus: focus && done.at >= 0 });
    if (said) this.say(said);
  }

  private changed(): void {
    this.touched = true;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), QUIET_MS);
  }

  private write(): void {
    window.clearTimeout(this.timer);
    if (this.section.hidden || !this.touched) return;
    this.lines.value = writeLines(this.cues);
    this.lines.dispatchEvent(new Event("change", { bubbles: true }));
    showInTrack(this.player.video, this.section.dataset.language ?? "", this.cues);
  }

  private flush(): void {
    this.write();
    this.touched = false;
  }

  private undo(): void {
    const last = this.past.pop();
    if (!last) return;
    this.cues = last.cues;
    this.changed();
    this.openAt(last.open, { focus: last.open >= 0 });
    this.say("undone");
  }

  private nextRemark(): void {
    const found = remarked(this.cues);
    const at = found.find((index) => index > this.open) ?? found[0];
    if (at !== undefined) this.openAt(at, { seek: true });
  }

  private shiftAll(): void {
    const input = need<HTMLInputElement>(this.section, "#cue-shift");
    const fault = need<HTMLElement>(this.section, "[data-cue-shift-fault]");
    const seconds = Number(input.value.trim().replace(",", ".").replace("−", "-") || Number.NaN);
    const moved = Number.isFinite(seconds) ? shift(this.cues, Math.round(seconds * 1000)) : null;
    fault.textContent = moved ? "" : (this.words[Number.isFinite(seconds) ? "shift.early" : "shift.number"] ?? "");
    this.done(moved && { cues: moved, at: this.open }, "shifted", { focus: false });
  }

  private step(by: number): void {
    const at = this.open + by;
    if (this.open >= 0 && this.cues[at]) this.openAt(at, { seek: true });
  }

  private splitHere(): void {
    const done = split(this.cues, this.open, this.fields.caret, this.now);
    if (done) this.done(done, "split");
    else this.say("split.where");
  }

  private removeOpen(): void {
    this.done(remove(this.cues, this.open), "removed");
    // The button that was pressed went with the last caption.
    if (!this.cues.length) need<HTMLElement>(this.section, '[data-cue-act="add"]').focus();
  }

  private act(name: string): void {
    const cue = this.cues[this.open];
    const acts: Readonly<Record<string, () => void>> = {
      add: () => this.done(add(this.cues, this.now), "added"),
      undo: () => this.undo(),
      cues: () => this.showCues({ quiet: false }),
      lines: () => {
        this.write();
        this.showLines();
      },
      shift: () => this.shiftAll(),
      "next-remark": () => this.nextRemark(),
      play: () => cue && this.stretch.toggle(cue.start / 1000, cue.end / 1000),
      start: () => cue && this.setTime("start", this.now),
      end: () => cue && this.setTime("end", this.now),
      split: () => cue && this.splitHere(),
      join: () => this.done(join(this.cues, this.open), "joined"),
      remove: () => cue && this.removeOpen(),
      before: () => this.step(-1),
      after: () => this.step(1),
    };
    acts[name]?.();
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.key === "Enter" && target.id === "cue-shift") {
      event.preventDefault();
      this.shiftAll();
    } else if (event.key === "Escape" && this.fields.node.contains(target)) this.close();
    const act = event.altKey && !event.ctrlKey && !event.metaKey ? KEYS[event.code] : undefined;
    if (!act || !this.fields.node.contains(target)) return;
    event.preventDefault();
    this.act(act);
  }
}
