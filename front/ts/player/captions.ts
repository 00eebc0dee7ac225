/** Captions: on by default where present, in two sizes, drawn by us so that big screens and elder view can read them. */

import { memory, need } from "../lib/dom";
import type { Player } from "./player";

type Choice = "on" | "large" | "off";

const KEY = "weike.captions";
const NEXT: Readonly<Record<Choice, Choice>> = { on: "large", large: "off", off: "on" };

export function bindCaptions(player: Player): void {
  const track = player.video.textTracks[0];
  const button = player.button("captions");
  if (!track || !button) return;
  const stored = memory.get(KEY);
  let choice: Choice = stored === "off" || stored === "large" ? stored : "on";
  button.hidden = false;

  const apply = () => {
    track.mode = "hidden";
    button.setAttribute("aria-pressed", String(choice !== "off"));
    button.setAttribute("aria-label", player.words[`captions.${choice}`] ?? "");
    player.section.dataset.captionsSize = choice === "large" ? "l" : "m";
    draw(player, track, choice);
  };
  track.addEventListener("cuechange", () => draw(player, track, choice));
  button.addEventListener("click", () => {
    choice = NEXT[choice];
    memory.set(KEY, choice);
    apply();
    player.say(player.words[`captions.${choice}`] ?? "");
  });
  // The iPhone shows its own player in full screen: there the browser must draw the captions.
  player.video.addEventListener("webkitbeginfullscreen", () => {
    if (choice !== "off") track.mode = "showing";
  });
  player.video.addEventListener("webkitendfullscreen", apply);
  apply();
}

function draw(player: Player, track: TextTrack, choice: Choice): void {
  const box = player.part("caption");
  const cues = choice === "off" ? [] : [...(track.activeCues ?? [])];
  const text = cues.map((cue) => (cue as VTTCue).getCueAsHTML().textContent ?? "").join("\n");
  need<HTMLElement>(box, "span").textContent = text;
  box.hidden = text === "";
}
