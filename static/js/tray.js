/** The tray of references: ordered, numbered as prompts say "image 2", moved and removed by pointer or keys. */

const KIND = "application/x-pentimento";

/** Give the composer's tray its behaviour; `changed(list)` is called after every change of it. */
export function tray(form, changed) {
  const list = form.querySelector("[data-tray]");
  const area = form.querySelector("[data-tray-area]");
  const blank = form.querySelector("template[data-reference]");
  const voice = form.querySelector("[data-tray-says]");
  const most = Number(form.dataset.most);
  let dragged = null;

  const say = (text) => { voice.textContent = text; };
  const place = (item) => [...list.children].indexOf(item) + 1;
  const renumber = () => {
    for (const [i, item] of [...list.children].entries()) {
      const grip = item.querySelector("[data-grip]");
      item.querySelector("[data-number]").textContent = String(i + 1);
      grip.setAttribute("aria-label", `Image ${i + 1}: ${grip.dataset.name}. Arrow keys move it, Delete removes it.`);
    }
    changed();
  };

  const make = ({ id, thumbnail, name }) => {
    const item = blank.content.firstElementChild.cloneNode(true);
    item.querySelector("input").value = id;
    item.querySelector("img").src = thumbnail;
    item.querySelector("[data-grip]").dataset.name = name;
    return item;
  };
  const has = (id) => [...list.querySelectorAll("input")].some((input) => input.value === id);

  const add = (picture) => {
    if (has(picture.id)) return say("This picture is in the tray already.");
    if (list.children.length >= most) return say(`An edit takes at most ${most} pictures.`);
    const item = make(picture);
    list.append(item);
    item.scrollIntoView({ block: "nearest", inline: "end" });
    renumber();
    say(`Added as image ${place(item)}.`);
  };
  const remove = (item) => {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    const focused = item.contains(document.activeElement);
    item.remove();
    renumber();
    if (focused) (next?.querySelector("[data-grip]") ?? form.querySelector("[data-prompt]")).focus();
    say("Removed.");
  };
  const move = (item, by) => {
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    item.querySelector("[data-grip]").focus();
    renumber();
    say(`Now image ${place(item)} of ${list.children.length}.`);
  };

  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-remove]")) remove(event.target.closest("li"));
  });
  list.addEventListener("keydown", (event) => {
    const item = event.target.closest("li");
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by) move(item, by);
    else if (event.key === "Delete" || event.key === "Backspace") remove(item);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged?.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    renumber();
  });
  area.addEventListener("dragover", (event) => {
    if (!dragged && !event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    if (!dragged) return area.setAttribute("data-over", "");
    const over = event.target.closest("[data-tray] > li");
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientX < box.left + box.width / 2) over.before(dragged);
    else over.after(dragged);
  });
  area.addEventListener("dragleave", () => area.removeAttribute("data-over"));
  area.addEventListener("drop", (event) => {
    area.removeAttribute("data-over");
    const given = event.dataTransfer.getData(KIND);
    if (!given) return;
    event.preventDefault();
    add(JSON.parse(given));
  });

  return {
    add,
    /** Start again from one picture. */
    only(picture) {
      list.replaceChildren(make(picture));
      renumber();
    },
    /** Let the first reference be the version on show, as long as nobody chose another. */
    follow(from, picture) {
      const first = list.firstElementChild;
      if (first && first.querySelector("input").value !== from) return;
      if (has(picture.id)) return;
      if (first) first.replaceWith(make(picture));
      else list.append(make(picture));
      renumber();
    },
  };
}
