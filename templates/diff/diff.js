/* For readers with JavaScript: one field that leaves only rows with a word, and a button to unfold all. */
(() => {
  "use strict";

  const make = (name, attributes, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const field = make("input", { type: "search", id: "filter", autocomplete: "off" });
  const label = make("label", { for: "filter" }, "Only what mentions");
  const unfold = make("button", { type: "button", "aria-pressed": "false" }, "Unfold everything");
  const said = make("span", { role: "status" });
  const bar = make("div", { class: "filter", role: "search" });
  bar.append(label, field, unfold, said);
  document.querySelector("main").before(bar);

  const folds = [...document.querySelectorAll("details.fold")];
  const open = new Map(folds.map((one) => [one, one.open]));
  const rows = [...document.querySelectorAll("main section:not(#compared) tbody tr, .said > li")];
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  function show() {
    const asked = field.value.trim().toLowerCase();
    let left = 0;
    for (const row of rows) {
      row.hidden = asked !== "" && !words.get(row).includes(asked);
      left += row.hidden ? 0 : 1;
    }
    const all = unfold.getAttribute("aria-pressed") === "true" || asked !== "";
    for (const fold of folds) fold.open = all || open.get(fold);
    said.textContent = asked ? `${left} of ${rows.length} rows on this page` : "";
  }

  field.addEventListener("input", show);
  unfold.addEventListener("click", () => {
    const pressed = unfold.getAttribute("aria-pressed") === "true";
    unfold.setAttribute("aria-pressed", String(!pressed));
    show();
  });
})();
