/** Why a passkey was not made or not accepted, in words: browsers only give a name such as "SecurityError". */

import type { Words } from "./dom";

/** The sentence for what the browser threw; anything unknown gets the general one. */
export function passkeyFailure(exception: unknown, words: Words): string {
  const name = exception instanceof Object && "name" in exception ? String(exception.name) : "";
  return words[name] ?? words.other ?? "";
}
