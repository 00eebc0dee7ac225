import { all, readWords } from "../lib/dom";
import { toast } from "./toast";

const NEXT: Readonly<Record<string, "light" | "dark" | "auto">> = { auto: "light", light: "dark", dark: "auto" };
const YEAR_S = 31_536_000;

/** Goes round device, light, dark. The server reads the cookie, so the next page opens without a flash. */
export function switchTheme(): void {
  const words = readWords("#words");
  for (const button of all<HTMLButtonElement>(document, "[data-theme-switch]")) {
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const next = NEXT[root.dataset.theme ?? "auto"] ?? "auto";
      if (next === "auto") delete root.dataset.theme;
      else root.dataset.theme = next;
      const age = next === "auto" ? 0 : YEAR_S;
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and WeChat
      document.cookie = `theme=${next}; path=/; max-age=${age}; samesite=lax`;
      toast(words[`theme.${next}`] ?? "");
    });
  }
}
