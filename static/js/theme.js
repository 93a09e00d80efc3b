/** The theme button: as the system says, light, dark. */
import { found } from "./found.js";
import { prefer, preferred } from "./preferences.js";

const NEXT = new Map([[null, "light"], ["light", "dark"], ["dark", null]]);

found("[data-theme-toggle]", (button) => {
  const name = () => {
    const label = `Theme: ${preferred("theme") ?? "system"}`;
    button.setAttribute("aria-label", label);
    button.dataset.tip = label;
  };
  button.addEventListener("click", () => {
    prefer("theme", NEXT.get(preferred("theme")));
    name();
  });
  name();
});
