/** Ask the server how far the video is, often at first, less often later, not at all in a hidden tab. */

import { isFinal, type Status } from "../lib/progress";
import { getJson, Refused } from "../lib/request";

const FIRST_MS = 1000;
const LONGEST_MS = 6000;
const SLOWER = 1.3;
const GONE = new Set([404, 410]);
const SIGNED_OUT = new Set([401, 403]);
// One answer that fails to come may be the line changing; two are worth a word.
const PATIENCE = 2;

/** Why nothing is heard: the video is no more, nobody is signed in, or nobody answers. The last two may pass. */
export type Silence = "gone" | "signed_out" | "offline";

export function watchStatus(url: string, heard: (status: Status) => void, silent: (why: Silence) => void): void {
  let pause = FIRST_MS;
  let missed = 0;
  const ask = async () => {
    if (!document.hidden) {
      try {
        const status = await getJson<Status>(url);
        missed = 0;
        heard(status);
        if (isFinal(status)) return;
      } catch (error) {
        const why = silence(error);
        missed += 1;
        if (why !== "offline" || missed >= PATIENCE) silent(why);
        if (why === "gone") return;
      }
    }
    pause = Math.min(LONGEST_MS, pause * SLOWER);
    window.setTimeout(() => void ask(), pause);
  };
  void ask();
}

function silence(error: unknown): Silence {
  const status = error instanceof Refused ? error.status : 0;
  if (GONE.has(status)) return "gone";
  return SIGNED_OUT.has(status) ? "signed_out" : "offline";
}
