/** The menu of the picture. Whoever spares data is spared without asking, and a choice to do so is remembered. */

import { find, memory } from "../lib/dom";
import { AUTO, type Level, pictureChoices, SAVER, SOUND } from "./levels";
import { Menu } from "./menus";
import type { Player } from "./player";

type Frugal = Navigator & { connection?: { saveData?: boolean } };

const SAVER_KEY = "weike.saver";

export function bindQuality(player: Player): void {
  const root = find<HTMLElement>(player.section, '[data-pop="quality"]');
  if (root) new Quality(player, root).start();
}

/** The browser says it in its requests, which the page repeats, and some say it to scripts. */
function spares(section: HTMLElement): boolean {
  const asked = section.dataset.saver === "on" || (navigator as Frugal).connection?.saveData === true;
  return asked || memory.get(SAVER_KEY) === "on";
}

class Quality {
  private readonly menu: Menu;
  private levels: Level[] | null = null;

  constructor(
    private readonly player: Player,
    private readonly root: HTMLElement,
  ) {
    this.menu = new Menu(root);
  }

  start(): void {
    const { source, section, video } = this.player;
    if (source.canSpare && spares(section)) source.choose(SAVER);
    this.menu.onChoose = (value) => this.choose(value);
    source.onLevels = (levels) => {
      this.levels = levels;
      this.show();
    };
    video.addEventListener("resize", () => this.show());
    section.addEventListener("weike:listen", () => this.show());
    this.show();
  }

  private get chosen(): number {
    return this.player.listening ? SOUND : this.player.source.choice;
  }

  private choose(value: number): void {
    if (value !== SOUND) {
      this.player.source.choose(value);
      memory.set(SAVER_KEY, value === SAVER ? "on" : "off");
    }
    if (this.player.listening !== (value === SOUND)) void this.player.listen(value === SOUND);
    this.show();
  }

  private show(): void {
    const { words, source } = this.player;
    const labels = { auto: words.auto ?? "", saver: words.saver ?? "", sound: words.listen ?? "" };
    const can = { spare: source.canSpare, listen: this.player.canListen };
    const choices = pictureChoices(this.levels, labels, can);
    const now = choices.find(({ value }) => value === this.chosen)?.label ?? labels.auto;
    const { height } = source;
    // On the button a word must do; what it means stands in the list.
    this.menu.label(this.chosen === SOUND ? (words.sound ?? now) : now);
    this.menu.detail(this.chosen === AUTO && height ? `${height}p` : "");
    this.menu.fill(choices, this.chosen);
    this.root.hidden = choices.length < 2;
  }
}
