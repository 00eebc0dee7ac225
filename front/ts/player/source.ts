/** Where the picture comes from: native HLS on Apple devices, hls.js elsewhere, MP4 as the last resort. */

import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";
import { getJson, Refused } from "../lib/request";
import { AUTO, type Level, SAVER, saverCap } from "./levels";

/** `saver` names small sizes only, for players that choose by themselves among all that a playlist names. */
export type Addresses = { hls: string | null; saver: string | null; mp4: string | null };
export type Trouble = "network" | "gone" | "broken";
type HlsClass = typeof Hls;

const HLS_TYPE = "application/vnd.apple.mpegurl";
const REFRESH_PAUSE_MS = 20_000;
const MOST_RETRIES = 3;
const END_TOLERANCE_S = 0.5;
const SIGNED_OUT = new Set([401, 403, 410]);
const GONE = new Set([403, 404, 410]);

export class Source {
  private hls: Hls | null = null;
  private refreshed = 0;
  private retries = 0;
  private wanted = 0;
  private levels: Level[] = [];
  choice = AUTO;
  onLevels: (levels: Level[]) => void = () => undefined;
  onTrouble: (trouble: Trouble) => void = () => undefined;

  constructor(
    private readonly video: HTMLVideoElement,
    private addresses: Addresses,
    private readonly refreshUrl: string,
  ) {
    video.addEventListener("error", () => this.hls || void this.failed());
    video.addEventListener("playing", () => {
      this.retries = 0;
    });
  }

  get playable(): boolean {
    return Boolean(this.addresses.hls ?? this.addresses.mp4);
  }

  /**
   * Load at a position. Where the browser itself plays HLS this returns at once, because Safari and WeChat allow
   * sound only in the same turn as the tap.
   */
  load(at: number): Promise<void> | null {
    this.drop();
    this.wanted = at;
    const { hls, mp4 } = this.addresses;
    if (hls && this.nativeFirst()) return this.plain(this.sparing ?? hls, at);
    if (hls && "MediaSource" in window) return this.feed(hls, at);
    const address = hls && this.video.canPlayType(HLS_TYPE) ? hls : mp4;
    return address ? this.plain(address, at) : null;
  }

  /** Sound alone, at a fraction of the data. */
  listen(address: string, at: number): void {
    this.drop();
    this.plain(address, at);
  }

  /** AUTO, SAVER or the number of a size; kept for when addresses are fetched anew. */
  choose(choice: number): void {
    const changes = (choice === SAVER) !== (this.choice === SAVER);
    this.choice = choice;
    if (this.hls) this.obey(this.hls);
    else if (changes && this.addresses.saver && this.nativeFirst() && this.plays) void this.goOn();
  }

  /** Sizes are chosen by hls.js; Apple's own player chooses among those of the playlist that it is given. */
  get canSpare(): boolean {
    const { hls, saver } = this.addresses;
    return Boolean(hls) && (this.nativeFirst() ? Boolean(saver) : "MediaSource" in window);
  }

  private get sparing(): string | null {
    return this.choice === SAVER ? this.addresses.saver : null;
  }

  /** A playlist plays natively now, and not the sound alone or the single file. */
  private get plays(): boolean {
    const { hls, saver } = this.addresses;
    return [hls, saver].some((address) => address !== null && this.video.src.endsWith(address));
  }

  private async goOn(): Promise<void> {
    const playing = !this.video.paused;
    await this.load(this.video.currentTime);
    if (playing) await this.video.play().catch(() => undefined);
  }

  /** What is loaded already is shown to its end, except where a person asks for one size. */
  private obey(hls: Hls): void {
    hls.autoLevelCapping = this.choice === SAVER ? saverCap(this.levels) : -1;
    if (this.choice >= 0) hls.nextLevel = this.choice;
    else hls.loadLevel = -1;
  }

  get height(): number {
    return this.hls?.levels[this.hls.currentLevel]?.height ?? 0;
  }

  private nativeFirst(): boolean {
    return /apple/i.test(navigator.vendor) && this.video.canPlayType(HLS_TYPE) !== "";
  }

