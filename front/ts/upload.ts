/** The resumable upload and its one honest progress line. */

import { all, find } from "./lib/dom";
import { UploadBox } from "./upload/box";

const section = find<HTMLElement>(document, "[data-upload]");
if (section) {
  const box = new UploadBox(section);
  for (const row of all<HTMLElement>(document, "[data-unfinished]")) {
    find<HTMLInputElement>(row, "[data-resume]")?.addEventListener("change", (event) => {
      const field = event.target as HTMLInputElement;
      const file = field.files?.[0];
      // The same one may be chosen once more, and is heard then.
      field.value = "";
      const { uploadId = "", size = "0", name = "" } = row.dataset;
      if (file) box.resume(file, { id: uploadId, size: Number(size), name });
    });
  }
}
