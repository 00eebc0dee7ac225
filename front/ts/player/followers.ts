/** What follows a player: chapters, transcript, notes, and every button that names a moment. */

import { activeAt, type Timed } from "../lib/cues";
import { all, find, need } from "../lib/dom";
import { clock } from "../lib/format";
import type { Player } from "./player";
import { bindTranscript } from "./transcript";

export type Line = Timed & { node: HTMLElement; button: HTMLButtonElement };
type Players = ReadonlyMap<string, Player>;

export function playerOf(players: Players, node: Element): Player | undefined {
  const id = node.closest<HTMLElement>("[data-for]")?.dataset.for;
  return (id ? players.get(id) : undefined) ?? players.values().next().value;
}

export function readLines(root: ParentNode): Line[] {
  return all<HTMLButtonElement>(root, "button[data-start]").map((button) => ({
    start: Number(button.dataset.start),
    end: Number(button.dataset.end),
    node: button.closest<HTMLElement>("li") ?? button,
    button,
  }));
}

/** Keep one line marked; `onChange` hears which. */
export function track(player: Player, lines: readonly Line[], onChange: (line: Line) => void = () => undefined): void {
  let current = -1;
  const update = () => {
    const next = activeAt(lines, player.time + 0.05);
    if (next === current) return;
    mark(lines[current], false);
    mark(lines[next], true);
    current = next;
    const line = lines[next];
    if (line) onChange(line);
  };
  player.video.addEventListener("timeupdate", update);
  player.section.addEventListener("weike:time", update);
  update();
}

function mark(line: Line | undefined, on: boolean): void {
  line?.node.classList.toggle("is-now", on);
  if (on) line?.button.setAttribute("aria-current", "true");
  else line?.button.removeAttribute("aria-current");
}

export function follow(players: Players): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-start]");
    if (button) playerOf(players, button)?.open(Number(button.dataset.start));
  });
  for (const list of all<HTMLElement>(document, "[data-chapters]")) {
    const player = playerOf(players, list);
    if (player) track(player, readLines(list));
  }
  for (const panel of all<HTMLElement>(document, "[data-transcript]")) {
    const player = playerOf(players, panel);
    if (player) bindTranscript(player, panel);
  }
  for (const button of all<HTMLButtonElement>(document, "[data-listen]")) {
    const player = playerOf(players, button);
    if (player?.canListen) bindListen(player, button);
  }
  for (const form of all<HTMLFormElement>(document, "[data-note-form]")) {
    const player = playerOf(players, form);
    if (player) bindNote(player, form);
  }
  for (const at of all<HTMLInputElement>(document, "[data-player-moment]")) {
    const player = playerOf(players, at);
    if (player && at.form) bindReport(player, at.form, at);
  }
}

/** Choosing to listen is asking to hear: what has not begun begins, in the same turn as the tap. */
function bindListen(player: Player, button: HTMLButtonElement): void {
  button.hidden = false;
  const show = () => button.setAttribute("aria-pressed", String(player.listening));
  player.section.addEventListener("weike:listen", show);
  button.addEventListener("click", () => {
    void player.listen(!player.listening);
    if (player.fresh) void player.play();
  });
}

function bindNote(player: Player, form: HTMLFormElement): void {
  const text = need<HTMLTextAreaElement>(form, "textarea");
  const at = need<HTMLInputElement>(form, 'input[name="at_s"]');
  const shown = find<HTMLElement>(form, "[data-note-at]");
  untilWriting(player, text, () => {
    at.value = player.time.toFixed(1);
    if (shown) shown.textContent = clock(player.time);
  });
}

/** Who never moved the player names no moment: the report may be about the page. */
function bindReport(player: Player, form: HTMLFormElement, at: HTMLInputElement): void {
  untilWriting(player, need<HTMLTextAreaElement>(form, "textarea"), () => {
    if (player.time) at.value = player.time.toFixed(1);
  });
}

/** What is written belongs to the moment when writing began, not when it was sent. */
function untilWriting(player: Player, text: HTMLTextAreaElement, take: () => void): void {
  const update = () => {
    if (!text.value) take();
  };
  player.video.addEventListener("timeupdate", update);
  player.section.addEventListener("weike:time", update);
  text.addEventListener("focus", update);
  update();
}
