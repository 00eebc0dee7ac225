/** What was really played: stretches of the video in seconds, never a guess about attention. */

export type Segment = readonly [from: number, to: number];

const GAP_S = 0.3;
const round = (n: number): number => Math.round(n * 10) / 10;

/** Join stretches that overlap or touch; sorted, rounded to 0.1 s, empty ones dropped. */
export function merge(segments: readonly Segment[]): Segment[] {
  const sorted = [...segments].filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1] + GAP_S) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged.map(([from, to]) => [round(from), round(to)] as const).filter(([from, to]) => to > from);
}

/** Collects playback positions; a jump starts a new stretch. */
export class Recorder {
  private open: [number, number] | null = null;
  private closed: Segment[] = [];

  /** Call at every time update while the video plays; `step` is the longest honest advance since the last call. */
  at(time: number, step: number): void {
    if (this.open && time >= this.open[1] && time - this.open[1] <= step) this.open[1] = time;
    else {
      this.cut();
      this.open = [time, time];
    }
  }

  /** Call at a pause, a seek and the end. */
  cut(): void {
    if (this.open) this.closed.push(this.open);
    this.open = null;
  }

  /** Hand over what was played since the last call and go on from there. */
  take(): Segment[] {
    const all = this.open ? [...this.closed, this.open] : this.closed;
    this.closed = [];
    if (this.open) this.open = [this.open[1], this.open[1]];
    return merge(all);
  }
}
