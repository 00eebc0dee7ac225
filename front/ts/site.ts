/** What every page has: toasts, dialogs, menus, appearance, search suggestions, drafts that save themselves, tabs. */

import { watchDrafts } from "./site/autosave";
import { showChosen } from "./site/chips";
import { countCharacters } from "./site/counter";
import { openDialogs } from "./site/dialog";
import { focusSummary } from "./site/errors";
import { watchLive } from "./site/live";
import { closeMenus } from "./site/menu";
import { watchNetwork } from "./site/network";
import { tellPasskeyFailures } from "./site/passkeys";
import { printButtons } from "./site/print";
import { readAloud } from "./site/read";
import { saveBeforeSteps } from "./site/steps";
import { suggestAll } from "./site/suggest";
import { showOpenTab } from "./site/tabs";
import { switchTheme } from "./site/theme";
import { toastButtons } from "./site/toast";

document.documentElement.dataset.js = "";
openDialogs();
closeMenus();
showChosen();
switchTheme();
showOpenTab();
suggestAll();
watchDrafts();
saveBeforeSteps();
countCharacters();
watchNetwork();
focusSummary();
toastButtons();
readAloud();
printButtons();
watchLive();
tellPasskeyFailures();
