import { all, element, find, icon, readWords } from "../lib/dom";

const SHOWN_MS = 8000;

/** Say something that needs no answer; it stays while it is hovered or holds the focus. */
export function toast(text: string): void {
  const host = find<HTMLElement>(document, "[data-toasts]");
  if (!host) return;
  const label = readWords("#words").close ?? "";
  const close = element("button", { type: "button", class: "icon-btn", "aria-label": label }, icon("x", "s"));
  const node = element("div", { class: "toast" }, element("p", {}, text), close);
  close.addEventListener("click", () => node.remove());
  host.append(node);
  leaveLater(node);
}

function leaveLater(node: HTMLElement): void {
  const leave = () => {
    if (node.matches(":hover, :focus-within")) window.setTimeout(leave, SHOWN_MS);
    else node.remove();
  };
  window.setTimeout(leave, SHOWN_MS);
}

export function toastButtons(): void {
  for (const button of all<HTMLButtonElement>(document, "[data-toast]")) {
    button.addEventListener("click", () => toast(button.dataset.toast ?? ""));
  }
}
