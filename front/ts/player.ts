/** Takes over every player on the page and everything that follows one: transcript, chapters, notes. */

import { mountAll } from "./player/all";

mountAll();
