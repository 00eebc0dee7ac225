import { readWords } from "../lib/dom";
import { toast } from "./toast";

export function watchNetwork(): void {
  const words = readWords("#words");
  window.addEventListener("offline", () => toast(words.offline ?? ""));
  window.addEventListener("online", () => toast(words.online ?? ""));
}