  private plain(address: string, at: number): null {
    this.video.src = address;
    if (at > 0) this.video.addEventListener("loadedmetadata", () => this.jump(at), { once: true });
    this.video.load();
    return null;
  }

  private jump(at: number): void {
    this.video.currentTime = at;
  }

  private async feed(address: string, at: number): Promise<void> {
    const { default: HlsPlayer } = await import("./hls");
    if (!HlsPlayer.isSupported()) {
      this.plain(this.video.canPlayType(HLS_TYPE) ? address : (this.addresses.mp4 ?? address), at);
      return;
    }
    const hls = new HlsPlayer({
      startPosition: at > 0 ? at : -1,
      backBufferLength: 60,
      ...this.capping(HlsPlayer),
    });
    this.hls = hls;
    this.hear(HlsPlayer, hls);
    hls.loadSource(address);
    hls.attachMedia(this.video);
  }

  /** hls.js looks every second how large the player is, and would forget that data is spared. */
  private capping(HlsPlayer: HlsClass): Partial<HlsConfig> {
    const { capLevelController } = HlsPlayer.DefaultConfig;
    if (!capLevelController) return {};
    const allowed = (most: number) => (this.choice === SAVER ? Math.min(most, saverCap(this.levels)) : most);
    class Sparing extends capLevelController {
      override getMaxLevel(most: number): number {
        return super.getMaxLevel(allowed(most));
      }
    }
    return { capLevelToPlayerSize: true, capLevelController: Sparing };
  }

  private hear(HlsPlayer: HlsClass, hls: Hls): void {
    hls.on(HlsPlayer.Events.MANIFEST_PARSED, (_event, data) => {
      this.levels = data.levels.map((level, index) => ({ index, height: Math.min(level.height, level.width) }));
      this.obey(hls);
      this.onLevels(this.levels);
    });
    hls.on(HlsPlayer.Events.ERROR, (_event, data) => {
      if (!data.fatal) {
        if (data.details === HlsPlayer.ErrorDetails.BUFFER_STALLED_ERROR) this.endIfAtEnd(HlsPlayer, hls);
        return;
      }
      if (data.type === HlsPlayer.ErrorTypes.MEDIA_ERROR && this.retries < MOST_RETRIES) {
        this.retries += 1;
        hls.recoverMediaError();
      } else void this.failed(data.response?.code);
    });
  }

  /** A last sound segment of a few milliseconds keeps hls.js waiting for an end that is there (hls.js#7646). */
  private endIfAtEnd(HlsPlayer: HlsClass, hls: Hls): void {
    if (this.video.duration - this.video.currentTime > END_TOLERANCE_S) return;
    for (const type of ["audio", "video"] as const) hls.trigger(HlsPlayer.Events.BUFFER_EOS, { type });
  }

  private async failed(status = 0): Promise<void> {
    const due = Date.now() - this.refreshed > REFRESH_PAUSE_MS;
    if (this.refreshUrl && due && (SIGNED_OUT.has(status) || !this.hls)) {
      if (await this.refresh()) return;
    } else if (!navigator.onLine || (this.hls && status === 0)) this.onTrouble("network");
    else if (!this.fallBack()) this.onTrouble("broken");
  }

  /** Signed addresses end; fetch new ones and go on at the same place. */
  private async refresh(): Promise<boolean> {
    this.refreshed = Date.now();
    const at = this.video.readyState > 0 ? this.video.currentTime : this.wanted;
    const playing = !this.video.paused;
    try {
      this.addresses = await getJson<Addresses>(this.refreshUrl);
    } catch (error) {
      const gone = error instanceof Refused && GONE.has(error.status);
      this.onTrouble(gone ? "gone" : "network");
      return true;
    }
    await this.load(at);
    if (playing) await this.video.play().catch(() => undefined);
    return true;
  }

  private fallBack(): boolean {
    const { mp4 } = this.addresses;
    if (!mp4 || this.video.src.endsWith(mp4)) return false;
    const at = this.video.currentTime;
    this.drop();
    this.plain(mp4, at);
    void this.video.play().catch(() => undefined);
    return true;
  }

  private drop(): void {
    this.hls?.destroy();
    this.hls = null;
  }
}
