// Tables sort by their headings and filter by words; in print, the evidence of the findings is open.
// Listeners stand on the document, so that tables which a notebook shows later work too. Without script, tables are plain.
"use strict";
(() => {
  if (document.documentElement.classList.contains("scripted")) return;
  document.documentElement.classList.add("scripted");
  const cell = (row, column) => row.cells[column];
  const value = (row, column) => cell(row, column).dataset.value ?? cell(row, column).textContent.trim();
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  const sort = (heading) => {
    const table = heading.closest("table");
    const column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const numeric = heading.classList.contains("number");
    const number = (row) => (value(row, column) === "" ? -Infinity : Number(value(row, column)));
    const order = (a, b) => (numeric ? number(a) - number(b) : compare(value(a, column), value(b, column)));
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -order(a, b) : order(a, b)));
    table.tBodies[0].append(...rows);
  };

  const filter = (box) => {
    const words = box.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...box.querySelector("tbody").rows];
    let shown = 0;
    for (const row of rows) {
      const read = [...row.cells].filter((each) => !each.querySelector("[popover]"));
      const text = read.map((each) => `${each.textContent} ${each.dataset.value ?? ""}`).join(" ").toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    box.querySelector("[role=status]").textContent = `${shown} of ${rows.length} rows`;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".sortable thead button");
    if (button) sort(button.closest("th"));
  });
  document.addEventListener("input", (event) => {
    const box = event.target.closest?.(".sortable");
    if (box) filter(box);
  });

  const opened = [];
  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll(".findings details:not([open]), .folded:not([open])")) {
      each.open = true;
      opened.push(each);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const each of opened.splice(0)) each.open = false;
  });
})();
