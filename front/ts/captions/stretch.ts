/** One caption's stretch of the film, and its words in the picture before they are saved. */

import type { Player } from "../player/player";
import type { Cue } from "./lines";

export class Stretch {
  private until: number | null = null;

  constructor(
    private readonly player: Player,
    private readonly onPlaying: (on: boolean) => void,
  ) {
    player.video.addEventListener("pause", () => this.rest());
  }

  get playing(): boolean {
    return this.until !== null;
  }

  toggle(start: number, end: number): void {
    if (this.playing) {
      this.player.video.pause();
      this.rest();
      return;
    }
    this.until = end;
    this.onPlaying(true);
    this.player.open(start);
    this.watch();
  }

  /** The film tells its time four times a second, which would let the next word begin. */
  private watch(): void {
    if (this.until === null) return;
    if (this.player.time >= this.until && !this.player.video.paused) this.player.video.pause();
    else requestAnimationFrame(() => this.watch());
  }

  private rest(): void {
    this.until = null;
    this.onPlaying(false);
  }
}

/** A track that is not shown holds nothing that could be replaced. */
export function showInTrack(video: HTMLVideoElement, language: string, cues: readonly Cue[]): void {
  const track = [...video.textTracks].find((other) => other.language === language);
  if (!track?.cues) return;
  for (const old of [...track.cues]) track.removeCue(old);
  for (const { start, end, text } of cues) {
    if (end <= start || !text.trim()) continue;
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    track.addCue(new VTTCue(start / 1000, end / 1000, escaped));
  }
}
