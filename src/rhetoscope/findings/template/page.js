// Tables that sort by their headings and filter by a word. Without this script they are plain tables.
"use strict";
for (const box of document.querySelectorAll(".crossing")) {
  const body = box.querySelector("tbody");
  const rows = [...body.rows];
  const said = box.querySelector("[role=status]");
  const filter = box.querySelector("input");
  const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();

  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = [...row.cells].map((cell) => (cell.dataset.value ?? cell.textContent)).join(" ").toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    said.textContent = `${shown} of ${rows.length} rows`;
  };

  box.querySelectorAll("thead button").forEach((button, column) => {
    button.disabled = false;
    button.addEventListener("click", () => {
      const heading = button.closest("th");
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of box.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const numeric = heading.classList.contains("number");
      const number = (row) => (value(row, column) === "" ? -Infinity : Number(value(row, column)));
      const order = (a, b) => (numeric ? number(a) - number(b) : value(a, column).localeCompare(value(b, column)));
      rows.sort((a, b) => (down ? -order(a, b) : order(a, b)));
      body.append(...rows);
    });
  });
  filter.addEventListener("input", show);
  box.querySelector(".controls").hidden = false;
  show();
}
