/** A file that is here already need not be sent again: said with its first part, and taken instead by one press. */

import { fill, need, type Words } from "../lib/dom";
import { getJson } from "../lib/request";

type Answer = { duplicate_title: string | null; duplicate_upload: string | null };

export class Twin {
  private asked = "";

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
    need(this.part, "[data-twin-head]").textContent = fill(this.words.twin, { title: answer.duplicate_title ?? "" });
    need<HTMLButtonElement>(this.part, "[data-twin-take]").onclick = () => {
      this.hide();
      this.take(upload);
    };
    this.part.hidden = false;
  }

  hide(): void {
    this.asked = "";
    this.part.hidden = true;
  }
}
