// On a phone a list of pages is one line that scrolls: the page that is open stands within it.
for (const here of document.querySelectorAll(":is(.settings-nav, .tabs) [aria-current]")) {
  const list = here.parentElement;
  list.scrollLeft = here.offsetLeft - list.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
}
