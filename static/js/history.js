/** The history: arrows walk the tree, the version on show is marked, what runs counts its seconds. */
import { found } from "./found.js";
import { isTaken } from "./keys.js";

const TICK = 1000;

found("[data-tree]", (tree) => {
  for (const link of tree.querySelectorAll("a")) link.tabIndex = -1;
  mark(tree);
  refresh(tree);
  const focused = document.activeElement?.closest?.("[role=treeitem]");
  if (!focused) reveal(tree);

  tree.addEventListener("keydown", (event) => {
    const node = event.target.closest("[role=treeitem]");
    if (!node || event.target !== node) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      node.querySelector("a").click();
    }
  });
  tree.addEventListener("dragstart", (event) => {
    const node = event.target.closest("[role=treeitem]");
    const image = node?.querySelector("img");
    if (!image) return;
    event.dataTransfer.effectAllowed = "copyLink";
    event.dataTransfer.setData("application/x-pentimento", JSON.stringify(reference(node)));
  });
  tree.addEventListener("click", (event) => {
    if (!event.target.closest("[data-use-node]")) return;
    const node = event.target.closest("[role=treeitem]");
    document.dispatchEvent(new CustomEvent("reference-wanted", { detail: reference(node) }));
  });
});

// For who does not see the column change.
document.addEventListener("edits-settled", () => {
  const left = document.querySelectorAll(".node.live").length;
  document.querySelector("[data-history-says]").textContent =
    `The history has changed: ${left ? `in progress: ${left}` : "nothing is in progress any more"}.`;
});

// One tick for all: seconds run on from what the server counted, so a page opened later tells the same time.
found("[data-elapsed]", (element) => {
  const start = performance.now() - Number(element.dataset.elapsed) * 1000;
  const bar = element.closest("section")?.querySelector("[data-elapsed-bar]");
  const timer = setInterval(() => {
    if (!element.isConnected) return clearInterval(timer);
    const seconds = Math.round((performance.now() - start) / 1000);
    element.textContent = (seconds < 60 ? "" : `${Math.floor(seconds / 60)} min `) + `${seconds % 60} s`;
    if (bar) bar.value = Math.min(seconds, bar.max * 0.97);
  }, TICK);
});

found("[data-version]", () => {
  const tree = document.querySelector("[data-tree]");
  if (!tree) return;
  mark(tree);
  reveal(tree);
  const stage = document.getElementById("stage");
  if (stage.getBoundingClientRect().bottom < window.innerHeight / 4) window.scrollTo({ top: 0 }); // a phone's one column
});

document.addEventListener("keydown", (event) => {
  const tree = document.querySelector("[data-tree]");
  if (!tree || isTaken(event) || event.target.closest("[role=slider], [role=radio], [data-tray], input")) return;
  const here = event.target.closest("[role=treeitem]") ?? tree.querySelector("[tabindex='0']");
  const next = here && step(tree, here, event.key);
  if (!next) return;
  event.preventDefault();
  focus(tree, next);
  next.querySelector("a").click();
});

/** Find where a key leads: up and down the rows, left to the parent, right to the first child. */
function step(tree, here, key) {
  const rows = [...tree.children];
  const i = rows.indexOf(here);
  const level = (row) => Number(row.getAttribute("aria-level"));
  if (key === "ArrowDown") return rows[i + 1];
  if (key === "ArrowUp") return rows[i - 1];
  if (key === "ArrowRight") return rows[i + 1] && level(rows[i + 1]) > level(here) ? rows[i + 1] : undefined;
  if (key === "ArrowLeft") return rows.slice(0, i).findLast((row) => level(row) < level(here));
  if (inside(tree) && key === "Home") return rows[0];
  if (inside(tree) && key === "End") return rows.at(-1);
  return undefined;
}

/** Read the card on the stage again when the history tells another state of its edit, so that they agree. */
function refresh(tree) {
  const card = document.querySelector("[data-pending]");
  if (!card) return;
  const { shown } = card.closest("[data-version]").dataset;
  if (!tree.querySelector(`#h-${shown} .dot.${card.dataset.pending}`)) window.htmx.trigger(card, "outdated");
}

function inside(tree) {
  return tree.contains(document.activeElement);
}

function mark(tree) {
  const shown = document.querySelector("[data-version]")?.dataset.shown;
  const current = shown && document.getElementById(`h-${shown}`);
  for (const node of tree.children) {
    node.tabIndex = -1;
    if (node !== current) node.removeAttribute("aria-current");
  }
  current?.setAttribute("aria-current", "true");
  const reachable = current ?? tree.firstElementChild;
  if (reachable) reachable.tabIndex = 0;
}

function focus(tree, node) {
  for (const other of tree.children) other.tabIndex = -1;
  node.tabIndex = 0;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

/** Bring the version on show into the column's view, without moving the page. */
function reveal(tree) {
  const column = tree.closest("[data-history-scroll]");
  const node = tree.querySelector("[aria-current]");
  if (!node || column.scrollHeight <= column.clientHeight) return;
  const top = node.offsetTop + tree.offsetTop;
  if (top < column.scrollTop || top + node.offsetHeight > column.scrollTop + column.clientHeight)
    column.scrollTop = top - column.clientHeight / 2;
}

function reference(node) {
  return {
    id: node.id.slice(2),
    thumbnail: node.querySelector("img").src,
    name: node.querySelector(".node-label").textContent,
  };
}
