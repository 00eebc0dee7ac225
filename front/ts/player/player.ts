/** The player itself: starts, seeks, says what it does; its parts are in the modules beside this one. */

import { all, fill, find, need, readWords, setIcon, type Words } from "../lib/dom";
import { clock, parseMoment } from "../lib/format";
import { bindApart } from "./apart";
import { bindBar } from "./bar";
import { sendBeats } from "./beats";
import { bindCaptions } from "./captions";
import { bindKeys } from "./keys";
import { bindSpeed } from "./menus";
import { bindPeek } from "./peek";
import { bindQuality } from "./quality";
import { bindScreen } from "./screen";
import { Source, type Trouble } from "./source";

const RETURN_KEY = "weike.place";
const RETURN_MS = 120_000;
const NEAR_END_S = 5;
/** The page says whole seconds, and the last sound may end a little before the last picture. */
const ROUNDED_S = 1;

export class Player {
  readonly video: HTMLVideoElement;
  readonly source: Source;
  readonly words: Words;
  private loaded = false;
  private alone = false;
  private startAt: number;
  /** What the page says of the length, in seconds; 0 when it does not know. */
  private readonly told: number;

  constructor(readonly section: HTMLElement) {
    this.video = need<HTMLVideoElement>(section, "video");
    this.words = readWords('[data-words="player"]', section);
    const { hls, saverHls, mp4, sourceUrl } = section.dataset;
    const addresses = { hls: hls || null, saver: saverHls || null, mp4: mp4 || null };
    this.source = new Source(this.video, addresses, sourceUrl ?? "");
    this.told = Number(find<HTMLInputElement>(section, "[data-seek] input")?.max ?? 0);
    this.startAt = this.opening();
  }

