/** Which captions are shown: a language and a size, or none. Pure, so that the choices are tested. */

import { fill, type Words } from "./dom";

export type Size = "on" | "large" | "off";
/** One line of the menu; `at` is the place of the language. */
export type Item = { label: string; at: number; size: Size };

export const NEXT: Readonly<Record<Size, Size>> = { on: "large", large: "off", off: "on" };

export function readSize(stored: string | null): Size {
  return stored === "off" || stored === "large" ? stored : "on";
}

/** The language the person chose last, else the page's, else the first. */
export function preferred(languages: readonly string[], stored: string | null, page: string): number {
  const chosen = languages.indexOf(stored ?? "");
  if (chosen >= 0) return chosen;
  const near = languages.findIndex((language) => page !== "" && language.split("-")[0] === page.split("-")[0]);
  return Math.max(0, near);
}

/** Every language in both sizes, and none: one list, so that one key press opens all there is to choose. */
export function captionItems(labels: readonly string[], now: number, words: Words): Item[] {
  const items = labels.flatMap((label, at): Item[] => [
    { label, at, size: "on" },
    { label: fill(words["captions.large.of"], { language: label }), at, size: "large" },
  ]);
  return [...items, { label: words["captions.none"] ?? "", at: now, size: "off" }];
}
