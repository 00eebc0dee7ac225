/** All players of a page, by their names, each with what follows it. */

import { all } from "../lib/dom";
import { follow } from "./followers";
import { mount, type Player } from "./player";

export function mountAll(): ReadonlyMap<string, Player> {
  const players = new Map<string, Player>();
  for (const section of all<HTMLElement>(document, "[data-player]")) {
    if (!section.closest("[data-preview]")) players.set(section.id, mount(section));
  }
  follow(players);
  return players;
}
