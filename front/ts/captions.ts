/** The step of captions: the player, and the editor beside it. */

import { Editor } from "./captions/editor";
import { find } from "./lib/dom";
import { mountAll } from "./player/all";
import { playerOf } from "./player/followers";

const players = mountAll();
const section = find<HTMLElement>(document, "[data-cues]");
const player = section && playerOf(players, section);
const form = section?.closest("form");
if (section && player && form) new Editor(player, section, form).start();
