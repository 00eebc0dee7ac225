import { all } from "../lib/dom";

/** Menus are details elements; this closes them on Escape, outside clicks and when the focus leaves. */
export function closeMenus(): void {
  for (const menu of all<HTMLDetailsElement>(document, "[data-menu]")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget as Node)) menu.open = false;
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target as Node)) menu.open = false;
    });
  }
}
