/** A quiz works as plain forms; this keeps the place and the focus across the post, and stops double posts. */

import { all, find } from "./lib/dom";

const KEY = "weike.quiz";

function keepPlace(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    (event.submitter as HTMLElement | null)?.setAttribute("aria-busy", "true");
    const question = form.querySelector<HTMLElement>("[data-question]")?.dataset.question ?? "";
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, question, y: window.scrollY }));
  });
}

/** Bring the reader back to the verdict, and read it out by moving the focus there. */
function returnToPlace(): void {
  const stored = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (!stored) return;
  const place = JSON.parse(stored) as { path: string; question: string; y: number };
  if (place.path !== location.pathname) return;
  const question = find<HTMLElement>(document, `[data-question="${CSS.escape(place.question)}"]`);
  window.scrollTo({ top: place.y });
  question?.setAttribute("tabindex", "-1");
  question?.focus({ preventScroll: true });
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of all<HTMLFormElement>(document, "form[data-sent]")) delete form.dataset.sent;
});
for (const form of all<HTMLFormElement>(document, "form[data-quiz]")) keepPlace(form);
returnToPlace();
