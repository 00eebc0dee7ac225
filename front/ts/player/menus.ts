/** Small menus of radio items, as speed, picture and captions have them. */

import { element, fill, find, memory, need } from "../lib/dom";
import type { Choice } from "./levels";
import type { Player } from "./player";

const RATES = [0.75, 1, 1.25, 1.5, 2];
const RATE_KEY = "weike.rate";

export class Menu {
  private readonly button: HTMLButtonElement;
  private readonly list: HTMLElement;
  private readonly now: HTMLElement;
  onChoose: (value: number) => void = () => undefined;

  constructor(readonly root: HTMLElement) {
    this.button = need<HTMLButtonElement>(root, "[data-act='pop']");
    this.list = need<HTMLElement>(root, ".pop-list");
    this.now = need<HTMLElement>(root, "[data-now]");
    this.button.addEventListener("click", () => this.toggle(Boolean(this.list.hidden)));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusout", (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) this.toggle(false);
    });
  }

  fill(choices: readonly Choice[], chosen: number): void {
    this.list.replaceChildren(
      ...choices.map(({ value, label }) => {
        const item = element("button", { type: "button", role: "menuitemradio", tabindex: "-1" }, label);
        item.setAttribute("aria-checked", String(value === chosen));
        item.addEventListener("click", () => this.choose(value));
        return item;
      }),
    );
    this.list.dataset.chosen = String(chosen);
  }

  label(text: string): void {
    this.now.textContent = text;
  }

  /** What stands beside the label where there is room. */
  detail(text: string): void {
    const part = find<HTMLElement>(this.button, "[data-detail]");
    if (!part) return;
    part.textContent = text;
    part.hidden = text === "";
  }

  private items(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role]")];
  }

  private toggle(open: boolean): void {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) (find<HTMLElement>(this.list, "[aria-checked='true']") ?? this.items()[0])?.focus();
  }

  private choose(value: number): void {
    this.toggle(false);
    this.button.focus();
    this.onChoose(value);
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) return;
    const items = this.items();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(at + step + items.length) % items.length]?.focus();
    else if (event.key === "Escape") {
      this.toggle(false);
      this.button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Returns what makes it faster or slower by so many steps. */
export function bindSpeed(player: Player): (steps: number) => void {
  const root = find<HTMLElement>(player.section, '[data-pop="speed"]');
  if (!root) return () => undefined;
  const menu = new Menu(root);
  const set = (rate: number) => {
    player.video.defaultPlaybackRate = rate;
    player.video.playbackRate = rate;
    menu.label(`${rate}×`);
    menu.fill(
      RATES.map((value) => ({ value, label: `${value}×` })),
      rate,
    );
  };
  const choose = (rate: number) => {
    set(rate);
    memory.set(RATE_KEY, String(rate));
    player.say(fill(player.words.speed, { rate: `${rate}×` }));
  };
  menu.onChoose = choose;
  const stored = Number(memory.get(RATE_KEY));
  set(RATES.includes(stored) ? stored : 1);
  return (steps) => choose(RATES[RATES.indexOf(player.video.playbackRate) + steps] ?? player.video.playbackRate);
}
