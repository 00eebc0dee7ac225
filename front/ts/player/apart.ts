/** The picture in a small window of its own, over whatever else is on the screen; only where the browser can. */

import type { Player } from "./player";

type AppleVideo = HTMLVideoElement & {
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  webkitPresentationMode?: string;
};

const APART = "picture-in-picture";

export function bindApart(player: Player): void {
  const button = player.button("apart");
  if (!button || !(canStandard(player.video) || canApple(player.video))) return;
  button.hidden = false;
  button.addEventListener("click", () => void toggle(player));
  for (const kind of ["enterpictureinpicture", "leavepictureinpicture", "webkitpresentationmodechanged"]) {
    player.video.addEventListener(kind, () => button.setAttribute("aria-pressed", String(isApart(player.video))));
  }
}

const canStandard = (video: HTMLVideoElement): boolean =>
  "requestPictureInPicture" in video && document.pictureInPictureEnabled;

const canApple = (video: AppleVideo): boolean => video.webkitSupportsPresentationMode?.(APART) === true;

const isApart = (video: AppleVideo): boolean =>
  document.pictureInPictureElement === video || video.webkitPresentationMode === APART;

/** What was not loaded has no picture to take apart, so it begins to play; the sound alone has none at all. */
async function toggle(player: Player): Promise<void> {
  const video: AppleVideo = player.video;
  if (player.fresh) await player.play();
  if (!canStandard(video)) video.webkitSetPresentationMode?.(isApart(video) ? "inline" : APART);
  else if (isApart(video)) await document.exitPictureInPicture();
  else await video.requestPictureInPicture().catch(() => undefined);
}
