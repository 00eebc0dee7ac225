/** A page on the big screen: one part at a time. Without this the page is simply large and is scrolled. */

import { followClicker } from "./lib/clicker";
import { partsOf } from "./lib/parts";

const WRAPPERS = ".prose:not(ol, ul), .route, .route-days";
const BEGINNINGS = "h2, h3, section, .section, .reading, .route-map, .route-side, .route-days > *";

/** What stands side by side, seen through the boxes that only hold it together. */
function pieces(box: Element): HTMLElement[] {
  return [...box.children].flatMap((child) => (child.matches(WRAPPERS) ? pieces(child) : [child as HTMLElement]));
}

const article = document.querySelector<HTMLElement>(".content-page");
const place = document.querySelector<HTMLOutputElement>("[data-part]");
const back = document.querySelector<HTMLButtonElement>("[data-previous]");
const on = document.querySelector<HTMLButtonElement>("[data-next]");

if (article && place && back && on) {
  const shown = pieces(article).filter((piece) => piece.offsetHeight > 0);
  const parts = partsOf(shown, (piece) => piece.matches(BEGINNINGS));
  let at = 0;

  const show = (): void => {
    for (const [number, part] of parts.entries()) {
      for (const piece of part) piece.hidden = number !== at;
    }
    place.textContent = `${at + 1} / ${parts.length}`;
    back.disabled = at === 0;
    on.disabled = at === parts.length - 1;
    window.scrollTo(0, 0);
  };
  const turn = (steps: number): void => {
    at = Math.min(Math.max(at + steps, 0), parts.length - 1);
    show();
  };
  back.addEventListener("click", () => turn(-1));
  on.addEventListener("click", () => turn(1));
  followClicker();
  show();
}
