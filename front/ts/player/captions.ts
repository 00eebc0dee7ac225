/** Captions: on by default where present, in two sizes and all languages, drawn by us so that big screens can read them. */

import { captionItems, NEXT, preferred, readSize, type Size } from "../lib/captions";
import { find, memory, need } from "../lib/dom";
import { Menu } from "./menus";
import type { Player } from "./player";

const SIZE_KEY = "weike.captions";
const LANGUAGE_KEY = "weike.captions.language";

export function bindCaptions(player: Player): void {
  const tracks = [...player.video.textTracks];
  const button = player.button("captions");
  if (tracks.length > 0 && button) new Captions(player, tracks, button).start();
}

class Captions {
  private size: Size = readSize(memory.get(SIZE_KEY));
  private at: number;
  private readonly menu: Menu | null;

  constructor(
    private readonly player: Player,
    private readonly tracks: readonly TextTrack[],
    private readonly button: HTMLButtonElement,
  ) {
    const languages = tracks.map((track) => track.language);
    this.at = preferred(languages, memory.get(LANGUAGE_KEY), document.documentElement.lang);
    // One language needs no list: the button turns its size on and off.
    const root = tracks.length > 1 ? find<HTMLElement>(player.section, '[data-pop="captions"]') : null;
    this.menu = root ? new Menu(root) : null;
    button.hidden = root !== null;
    if (root) root.hidden = false;
  }

  start(): void {
    for (const track of this.tracks) track.addEventListener("cuechange", () => this.draw());
    // The key C and the button walk through the sizes of the language that is shown.
    this.button.addEventListener("click", () => this.choose(this.at, NEXT[this.size]));
    if (this.menu) {
      this.menu.onChoose = (value) => {
        const item = this.items()[value];
        if (item) this.choose(item.at, item.size);
      };
    }
    // The iPhone shows its own player in full screen: there the browser must draw the captions.
    this.player.video.addEventListener("webkitbeginfullscreen", () => {
      if (this.track && this.size !== "off") this.track.mode = "showing";
    });
    this.player.video.addEventListener("webkitendfullscreen", () => this.apply());
    this.apply();
  }

  private get track(): TextTrack | undefined {
    return this.tracks[this.at];
  }

  private items(): ReturnType<typeof captionItems> {
    return captionItems(
      this.tracks.map((track) => track.label),
      this.at,
      this.player.words,
    );
  }

  private choose(at: number, size: Size): void {
    this.at = at;
    this.size = size;
    memory.set(SIZE_KEY, size);
    memory.set(LANGUAGE_KEY, this.track?.language ?? "");
    this.apply();
    this.player.say(this.words());
  }

  private words(): string {
    const said = this.player.words[`captions.${this.size}`] ?? "";
    return this.menu && this.size !== "off" ? `${said} · ${this.track?.label ?? ""}` : said;
  }

  private apply(): void {
    for (const track of this.tracks) track.mode = track === this.track ? "hidden" : "disabled";
    this.button.setAttribute("aria-pressed", String(this.size !== "off"));
    this.button.setAttribute("aria-label", this.player.words[`captions.${this.size}`] ?? "");
    this.player.section.dataset.captionsSize = this.size === "large" ? "l" : "m";
    this.showMenu();
    this.draw();
  }

  private showMenu(): void {
    const items = this.items();
    const now = items.findIndex(({ at, size }) => at === this.at && size === this.size);
    this.menu?.fill(
      items.map(({ label }, value) => ({ value, label })),
      now,
    );
    this.menu?.label(this.size === "off" ? (this.player.words["captions.none"] ?? "") : (this.track?.label ?? ""));
  }

  private draw(): void {
    const box = this.player.part("caption");
    const cues = this.size === "off" ? [] : [...(this.track?.activeCues ?? [])];
    const text = cues.map((cue) => (cue as VTTCue).getCueAsHTML().textContent ?? "").join("\n");
    need<HTMLElement>(box, "span").textContent = text;
    box.hidden = text === "";
  }
}
