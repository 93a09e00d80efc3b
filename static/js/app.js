/** What every page has. A page's own behaviours are modules of their own, loaded by its template. */
import "./keys.js";
import "./notices.js";
import "./rail.js";
import "./tabs.js";
import "./theme.js";
