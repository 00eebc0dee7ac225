/** Tell the server what was played, every ten seconds and when the page goes away. Nothing else is watched. */

import { post } from "../lib/request";
import { Recorder, type Segment } from "../lib/segments";

const EVERY_MS = 10_000;
const LONGEST_UPDATE_S = 1.5;
const RETRYABLE = new Set([408, 425, 429]);

type Beat = { seq: number; segments: Segment[]; rate: number; visible: boolean };

class Beats {
  private readonly recorder = new Recorder();
  private readonly waiting: Beat[] = [];
  private seq = 0;
  private busy = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly url: string,
  ) {
    for (const kind of ["playing", "seeked", "timeupdate"]) video.addEventListener(kind, () => this.heard());
    video.addEventListener("pause", () => this.rested());
    for (const kind of ["seeking", "ended", "waiting"]) video.addEventListener(kind, () => this.recorder.cut());
    for (const kind of ["pause", "ended"]) video.addEventListener(kind, () => void this.send());
    window.setInterval(() => void this.send(), EVERY_MS);
    window.addEventListener("pagehide", () => this.last());
    document.addEventListener("visibilitychange", () => document.hidden && this.last());
  }

  private heard(): void {
    const { paused, seeking, currentTime, playbackRate } = this.video;
    if (!paused && !seeking) this.recorder.at(currentTime, LONGEST_UPDATE_S * playbackRate);
  }

  /** The last update before a pause may be a quarter of a second old. */
  private rested(): void {
    if (!this.video.seeking) this.recorder.at(this.video.currentTime, LONGEST_UPDATE_S * this.video.playbackRate);
    this.recorder.cut();
  }

  private collect(): void {
    const segments = this.recorder.take();
    if (!segments.length) return;
    this.seq += 1;
    this.waiting.push({ seq: this.seq, segments, rate: this.video.playbackRate, visible: !document.hidden });
  }

  /** In order, one at a time; what the network swallowed is sent again with the same number. */
  private async send(): Promise<void> {
    this.collect();
    if (this.busy) return;
    this.busy = true;
    try {
      for (let beat = this.waiting[0]; beat; beat = this.waiting[0]) {
        const response = await post(this.url, JSON.stringify(beat), { json: true });
        if (response.status >= 500 || RETRYABLE.has(response.status)) break;
        this.waiting.shift();
      }
    } catch {
      // No network: the beats stay in the queue and go with the next ones.
    } finally {
      this.busy = false;
    }
  }

  private last(): void {
    this.collect();
    for (const beat of this.waiting) {
      void post(this.url, JSON.stringify(beat), { json: true, keepalive: true }).catch(() => undefined);
    }
  }
}

export function sendBeats(video: HTMLVideoElement, url: string): void {
  new Beats(video, url);
}
