/** Takes over every player on the page and everything that follows one: transcript, chapters, notes. */

import { all } from "./lib/dom";
import { follow } from "./player/followers";
import { mount, type Player } from "./player/player";

const players = new Map<string, Player>();
for (const section of all<HTMLElement>(document, "[data-player]")) {
  if (!section.closest("[data-preview]")) players.set(section.id, mount(section));
}
follow(players);
