// Filters, keys, and the lighting up of an event's words. Without it the page shows everything.
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const [filters, shown, none, pairButton, help] = ["filters", "shown", "none", "pair", "help"].map(find);
  const form = filters.querySelector("form");
  const links = new Map([...filters.querySelectorAll("li")].map((item) => [item.dataset.of, item]));
  const documents = [...document.querySelectorAll("article")].map((element) => ({
    element,
    link: links.get(element.id),
    id: element.dataset.id.toLowerCase(),
    lang: element.dataset.lang,
    rows: [...element.querySelectorAll("tbody")].map((row) => ({
      element: row, kinds: row.dataset.kinds.split("|"), gold: row.dataset.gold, predicted: row.dataset.predicted,
    })),
  }));
  let pair = null; // a cell of the matrix: {gold, predicted}

  function chosen() {
    const data = new FormData(form);
    return { q: data.get("q").trim().toLowerCase(), kinds: data.getAll("kind"), langs: data.getAll("lang"), type: data.get("type") };
  }

  function apply() {
    const { q, kinds, langs, type } = chosen();
    const byRow = Boolean(kinds.length || type || pair);
    let count = 0;
    for (const { element, link, id, lang, rows } of documents) {
      let fits = id.includes(q) && (!langs.length || langs.includes(lang));
      let any = false;
      for (const row of rows) {
        const match = byRow && (!kinds.length || kinds.some((kind) => row.kinds.includes(kind)))
          && (!type || row.gold === type || row.predicted === type)
          && (!pair || (row.gold === pair.gold && row.predicted === pair.predicted));
        row.element.classList.toggle("match", match);
        any ||= match;
      }
      element.classList.toggle("filtered", byRow);
      fits &&= any || !byRow;
      element.hidden = link.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${documents.length} documents shown`;
    none.hidden = count > 0 || !documents.length;
    pairButton.hidden = !pair;
    pairButton.textContent = pair ? `gold ${pair.gold}, predicted ${pair.predicted} ×` : "";
  }

  // The fragment of the address is either the name of an element or, with a "=" in it, the filters.
  const isState = () => location.hash.includes("=");

  function remember() {
    const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    for (const [key, value] of Object.entries(pair ?? {})) state.set(key, value);
    history.replaceState(null, "", `#${state}`);
  }

  function fill(state) {
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = state.getAll(field.name).includes(field.value);
      else if (field.name) field.value = state.get(field.name) ?? "";
    }
    pair = state.has("gold") ? { gold: state.get("gold"), predicted: state.get("predicted") } : null;
    apply();
  }

  function recall() {
    fill(new URLSearchParams(isState() ? location.hash.slice(1) : ""));
  }

  function follow() {
    if (isState()) {
      recall();
      find("documents").scrollIntoView();
      return;
    }
    const target = find(location.hash.slice(1));
    if (target?.closest("article")?.hidden) {
      recall();
      target.scrollIntoView();
    }
  }

  function changed() {
    apply();
    remember();
  }

  function showAll() {
    fill(new URLSearchParams());
    remember();
  }

  function step(by) {
    const visible = documents.map(({ element }) => element).filter((element) => !element.hidden);
    const current = visible.indexOf(document.activeElement.closest("article"));
    let next = current + by;
    if (current < 0) {
      const below = visible.findIndex((element) => element.getBoundingClientRect().top > 1);
      next = by > 0 ? below : (below < 0 ? visible.length : below) - 1;
    }
    const element = visible[next];
    if (!element) return;
    element.querySelector("h3").focus({ preventScroll: true });
    element.scrollIntoView();
  }

  const keys = {
    "/": () => { form.elements.q.focus(); form.elements.q.select(); },
    j: () => step(1),
    k: () => step(-1),
    c: showAll,
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target === form.elements.q && event.key === "Escape") {
      event.preventDefault(); // browsers would empty the field
      event.target.blur();
    }
    if (event.target.matches("input[type=search], select") || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  function light(event) {
    const source = event.target.closest("[data-e]");
    for (const element of document.querySelectorAll(".lit")) element.classList.remove("lit");
    const numbers = source?.dataset.e.split(" ") ?? [];
    for (const element of source?.closest("article").querySelectorAll("[data-e]") ?? []) {
      element.classList.toggle("lit", element.dataset.e.split(" ").some((number) => numbers.includes(number)));
    }
  }

  for (const kind of ["mouseover", "focusin"]) find("documents").addEventListener(kind, light);
  form.addEventListener("change", changed);
  form.elements.q.addEventListener("input", changed);
  form.addEventListener("submit", (event) => { event.preventDefault(); step(1); });
  form.addEventListener("reset", (event) => { event.preventDefault(); showAll(); });
  pairButton.addEventListener("click", () => { pair = null; changed(); });
  find("open-help").addEventListener("click", keys["?"]);
  window.addEventListener("hashchange", follow);
  form.hidden = find("open-help").hidden = false;
  recall();
  if (isState()) find("documents").scrollIntoView();
})();
