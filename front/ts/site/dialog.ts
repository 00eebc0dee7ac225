import { find } from "../lib/dom";

/** `data-dialog="id"` opens, `data-close` and a click on the backdrop close; Escape is the browser's own. */
export function openDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    const id = opener?.dataset.dialog;
    const dialog = id ? find<HTMLDialogElement>(document, `#${CSS.escape(id)}`) : null;
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const open = target.closest<HTMLDialogElement>("dialog[open]");
    if (open && (target === open || target.closest("[data-close]"))) open.close();
  });
}
