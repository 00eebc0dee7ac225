/** The list of steps saves first: what was typed or chosen in this step comes along to the one that is pressed. */

import { all, find } from "../lib/dom";

export function saveBeforeSteps(): void {
  const form = find<HTMLFormElement>(document, "form[data-save-first]");
  if (!form) return;
  let touched = false;
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => (touched = true));
  for (const link of all<HTMLAnchorElement>(document, "[data-step]")) {
    link.addEventListener("click", (event) => {
      if (!touched || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      goTo(form, link.dataset.step ?? "");
    });
  }
}

function goTo(form: HTMLFormElement, step: string): void {
  const field = find<HTMLInputElement>(form, "input[name='go']") ?? document.createElement("input");
  field.type = "hidden";
  field.name = "go";
  field.value = step;
  form.append(field);
  form.requestSubmit();
}
