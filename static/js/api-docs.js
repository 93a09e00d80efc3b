// Swagger UI draws its lists to choose from without names; whoever hears the page needs them.
const NAMES = { servers: "Server", "examples-select-element": "Example", "content-type": "Content type" };

function name() {
  for (const list of document.querySelectorAll("select:not([aria-label])")) {
    list.setAttribute("aria-label", NAMES[list.id] ?? NAMES[list.className] ?? "Choose one");
  }
}

new MutationObserver(name).observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });
