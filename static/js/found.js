/** Behaviours are found by data-* attributes, also in what htmx brings later. */

const started = new WeakMap();

/** Run `start(element)` once for every element that matches, now and whenever htmx swaps more in. */
export function found(selector, start) {
  const search = (root) => {
    const elements = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) elements.unshift(root);
    for (const element of elements) {
      const done = started.get(element) ?? started.set(element, new Set()).get(element);
      if (done.has(start)) continue;
      done.add(start);
      start(element);
    }
  };
  search(document);
  document.addEventListener("htmx:load", (event) => search(event.target));
}
