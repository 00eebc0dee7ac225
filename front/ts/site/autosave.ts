import { all, fill, find, readWords } from "../lib/dom";
import { post } from "../lib/request";

const QUIET_MS = 1500;
const RETRY_MS = 15_000;

/** What was typed, without files: they travel by the resumable upload. */
function typed(form: HTMLFormElement): FormData {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return data;
}

class Draft {
  private timer = 0;
  private dirty = false;
  private readonly words = readWords("#words");
  private readonly status: HTMLElement | null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly url: string,
  ) {
    this.status = find<HTMLElement>(document, form.dataset.autosaveStatus ?? "[data-autosave-status]");
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.touched());
    form.addEventListener("submit", () => this.rest());
    window.addEventListener("pagehide", () => this.flush());
    window.addEventListener("online", () => this.dirty && void this.save());
  }

  private touched(): void {
    this.dirty = true;
    this.again(QUIET_MS);
  }

  private again(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), delay);
  }

  private rest(): void {
    window.clearTimeout(this.timer);
    this.dirty = false;
  }

  private say(sentence: string | undefined): void {
    if (this.status) this.status.textContent = sentence ?? "";
  }

  private flush(): void {
    if (this.dirty) void post(this.url, typed(this.form), { keepalive: true }).catch(() => undefined);
  }

  private async save(): Promise<void> {
    this.dirty = false;
    this.say(this.words.saving);
    // From here on it may be a lesson of its own, whatever becomes of the answer.
    this.form.dataset.saved = "";
    try {
      const response = await post(this.url, typed(this.form));
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const now = new Date();
      const time = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
      this.say(fill(this.words.saved, { time }));
    } catch {
      this.dirty = true;
      this.say(this.words.unsaved);
      this.again(RETRY_MS);
    }
  }
}

/** Every form with `data-autosave-url` posts what was typed shortly after the typing stops. */
export function watchDrafts(): void {
  for (const form of all<HTMLFormElement>(document, "form[data-autosave-url]")) {
    new Draft(form, form.dataset.autosaveUrl ?? "");
  }
}