  /** A link's moment wins, then the place before a form was sent, then where the person stopped last time. */
  private opening(): number {
    const asked = parseMoment(new URLSearchParams(location.search).get("t") ?? location.hash.replace(/^#t=/, ""));
    if (asked !== null) return asked;
    const resume = returnPlace() ?? Number(this.section.dataset.resume ?? 0);
    return resume < this.duration - NEAR_END_S || !this.duration ? resume : 0;
  }

  /** The length of the film; while its list still grows the media know only what is there so far. */
  get duration(): number {
    return this.growing ? this.told : this.known;
  }

  /** How far one can seek now: the end, or what is made so far. */
  private get reach(): number {
    const { seekable } = this.video;
    return this.growing && seekable.length ? seekable.end(seekable.length - 1) : this.duration;
  }

  private get growing(): boolean {
    return this.known < this.told - ROUNDED_S;
  }

  private get known(): number {
    return Number.isFinite(this.video.duration) ? this.video.duration : 0;
  }

  get time(): number {
    return this.loaded ? this.video.currentTime : this.startAt;
  }

  button(act: string): HTMLButtonElement | null {
    return find<HTMLButtonElement>(this.section, `[data-act="${act}"]`);
  }

  part(name: string): HTMLElement {
    return need<HTMLElement>(this.section, `[data-${name}]`);
  }

  say(sentence: string): void {
    this.part("say").textContent = sentence;
  }

  async play(): Promise<void> {
    const fresh = !this.loaded;
    const wait = fresh ? this.load() : null;
    if (wait) await wait;
    if (this.video.ended) this.video.currentTime = 0;
    await this.video.play().catch(() => undefined);
    if (fresh && this.startAt > 0) this.say(fill(this.words.resumed, { at: clock(this.startAt) }));
  }

  toggle(): void {
    if (this.video.paused) void this.play();
    else this.video.pause();
  }

  seek(time: number): void {
    const at = Math.min(Math.max(time, 0), Math.max(this.reach - 0.1, 0));
    if (this.loaded) this.video.currentTime = at;
    else this.startAt = at;
    this.section.dispatchEvent(new CustomEvent("weike:time"));
  }

  /** Jump and play, as a line of the transcript or a chapter asks for. */
  open(time: number): void {
    this.seek(time);
    void this.play();
  }

  retry(): void {
    this.startAt = this.time;
    this.part("error").hidden = true;
    this.loaded = false;
    void this.play();
  }

  /** Nothing was played yet. */
  get fresh(): boolean {
    return !this.loaded;
  }

  get canListen(): boolean {
    return Boolean(this.section.dataset.audio);
  }

  get listening(): boolean {
    return this.alone;
  }

  /** Change between picture and sound alone at the same place; what does not play yet begins with it. */
  async listen(on: boolean): Promise<void> {
    const at = this.time;
    const playing = this.loaded && !this.video.paused;
    this.alone = on;
    this.section.classList.toggle("is-audio", on);
    this.section.dispatchEvent(new CustomEvent("weike:listen"));
    if (!this.loaded) return;
    const wait = this.fetch(at);
    if (wait) await wait;
    if (playing) await this.video.play().catch(() => undefined);
  }

  private load(): Promise<void> | null {
    this.loaded = true;
    return this.fetch(this.startAt);
  }

  private fetch(at: number): Promise<void> | null {
    if (!this.alone) return this.source.load(at);
    this.source.listen(this.section.dataset.audio ?? "", at);
    return null;
  }

  trouble(kind: Trouble): void {
    this.part("wait").hidden = true;
    this.part("error").hidden = false;
    const sentence = kind === "gone" ? this.words.gone : navigator.onLine ? "" : this.words.offline;
    if (sentence) this.part("error-text").textContent = sentence;
    const retry = this.button("retry");
    if (retry) retry.hidden = kind === "gone";
    window.addEventListener("online", () => this.retry(), { once: true });
  }
}

function returnPlace(): number | null {
  const stored = sessionStorage.getItem(RETURN_KEY);
  sessionStorage.removeItem(RETURN_KEY);
  if (!stored) return null;
  const place = JSON.parse(stored) as { path: string; at: number; when: number };
  return place.path === location.pathname && Date.now() - place.when < RETURN_MS ? place.at : null;
}

/** A form on the watch page reloads it; keep the place across that. */
function keepPlace(player: Player): void {
  document.addEventListener("submit", () => {
    const place = { path: location.pathname, at: player.time, when: Date.now() };
    if (place.at > 0) sessionStorage.setItem(RETURN_KEY, JSON.stringify(place));
  });
}

function takeOver(player: Player): void {
  const { video } = player;
  video.controls = false;
  for (const source of all<HTMLSourceElement>(video, "source")) source.remove();
  if (video.currentSrc) video.load();
  player.part("bar").hidden = false;
  player.source.onTrouble = (kind) => player.trouble(kind);
}

function bindPlay(player: Player): void {
  const { video, words } = player;
  const play = player.button("play");
  const show = () => {
    if (!play) return;
    setIcon(play, video.paused ? "play" : "pause");
    const word = (video.paused ? words.play : words.pause) ?? "";
    play.setAttribute("aria-label", word);
    need(play, "[data-word]").textContent = word;
  };
  for (const kind of ["play", "pause", "ended"]) video.addEventListener(kind, show);
  play?.addEventListener("click", () => player.toggle());
  player.button("back")?.addEventListener("click", () => player.seek(player.time - 10));
  player.button("forward")?.addEventListener("click", () => player.seek(player.time + 10));
}

export function mount(section: HTMLElement): Player {
  const player = new Player(section);
  takeOver(player);
  bindPlay(player);
  bindBar(player);
  bindScreen(player);
  bindCaptions(player);
  const faster = bindSpeed(player);
  bindQuality(player);
  bindPeek(player);
  bindApart(player);
  bindKeys(player, faster);
  keepPlace(player);
  if (section.dataset.beatUrl) sendBeats(player.video, section.dataset.beatUrl);
  return player;
}
