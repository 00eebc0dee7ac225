/** A file that is here already need not be sent again: said with its first part, and taken instead by one press. */

import { fill, need, type Words } from "../lib/dom";
import { getJson } from "../lib/request";

type Answer = { duplicate_title: string | null; duplicate_upload: string | null };

export class Twin {
  private asked = "";
  private told = false;

  constructor(
    private readonly part: HTMLElement,
    private readonly words: Words,
    private readonly take: (upload: string) => void,
  ) {}

  /** Ask once for each upload; a line that breaks meanwhile costs the hint only. */
  async look(url: string): Promise<void> {
    if (this.asked === url) return;
    this.asked = url;
    const answer = await getJson<Answer>(url).catch(() => null);
    if (this.asked !== url || !answer?.duplicate_upload) return;
    const upload = answer.duplicate_upload;
    const take = this.show(answer.duplicate_title, this.words["twin.take"]);
    take.hidden = false;
    take.onclick = () => {
      this.hide();
      this.take(upload);
    };
  }

  /** A file that came in one piece was here before anybody could be asked: said once, when all of it is here. */
  tell(title: string): void {
    if (!this.told) this.show(title, this.words["twin.both"]).hidden = true;
  }

  private show(title: string | null, text: string | undefined): HTMLButtonElement {
    this.told = true;
    need(this.part, "[data-twin-head]").textContent = fill(this.words.twin, { title: title ?? "" });
    need(this.part, "[data-twin-text]").textContent = text ?? "";
    this.part.hidden = false;
    return need<HTMLButtonElement>(this.part, "[data-twin-take]");
  }

  /** Another file is chosen. */
  fresh(): void {
    this.told = false;
    this.hide();
  }

  hide(): void {
    this.asked = "";
    this.part.hidden = true;
  }
}
