import { all, find } from "../lib/dom";

const PAUSE_AT = /[^。！？；.!?;\n]+[。！？；.!?;\n]*/g;

/** Long texts are spoken sentence by sentence: several browsers fall silent after 15 seconds of one utterance. */
export function sentences(text: string): string[] {
  return (text.match(PAUSE_AT) ?? []).map((part) => part.trim()).filter(Boolean);
}

function speak(button: HTMLButtonElement): void {
  const target = find<HTMLElement>(document, button.dataset.read ?? "main");
  const parts = sentences(target?.innerText ?? "");
  const rest = () => button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", "true");
  parts.forEach((part, index) => {
    const words = new SpeechSynthesisUtterance(part);
    words.lang = target?.closest<HTMLElement>("[lang]")?.lang.startsWith("en") ? "en" : "zh-CN";
    words.rate = 0.9;
    if (index === parts.length - 1) words.addEventListener("end", rest);
    window.speechSynthesis.speak(words);
  });
}

/** `data-read="#selector"`: shown where the browser can speak; a second press stops. */
export function readAloud(): void {
  if (!("speechSynthesis" in window)) return;
  for (const button of all<HTMLButtonElement>(document, "[data-read]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const speaking = button.getAttribute("aria-pressed") === "true";
      window.speechSynthesis.cancel();
      for (const other of all(document, "[data-read]")) other.setAttribute("aria-pressed", "false");
      if (!speaking) speak(button);
    });
  }
  window.addEventListener("pagehide", () => window.speechSynthesis.cancel());
}
