/** A form that stores itself is sent after that, not meanwhile: its new parts would be made twice. */

import { element } from "../lib/dom";

const LONGEST_MS = 8000;
const ENDS = ["w-autosave:success", "w-autosave:error"];
const held = new WeakSet<HTMLFormElement>();
let storing: EventTarget | null = null;
let sent = false;

function stored(): Promise<void> {
  return new Promise((resolve) => {
    for (const end of ENDS) document.addEventListener(end, () => window.setTimeout(resolve), { once: true });
    window.setTimeout(resolve, LONGEST_MS);
  });
}

/** Meanwhile Wagtail has disabled the button, and what is disabled is not sent. */
function keepPressed(form: HTMLFormElement, button: HTMLElement | null): void {
  if (button instanceof HTMLButtonElement && button.name) {
    form.append(element("input", { type: "hidden", name: button.name, value: button.value }));
  }
}

function hold(event: SubmitEvent, form: HTMLFormElement): void {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (held.has(form)) return;
  held.add(form);
  keepPressed(form, event.submitter);
  void stored().then(() => {
    held.delete(form);
    storing = null;
    form.requestSubmit();
  });
}

/** What is on its way is not stored once more beside it. */
function rest(event: Event): void {
  if (event.defaultPrevented) return;
  sent = true;
  window.setTimeout(() => {
    sent = false;
  }, LONGEST_MS);
}

export function sendAfterStoring(): void {
  document.addEventListener("w-autosave:save", (event) => {
    if (sent) event.preventDefault();
    storing = event.defaultPrevented ? null : event.target;
  });
  for (const end of ENDS) {
    document.addEventListener(end, () => {
      storing = null;
    });
  }
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target instanceof HTMLFormElement && event.target === storing) hold(event, event.target);
    },
    { capture: true },
  );
  window.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.matches("[data-edit-form]")) rest(event);
  });
}
