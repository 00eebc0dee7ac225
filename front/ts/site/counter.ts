import { all, element } from "../lib/dom";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** `data-count` on a field with a maximum length shows 12 / 24 below it. */
export function countCharacters(): void {
  for (const field of all<Field>(document, "[data-count][maxlength]")) {
    const shown = element("p", { class: "count", "aria-hidden": "true" });
    const update = () => {
      shown.textContent = `${[...field.value].length} / ${field.maxLength}`;
    };
    field.after(shown);
    field.addEventListener("input", update);
    update();
  }
}
