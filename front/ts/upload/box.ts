/** The upload box: picks a file, shows the line, keeps the phone awake, survives lost lines, shows the preview. */

import { Speed } from "../lib/chunks";
import { all, fill, find, need, readWords } from "../lib/dom";
import { size } from "../lib/format";
import { type Line, type Sending, type Status, sendingLine, serverLine } from "../lib/progress";
import { toast } from "../site/toast";
import { stayAwake } from "./awake";
import { type Silence, watchStatus } from "./poll";
import { showPreview } from "./preview";
import { type Refusal, Sender } from "./sender";
import { takeUp } from "./takeup";
import { Twin } from "./twin";

type Unfinished = { id: string; size: number; name: string };

const SIGNED_OUT = new Set([401, 403]);
const NO_VIDEO = 415;
const NOT_THERE = 410;
// What had been sent is gone from the site: the file is as good as before, and only has to be sent once more.
const GONE = "missing_file";
// The line may be there and the site not, or too many send at once: nothing tells when that is over, so the box asks.
const AGAIN_MS = 20_000;
const DISCARD_MS = 2000;

export class UploadBox {
  private readonly words = readWords('[data-words="upload"]');
  private readonly file: HTMLInputElement;
  private readonly toggle: HTMLButtonElement;
  private readonly twin: Twin;
  // A hidden field forgets by itself what the page came with.
  private readonly had = find<HTMLInputElement>(document, "[data-upload-field]")?.value;
  private sender: Sender | null = null;
  // Of what is on its way; an answer that comes after it was left belongs to nothing on the page.
  private turn = 0;
  private continued = false;
  private speed = new Speed();
  private at: Sending = { kind: "sending", sent: 0, total: 0, left: null };
  private said = "";
  private again = 0;
  private held: HTMLFormElement | null = null;
  private lost: File | null = null;

  constructor(private readonly section: HTMLElement) {
    this.file = need<HTMLInputElement>(section, "[data-file]");
    this.toggle = need<HTMLButtonElement>(section, "[data-toggle]");
    this.twin = new Twin(this.part("twin"), this.words, (upload) => void this.takeInstead(upload));
    this.file.addEventListener("change", () => this.picked(this.file.files?.[0]));
    this.part("plain").hidden = true;
    this.toggle.addEventListener("click", () => void this.pauseOrGoOn());
    this.part("change").addEventListener("click", () => this.choose());
    this.part("afresh").addEventListener("click", () => this.picked(this.lost ?? undefined));
    this.bindDrop();
    this.holdForms();
    window.addEventListener("online", () => void this.wake());
    window.addEventListener("offline", () => void this.lostLine());
    document.addEventListener("visibilitychange", () => document.hidden || void this.wake());
    // A file that came before this page was opened, with the script or with the plain form.
    if (section.dataset.watchUrl) this.watch(section.dataset.watchUrl);
  }

  /** Continue an upload begun elsewhere with the file picked again; another file would end what is kept, so it waits. */
  resume(file: File, unfinished: Unfinished): void {
    if (file.size === unfinished.size) this.begin(file, `${this.endpoint}${unfinished.id}`);
    else this.notice(fill(this.words.other_file, { name: unfinished.name }));
    this.section.scrollIntoView({ block: "center" });
  }

  private get endpoint(): string {
    return this.section.dataset.endpoint ?? "";
  }

  private part(name: string): HTMLElement {
    return need<HTMLElement>(this.section, `[data-${name}]`);
  }

  /** Another page would break the sending off, so the next step waits for it; pressed again, or to come back later, it does not. */
  private holdForms(): void {
    for (const form of all<HTMLFormElement>(document, "form.up-form")) {
      form.addEventListener("submit", (event) => {
        const later = (event.submitter as HTMLButtonElement | null)?.name === "stay";
        if (!this.sender?.active || this.held === form || later) return;
        event.preventDefault();
        this.held = form;
        toast(this.words.held ?? "");
        // The draft saves itself meanwhile: it took the press for the end of typing.
        window.setTimeout(() => form.dispatchEvent(new Event("change")));
      });
    }
  }

  private letGo(): void {
    const form = this.held;
    this.held = null;
    form?.requestSubmit();
  }

