/** How much to send at once: small enough that a lost line costs seconds, large enough that the line stays busy. */

export const MEGABYTE = 1024 * 1024;
const SMALLEST = MEGABYTE;
const LARGEST = 16 * MEGABYTE;
const STEP = 256 * 1024;
const TARGET_MS = 4000;

/** The next chunk's size in bytes: aims at 4 s a chunk, at most doubling or halving, 1 to 16 MB. */
export function nextChunk(size: number, elapsedMs: number): number {
  const factor = Math.min(2, Math.max(0.5, TARGET_MS / Math.max(elapsedMs, 1)));
  const wished = Math.round((size * factor) / STEP) * STEP;
  return Math.min(LARGEST, Math.max(SMALLEST, wished));
}

/** Bytes a second, smoothed, so that the time left does not jump with every packet. */
export class Speed {
  private rate = 0;
  private lastBytes = -1;
  private lastMs = 0;

  at(bytes: number, nowMs: number): void {
    const ms = nowMs - this.lastMs;
    if (this.lastBytes < 0 || bytes < this.lastBytes) this.restart(bytes, nowMs);
    else if (ms >= 500) {
      const now = ((bytes - this.lastBytes) / ms) * 1000;
      this.rate = this.rate ? this.rate * 0.8 + now * 0.2 : now;
      this.restart(bytes, nowMs);
    }
  }

  /** Seconds for the rest, or null while nothing is known. */
  left(bytes: number): number | null {
    return this.rate > 0 ? bytes / this.rate : null;
  }

  private restart(bytes: number, nowMs: number): void {
    this.lastBytes = bytes;
    this.lastMs = nowMs;
  }
}
