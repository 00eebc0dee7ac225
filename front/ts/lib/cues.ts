/** Timed texts: the transcript's lines, the chapters, the pictures of the preview strip. */

export type Timed = { start: number; end: number };

/** Index of the last entry that has begun, or -1; the entries are sorted by start. */
export function activeAt(entries: readonly Timed[], time: number): number {
  let low = 0;
  let high = entries.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.start ?? Number.POSITIVE_INFINITY) <= time) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}

export type Tile = Timed & { image: string; x: number; y: number; w: number; h: number };

function seconds(text: string): number {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Read a WebVTT preview strip (`sprite.jpg#xywh=0,0,160,90`). Pictures inherit the signature of the file's address. */
export function parseSprite(text: string, base: string): Tile[] {
  const pattern = /([\d:.]+) --> ([\d:.]+)[^\n]*\n(\S+?)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)/g;
  const tiles: Tile[] = [];
  for (const match of text.matchAll(pattern)) {
    const [, start = "", end = "", name = "", ...box] = match;
    const [x = 0, y = 0, w = 0, h = 0] = box.map(Number);
    tiles.push({ start: seconds(start), end: seconds(end), image: resolve(name, base), x, y, w, h });
  }
  return tiles;
}

function resolve(name: string, base: string): string {
  const from = new URL(base);
  const address = new URL(name, from);
  if (!address.search) address.search = from.search;
  return address.href;
}