  private bindDrop(): void {
    const drop = this.part("drop");
    for (const kind of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", kind === "dragover");
      });
    }
    drop.addEventListener("drop", (event) => this.picked(event.dataTransfer?.files[0]));
  }

  private picked(file: File | undefined): void {
    if (!file) return;
    const limit = Number(this.section.dataset.maxBytes ?? 0);
    if (file.type.startsWith("image/")) this.fault(this.words.failed, this.words["failed.no_video"]);
    else if (limit > 0 && file.size > limit) {
      this.fault(this.words.failed, fill(this.words["failed.too_big"], { limit: size(limit) }));
    } else this.begin(file);
  }

  private begin(file: File, url: string | null = null): void {
    this.twin.fresh();
    this.notice("");
    this.part("fault").hidden = true;
    void this.sender?.pause();
    this.turn += 1;
    this.continued = url !== null;
    this.speed = new Speed();
    this.at = { kind: "sending", sent: 0, total: file.size, left: null };
    const title = find<HTMLInputElement>(document, "form[data-autosave-url] [name='title']")?.value || file.name;
    this.sender = new Sender(file, this.endpoint, title, this.listener(), url);
    this.part("pick").hidden = true;
    this.showStopped(false);
    this.part("line").hidden = false;
    this.part("change").hidden = false;
    this.sayLeave("leave.sending");
    void this.goOn();
  }

  private listener(): ConstructorParameters<typeof Sender>[3] {
    return {
      progress: (sent, total) => {
        this.speed.at(sent, Date.now());
        this.at = { kind: "sending", sent, total, left: this.speed.left(total - sent) };
        this.show(sendingLine(this.at, this.words));
      },
      created: (id) => void this.created(id),
      part: (id) => void this.twin.look(`${this.endpoint}${id}`),
      done: (id) => {
        this.twin.hide();
        stayAwake(false);
        this.forgetStopped();
        this.watch(`${this.endpoint}${id}`);
        this.letGo();
      },
      offline: () => this.stopped("offline"),
      refused: (refusal) => this.refused(refusal),
    };
  }

  /** An upload that was begun for a lesson goes on with that lesson. */
  private async created(id: string): Promise<void> {
    const turn = this.turn;
    const title = await takeUp(id, () => this.turn === turn);
    if (this.turn !== turn) return;
    if (title) toast(fill(this.words.taken_up, { title }));
    this.tellForm(id);
  }

  /** The draft learns which upload it belongs to; pages may listen too. */
  private tellForm(id: string): void {
    this.section.dataset.uploadId = id;
    for (const field of all<HTMLInputElement>(document, "[data-upload-field]")) {
      field.value = id;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.section.dispatchEvent(new CustomEvent("weike:upload", { bubbles: true, detail: { id } }));
  }

  /** What is here already stands for the file on its way, which is given up. */
  private async takeInstead(upload: string): Promise<void> {
    const sender = this.sender;
    this.sender = null;
    this.turn += 1;
    stayAwake(false);
    this.part("fault").hidden = true;
    this.tellForm(upload);
    this.watch(`${this.endpoint}${upload}`);
    // The next page would cut the word that the file is given up; a line that is gone does not hold it back for long.
    await Promise.race([sender?.discard(), new Promise((over) => window.setTimeout(over, DISCARD_MS))]);
    this.letGo();
  }

  private async goOn(): Promise<void> {
    this.button("pause");
    stayAwake(true);
    await this.sender?.start();
  }

  private async pauseOrGoOn(): Promise<void> {
    this.part("fault").hidden = true;
    if (!this.sender?.active) {
      await this.goOn();
      return;
    }
    await this.sender.pause();
    this.held = null;
    this.stopped("paused");
  }

  private stopped(kind: "paused" | "offline"): void {
    stayAwake(false);
    this.at = { ...this.at, kind };
    this.show(sendingLine(this.at, this.words));
    this.button("continue");
    window.clearTimeout(this.again);
    if (kind === "offline") this.again = window.setTimeout(() => void this.wake(), AGAIN_MS);
  }

  private async lostLine(): Promise<void> {
    if (!this.sender?.active) return;
    await this.sender.pause();
    this.stopped("offline");
  }

  /** The line or the screen is back, or it is time to ask again: go on by itself, unless the person had paused. */
  private async wake(): Promise<void> {
    if (this.sender && !this.sender.active && this.at.kind === "offline") await this.goOn();
  }

  private refused({ status, code, message }: Refusal): void {
    this.held = null;
    stayAwake(false);
    if (SIGNED_OUT.has(status)) {
      this.stopped("paused");
      this.fault(this.words.failed, message || this.words["failed.signed_out"]);
      return;
    }
    if (status === NOT_THERE) this.forgetStopped();
    this.giveBack();
    const own = status === NO_VIDEO ? this.words["failed.no_video"] : this.words["failed.note"];
    this.failed(code, message || own);
  }

  /** It came to nothing: another file may be chosen, or the same one sent once more where that can help. */
  private failed(code: string, message: string | undefined): void {
    const file = this.sender?.file ?? null;
    this.choose();
    this.fault(this.words.failed, message);
    this.lost = code === GONE ? file : null;
    this.part("afresh").hidden = !this.lost;
  }

  private watch(url: string): void {
    this.part("line").hidden = false;
    this.toggle.hidden = true;
    this.sayLeave("leave.converting");
    const turn = this.turn;
    watchStatus(
      url,
      (status) => this.turn === turn && this.heard(status),
      (why) => this.turn === turn && this.unheard(why),
    );
  }

  /** Nothing is known any more: said in place of what was known last. */
  private unheard(why: Silence): void {
    if (why === "gone") {
      this.choose();
      this.fault(this.words.gone, this.words["gone.note"]);
    } else
      this.show({ head: this.words.unheard ?? "", note: this.words[`unheard.${why}`] ?? "", value: null, over: true });
  }

  private heard(status: Status): void {
    this.show(serverLine(status, this.words));
    if (status.state === "failed") {
      this.failed(status.error?.code ?? "", status.error?.message || this.words["failed.note"]);
      return;
    }
    if (status.duplicate_title) this.twin.tell(status.duplicate_title);
    const video = status.video_id ?? this.section.dataset.videoId;
    if (video && (status.state === "playable" || status.state === "ready")) {
      this.part("leave").hidden = true;
      void showPreview(this.part("preview"), String(video), status.state === "ready");
    }
  }

  private choose(): void {
    this.twin.hide();
    void this.sender?.pause();
    this.sender = null;
    this.turn += 1;
    this.file.value = "";
    this.part("line").hidden = true;
    this.showStopped(true);
    const pick = this.part("pick");
    pick.hidden = false;
    if (pick instanceof HTMLDetailsElement) pick.open = true;
    this.file.focus();
  }

  /** What was begun before can be continued for as long as nothing else is on its way. */
  private showStopped(shown: boolean): void {
    const stopped = find<HTMLElement>(this.section, "[data-stopped]");
    if (stopped) stopped.hidden = !shown;
  }

  /** What was continued is complete or gone: there is nothing to go on with any more. */
  private forgetStopped(): void {
    if (this.continued) find<HTMLElement>(this.section, "[data-stopped]")?.remove();
  }

  /** What the site turned away becomes nothing: the draft keeps what it had when the page was opened. */
  private giveBack(): void {
    if (this.had) this.tellForm(this.had);
  }

  private button(word: "pause" | "continue"): void {
    this.toggle.hidden = false;
    this.toggle.textContent = this.words[word] ?? "";
  }

  private sayLeave(word: string): void {
    this.part("leave").hidden = false;
    this.part("leave").textContent = this.words[word] ?? "";
  }

  private notice(text: string): void {
    this.part("notice").hidden = !text;
    this.part("notice-text").textContent = text;
  }

  private fault(head: string | undefined, text: string | undefined): void {
    this.part("fault").hidden = false;
    this.part("afresh").hidden = true;
    this.part("fault-head").textContent = head ?? "";
    this.part("fault-text").textContent = text ?? "";
  }

  private show(line: Line): void {
    this.part("head").textContent = line.head;
    this.part("note").textContent = line.note;
    const bar = need<HTMLProgressElement>(this.section, "[data-bar]");
    bar.hidden = line.over ?? false;
    if (line.value === null) bar.removeAttribute("value");
    else bar.value = line.value;
    this.announce(line);
  }

  /** Screen readers hear a new state and every tenth of the way, not every packet. */
  private announce(line: Line): void {
    const step = `${line.head.replace(/\d+%/, "")}${line.value === null ? "" : Math.floor(line.value / 10)}`;
    if (step === this.said) return;
    this.said = step;
    this.part("say").textContent = `${line.head}. ${line.note}`;
  }
}
