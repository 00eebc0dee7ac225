/** The big screen of a playlist: the lessons follow each other by clicker. */

import { followClicker } from "./lib/clicker";

followClicker();
