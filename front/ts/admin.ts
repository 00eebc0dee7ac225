/** What the admin's forms need besides Wagtail's own scripts. */

import { sendAfterStoring } from "./admin/sending";
import { all } from "./lib/dom";

const UNNAMED = "[role=textbox].public-DraftEditor-content:not([aria-labelledby])";

/** Names the rich text fields for those who hear the page: Wagtail's editor gives them no name of its own. */
function nameFields(): void {
  for (const box of all<HTMLElement>(document, UNNAMED)) {
    const heading = box.closest("[aria-labelledby]")?.getAttribute("aria-labelledby");
    if (heading) box.setAttribute("aria-labelledby", heading);
  }
}

// Editors come when their part is opened or added.
new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true });
nameFields();
sendAfterStoring();
