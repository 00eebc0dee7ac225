import { memory } from "../lib/dom";

const KEY = "weike.searches";
const KEPT = 6;

/** Newest first, without repetition. */
export function withRecent(list: readonly string[], query: string): string[] {
  const text = query.trim();
  return text ? [text, ...list.filter((old) => old !== text)].slice(0, KEPT) : [...list];
}

/** Searches stay on the device; the site does not learn them from here. */
export function recent(): string[] {
  try {
    const stored: unknown = JSON.parse(memory.get(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

export function remember(query: string): void {
  memory.set(KEY, JSON.stringify(withRecent(recent(), query)));
}

export function forget(): void {
  memory.remove(KEY);
}
