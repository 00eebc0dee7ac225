/** What the picture shows at the place under the pointer, from the preview strip. */

import { activeAt, parseSprite, type Tile } from "../lib/cues";
import { need } from "../lib/dom";
import { clock } from "../lib/format";
import type { Player } from "./player";

export function bindPeek(player: Player): void {
  const track = player.part("seek");
  const range = need<HTMLInputElement>(track, "input");
  const box = player.part("peek");
  const strip = new Strip(player.section.dataset.sprite ?? "", need<HTMLCanvasElement>(box, "canvas"));

  const show = (time: number) => {
    const total = player.duration;
    if (total <= 0) return;
    box.hidden = false;
    track.style.setProperty("--x", `${(time / total) * 100}%`);
    need<HTMLElement>(box, "span").textContent = clock(time);
    void strip.draw(time);
  };
  track.addEventListener("pointermove", (event) => {
    const edge = range.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - edge.left) / edge.width, 0), 1);
    show(share * player.duration);
  });
  range.addEventListener("input", () => show(Number(range.value)));
  for (const kind of ["pointerleave", "change", "focusout"]) {
    track.addEventListener(kind, () => {
      box.hidden = true;
    });
  }
}

class Strip {
  private tiles: Promise<Tile[]> | null = null;
  private readonly pictures = new Map<string, HTMLImageElement>();

  constructor(
    private readonly url: string,
    private readonly canvas: HTMLCanvasElement,
  ) {}

  async draw(time: number): Promise<void> {
    if (!this.url) return;
    this.tiles ??= this.load();
    const tiles = await this.tiles;
    const tile = tiles[activeAt(tiles, time)];
    if (!tile) return;
    const picture = this.picture(tile.image);
    if (!picture.complete) await picture.decode().catch(() => undefined);
    if (!picture.naturalWidth) return;
    this.canvas.width = tile.w;
    this.canvas.height = tile.h;
    this.canvas.getContext("2d")?.drawImage(picture, tile.x, tile.y, tile.w, tile.h, 0, 0, tile.w, tile.h);
    this.canvas.hidden = false;
  }

  private async load(): Promise<Tile[]> {
    const address = new URL(this.url, location.href).href;
    const response = await fetch(address).catch(() => null);
    return response?.ok ? parseSprite(await response.text(), address) : [];
  }

  private picture(address: string): HTMLImageElement {
    const known = this.pictures.get(address);
    if (known) return known;
    const picture = new Image();
    picture.src = address;
    this.pictures.set(address, picture);
    return picture;
  }
}
