/** Ask the server how far the video is, often at first, less often later, not at all in a hidden tab. */

import { isFinal, type Status } from "../lib/progress";
import { getJson, Refused } from "../lib/request";

const FIRST_MS = 1000;
const LONGEST_MS = 6000;
const SLOWER = 1.3;

export function watchStatus(url: string, heard: (status: Status) => void): void {
  let pause = FIRST_MS;
  const ask = async () => {
    if (!document.hidden) {
      try {
        const status = await getJson<Status>(url);
        heard(status);
        if (isFinal(status)) return;
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return;
      }
    }
    pause = Math.min(LONGEST_MS, pause * SLOWER);
    window.setTimeout(() => void ask(), pause);
  };
  void ask();
}
