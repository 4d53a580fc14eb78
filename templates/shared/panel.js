/*
 * For readers with JavaScript: a panel that says where a number comes from, opened by a click, a
 * tap or Enter on it, and two switches that colour all numbers.
 *
 * Everything the panel says stands in the page already: in the appendix (#trace), the code (#code)
 * and the patient rows (#trace-data). Without this file each number is a link into the appendix.
 * What is shown is copied as nodes or set as text, never parsed as HTML.
 */
(() => {
  "use strict";

  const MOST_ROWS = 200; // of a long table, more are shown on request
  // Which part of the panel a fact belongs to, where its list in the appendix does not say.
  const PART = {
    code: "code",
    declared: "what",
    parameters: "how",
    patients: "whom",
    excluded: "whom",
    origin: "sure",
    weakest: "sure",
    warnings: "sure",
  };
  const STATED = "stated"; // the origin of settings and of facts of the build
  const VERDICTS = ["reproduced", "consistent", "differs", "contradicted", "not-testable"];

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const present = (part) => part !== null && part !== undefined;

  /** An element with attributes and children; absent children are left out. */
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, text);
    element.append(...children.filter(present));
    return element;
  }

  function button(text, style, act) {
    const made = make("button", { type: "button", class: style }, text);
    made.addEventListener("click", act);
    return made;
  }

  /** A copy of a node of the page; ids stay with the original. */
  function copy(node) {
    const twin = node.cloneNode(true);
    for (const one of [twin, ...twin.querySelectorAll("[id]")]) one.removeAttribute("id");
    return twin;
  }

  /** The patient rows and listings of this page, read when first asked for. */
  function traceData() {
    const none = { tables: {}, origin_names: [], sets: {}, calls: {}, listings: {} };
    const read = () => JSON.parse(byId("trace-data")?.textContent ?? "{}");
    traceData.read ??= { ...none, notes: {}, only: {}, ...read() };
    return traceData.read;
  }

  // Which number is meant ---------------------------------------------------------------------

  /** The appendix entry of a number or a listing; null if the id is something else's. */
  function entryOf(id) {
    const found = byId(id);
    return found?.matches("[data-number], [data-listing-entry]") ? found : null;
  }

  /** What an address asks for: `#ID`, or `#LISTING:ROW` for one mark of a figure. */
  function askedBy(hash) {
    const written = hash.slice(1);
    return named(decoded(written)) ?? named(written);
  }

  function named(id) {
    if (entryOf(id)) return { id, row: null };
    const [, listing, row] = /^(.*):(\d+)$/.exec(id) ?? [];
    return listing && entryOf(listing) ? { id: listing, row: Number(row) } : null;
  }

  /** What stands in an address, its codes read; as it is where a per cent sign begins none. */
  function decoded(written) {
    try {
      return decodeURIComponent(written);
    } catch {
      return written;
    }
  }

  const addressOf = ({ id, row }) => `#${encodeURI(id)}${row === null ? "" : `:${row}`}`;

  /** What was clicked: a mark of a figure, a number, or a link to either. */
  function askedAt(element) {
    const mark = element.closest("[data-row]");
    const listing = (mark ?? element).closest("[data-listing]")?.getAttribute("data-listing");
    if (listing && entryOf(listing)) {
      return { id: listing, row: mark ? Number(mark.getAttribute("data-row")) : null };
    }
    const number = element.closest("[data-id]")?.getAttribute("data-id");
    if (number && entryOf(number)) return { id: number, row: null };
    const link = element.closest("a.trace");
    return link ? askedBy(link.getAttribute("href")) : null;
  }

  /** The element a link within the page leads to. */
  const goalOf = (link) => byId(decoded(link.getAttribute("href").slice(1)));

  /** Where a number is first printed, or a mark drawn. */
  function firstPlace({ id, row }) {
    const link = entryOf(id).querySelector("a.page");
    if (link) return goalOf(link);
    const drawn = [...document.querySelectorAll("svg [data-listing]")].filter(
      (one) => one.getAttribute("data-listing") === id,
    );
    return drawn.find((one) => one.getAttribute("data-row") === `${row}`) ?? drawn[0] ?? null;
  }

  /** The string a number is printed as at a place; empty where it does not stand. */
  function printedAt(where, id) {
    const all = [...(where?.querySelectorAll("[data-id]") ?? [])];
    const one = all.find((each) => each.getAttribute("data-id") === id);
    return one?.textContent.trim().replace(/\s+/g, " ") ?? "";
  }

  // What the panel says -----------------------------------------------------------------------

  /** Everything about one number, in reading order. */
  function story({ id, row, printed }) {
    const entry = entryOf(id);
    const call = entry.closest("[data-call]");
    const method = entry.closest("[data-function]");
    const listing = traceData().listings[id];
    const handed = handedTo(call, listing ? drawnFor(listing, row) : traceData().only[id]);
    const own = new Map(listing ? factsOfMark(listing, row, handed) : []);
    return [
      heading(entry, call),
      listing ? mark(id, listing, row) : value(entry, printed),
      said(entry, "says"),
      said(method, "analysis"),
      facts(call, "what"),
      said(entry, "landmark"),
      section("In the earlier build", said(entry, "before")),
      section("How it was computed", facts(method, "how"), facts(call, "how")),
      section("From whom", facts(call, "whom", own), ...patients(handed, id)),
      section("How sure the data are", facts(call, "sure", own), said(entry, "weakest")),
      section("What the paper printed", ...verdicts(entry)),
      section("Computed from", said(entry, "operands")),
      listing && section("Everything drawn", listed(listing, row)),
      section("Code", ...code(method)),
      section("Where it is printed", places(entry)),
      section("On the command line", command(id)),
    ].filter(present);
  }

  function heading(entry, call) {
    const title = call.querySelector(".call-title").textContent;
    const field = entry.querySelector(".field");
    return make("h2", { id: "panel-title", tabindex: "-1" }, title, " ", field && copy(field));
  }

  /** A named part of the appendix as a paragraph; null if it says nothing. */
  function said(where, name) {
    const found = where.querySelector(`[data-trace="${name}"]`);
    if (!found?.textContent.trim()) return null;
    return make("p", { class: `${name} ${found.className}` }, ...copy(found).childNodes);
  }

  /** The number as it is printed where it was asked, then what full precision adds. */
  function value(entry, printed) {
    const [display, exact] = ["display", "exact"].map(
      (name) => entry.querySelector(`[data-trace=${name}]`)?.textContent.trim() ?? "",
    );
    const shown = printed || display;
    const more = added(shown, exact);
    const full = more ? make("span", { class: "exact" }, more) : null;
    return make("p", { class: "value" }, make("b", { class: "display" }, shown), full);
  }

  /** What the value to full precision says beyond the string shown: all of it, its unit, nothing. */
  function added(shown, exact) {
    const [, digits, unit] = /^(\S*)\s*(.*)$/.exec(exact);
    const whole = [digits.replace(/^(-?\d+)\.0$/, "$1"), unit].filter(Boolean).join(" ");
    const plainly = shown.replace("−", "-").replace(/[,\u2009\u202f]/g, "");
    if (plainly === whole) return "";
    const begins = plainly.replace(unit, "").trim();
    const same = begins !== "" && Number(begins) === Number(digits);
    if (!same) return whole;
    return shown.includes(unit) ? "" : unit;
  }

  /** A part of the panel under its heading; null if there is nothing to say. */
  function section(title, ...content) {
    return content.some(present) ? make("section", {}, make("h3", {}, title), ...content) : null;
  }

  /** Facts of one kind, each with its term: of a list of the appendix, or those of one mark. */
  function facts(where, kind, own = new Map()) {
    const told = new Map();
    for (const fact of where.querySelectorAll(":scope > dl dd[data-trace]")) {
      const name = fact.getAttribute("data-trace");
      if ((PART[name] ?? fact.closest("dl").className) === kind) {
        told.set(name, copy(fact.closest("div")));
      }
    }
    for (const [name, fact] of own) if (PART[name] === kind) told.set(name, fact);
    const shown = [...told.values()].filter(present);
    return shown.length ? make("dl", { class: "facts" }, ...shown) : null;
  }

  function fact(name, label, ...content) {
    const term = make("dt", {}, label);
    return make("div", {}, term, make("dd", { "data-trace": name }, ...content));
  }

  /** The patient a mark of a figure belongs to, in a list; undefined if it is nobody's. */
  function drawnFor({ key, columns, rows }, row) {
    if (!key.includes("patient") || !rows[row]) return undefined;
    return [rows[row][columns.findIndex(({ name }) => name === "patient")]];
  }

  /** What is known of the patient of a mark, in place of all who were drawn. */
  function factsOfMark(listing, row, handed) {
    const who = drawnFor(listing, row);
    if (!who) return [];
    const names = traceData().origin_names;
    const found = handed.flatMap(({ table, at, rows }) =>
      rows.flatMap((one) => at.map((column) => Number(table.origins[one][column]))),
    );
    const origin = found.length ? fact("origin", "Origin", names[Math.max(...found)]) : null;
    const patient = fact("patients", "Patient", ...who);
    return Object.entries({ patients: patient, excluded: null, origin });
  }

  /** What the paper printed; places that say the same in the same words are said once. */
  function verdicts(entry) {
    const told = [...entry.querySelectorAll(".paper")];
    const distinct = new Map(told.map((one) => [one.textContent.trim(), one])).values();
    return [...distinct].map((one) => make("p", { class: one.className }, ...copy(one).childNodes));
  }

  /** The rows a call was handed, by table with the columns it read; of some patients, if named. */
  function handedTo(call, only) {
    const { calls, sets, tables } = traceData();
    const handed = calls[call.getAttribute("data-call")] ?? {};
    return Object.entries(handed).map(([name, { columns, rows }]) => {
      const table = tables[name];
      if (!table?.rows) return { name };
      const at = columns.map((column) => table.columns.indexOf(column));
      if (!at.includes(0)) at.unshift(0); // the first column says whose row it is
      const meant = only ? sets[rows].filter((row) => only.includes(table.rows[row][0])) : sets[rows];
      return { name, table, at, rows: meant };
    });
  }

  /** Each table of patient rows, and what its columns hold. */
  function patients(handed, id) {
    const { origin_names: names, notes } = traceData();
    return handed.flatMap(({ name, table, at, rows }) => {
      if (!table) {
        const asked = make("code", {}, `carreport trace ${quoted(id)} --rows`);
        return [make("p", { class: "quiet" }, `Too many rows of ${name} for this page; `, asked)];
      }
      if (!rows.length) return [make("p", { class: "quiet" }, `No rows of ${name}.`)];
      const head = at.map((column) => table.columns[column]);
      const noted = head.filter((column) => notes[column]);
      const cells = longTable({
        name: `Rows of ${name}`,
        head,
        rows,
        text: (row, column) => table.rows[row][at[column]],
        origin: (row, column) => names[table.origins?.[row]?.[at[column]]],
      });
      return [cells, noted.length ? notesOn(noted) : null];
    });
  }

  function notesOn(columns) {
    const said = (column) =>
      make("div", {}, make("dt", {}, column), make("dd", {}, traceData().notes[column]));
    return make("dl", { class: "facts notes" }, ...columns.map(said));
  }

  /** One mark of a figure: the values of its row, each with its id. */
  function mark(id, listing, row) {
    if (!listing.rows[row]) return null;
    const list = make("dl", { class: "facts mark" });
    listing.columns.forEach(({ name, label }, at) => {
      const shown = make("b", {}, listing.rows[row][at] || "–");
      const own = listing.key.includes(name) ? null : make("code", {}, cellId(id, row, name));
      list.append(make("div", {}, make("dt", {}, label), make("dd", {}, shown, " ", own)));
    });
    return list;
  }

  /** `survival.os.curve@group=x` to `survival.os.curve.events@day=14,group=x`. */
  const cellId = (id, row, column) =>
    `${id.split("@")[0]}.${column}${traceData().listings[id].tails[row]}`;

  function listed(listing, row) {
    return longTable({
      name: "Rows of the listing",
      head: listing.columns.map((column) => column.label),
      rows: [...listing.rows.keys()],
      text: (at, column) => listing.rows[at][column],
      origin: () => undefined,
      current: row,
    });
  }

  /** A table that scrolls in itself; while it is long, only the rows around the current one. */
  function longTable(table) {
    const head = table.head.map((name) => make("th", { scope: "col" }, name));
    const body = make("tbody", {});
    const legend = make("p", { class: "quiet" });
    const attributes = { class: "frame", tabindex: "0", role: "group", "aria-label": table.name };
    const whole = make("table", {}, make("thead", {}, make("tr", {}, ...head)), body);
    const frame = make("div", attributes, whole);
    const fill = (rows) => {
      body.replaceChildren(...rows.map((row) => tableRow(table, row)));
      legend.replaceChildren(...legendOf(body));
    };
    const last = table.rows.length - MOST_ROWS;
    const first = Math.max(0, Math.min((table.current ?? 0) - MOST_ROWS / 2, last));
    fill(table.rows.slice(first, first + MOST_ROWS));
    if (last <= 0) return make("div", {}, frame, legend);
    const more = button(`Show all ${table.rows.length} rows`, "more", () => {
      fill(table.rows);
      more.remove();
      frame.focus();
    });
    return make("div", {}, frame, legend, more);
  }

  function tableRow(table, row) {
    const cells = table.head.map((_, column) => {
      const origin = markOf(table.origin(row, column));
      const cell = column ? make("td", {}) : make("th", { scope: "row" });
      cell.append(table.text(row, column), ...(origin ? [copy(origin)] : []));
      return cell;
    });
    return make("tr", row === table.current ? { "aria-current": "true" } : {}, ...cells);
  }

  const marks = new Map(); // each looked for once: a table asks for every cell

  /** The raised mark of weak data as the page prints it; other origins have none. */
  function markOf(origin) {
    if (!marks.has(origin)) marks.set(origin, document.querySelector(`sup.origin-${origin}`));
    return marks.get(origin);
  }

  function legendOf(body) {
    const names = traceData().origin_names.filter((one) => body.querySelector(`.origin-${one}`));
    return names.flatMap((name) => [copy(markOf(name)), ` ${name} `]);
  }

  /** The function's code, open, and what it calls, closed. */
  function code(method) {
    const link = method.querySelector(".code-link");
    const own = link && goalOf(link);
    if (!own) return [];
    const summary = copy(own.querySelector("summary"));
    return [make("details", { class: "code", open: "" }, summary, source(own)), ...called(own)];
  }

  /** The lines of a function, which the keyboard can scroll. */
  function source(own) {
    const lines = copy(own.querySelector("pre"));
    lines.setAttribute("tabindex", "0");
    return lines;
  }

  /** The functions a function calls; each is filled when it is first opened. */
  function called(own) {
    return [...own.querySelectorAll(".calls a")].map(goalOf).filter(present).map((one) => {
      const twin = make("details", { class: "code" }, copy(one.querySelector("summary")));
      const fill = () => twin.append(source(one), ...called(one));
      twin.addEventListener("toggle", fill, { once: true });
      return twin;
    });
  }

  function places(entry) {
    const links = [...entry.querySelectorAll("a.page")].map((link) => make("li", {}, copy(link)));
    return links.length ? make("ul", { class: "places" }, ...links) : null;
  }

  const quoted = (id) => `'${id.replaceAll("'", "'\\''")}'`;

  /** The command that tells the same, with a button that copies it. */
  function command(id) {
    const text = make("code", {}, `carreport trace ${quoted(id)}`);
    const status = make("span", { role: "status" });
    const copying = button("Copy", "copy", async () => {
      status.textContent = (await onClipboard(text)) ? "Copied" : "Selected; press Ctrl C";
    });
    return make("p", { class: "command" }, text, copying, status);
  }

  /** Whether an element's text could be copied; if not, it is left selected. */
  async function onClipboard(element) {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      window.getSelection().selectAllChildren(element);
      return document.execCommand("copy");
    }
  }

  // The panel ---------------------------------------------------------------------------------

  const text = make("div", { class: "panel-text", tabindex: "-1" });
  const back = button("← Back", "back", () => tell(trail.pop()));
  const shut = button("Close", "close", close);
  const panel = make(
    "section",
    { class: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "panel-title" },
    make("div", { class: "panel-bar" }, back, shut),
    text,
  );

  const trail = []; // what the panel told of before, for its Back button
  let shown = null; // what it tells of; null while it is closed
  let place = null; // the printed number that was asked; focus returns to it
  let before = ""; // the address's fragment before the panel was opened

  /** Fill the panel, opening it if need be, and say so in the address. */
  function tell(asked) {
    text.replaceChildren(...story(asked));
    if (!shown) document.body.classList.add("panel-open");
    shown = asked;
    back.hidden = !trail.length;
    address(addressOf(asked));
    text.scrollTop = 0;
    const row = text.querySelector("tr[aria-current]");
    if (row) row.closest(".frame").scrollTop = row.offsetTop - 60;
    text.querySelector("h2").focus({ preventScroll: true });
  }

  /** Tell of a number that was asked for on the page. */
  function open(asked, where) {
    if (!shown) before = askedBy(location.hash) ? "" : location.hash;
    trail.length = 0;
    stand(where);
    held(() => tell({ ...asked, printed: printedAt(where, asked.id) }));
    unhide();
  }

  function close() {
    if (!shown) return;
    address(before);
    hide();
    focusOn(place);
  }

  /** Give the focus to a number, or to the link around a mark. */
  function focusOn(where) {
    (where?.closest("a") ?? where)?.focus({ preventScroll: true });
  }

  function hide() {
    held(() => document.body.classList.remove("panel-open"));
    shown = null;
    place?.classList.remove("asked");
  }

  /** Show the fragment in the address bar without a new step in the browser's history. */
  function address(fragment) {
    try {
      history.replaceState(history.state, "", fragment || location.pathname + location.search);
    } catch {
      // A page inside another one may not be allowed to; the panel works all the same.
    }
  }

  /** Make a printed number the one the panel belongs to. */
  function stand(where) {
    place?.classList.remove("asked");
    place = where;
    place?.classList.add("asked");
  }

  /** Change the layout while the number asked for stays where it is on the screen. */
  function held(change) {
    const top = place?.getBoundingClientRect().top;
    change();
    if (place) scroll(place.getBoundingClientRect().top - top);
  }

  /** Bring the number out from under a panel that came from below. */
  function unhide() {
    const over = panel.getBoundingClientRect();
    const under = place?.getBoundingClientRect().bottom ?? 0;
    if (over.left === 0 && under > over.top) scroll(under - over.top / 2);
  }

  const scroll = (top) => window.scrollBy({ top, behavior: "instant" });

  function goTo(where) {
    stand(where);
    where.scrollIntoView({ block: "center", behavior: "instant" });
    unhide();
    focusOn(where);
  }

  /** What the address asks for, when it was opened, typed or reached by the browser's Back. */
  function follow() {
    const asked = askedBy(location.hash);
    if (!asked && shown) hide();
    if (!asked || addressOf(asked) === (shown && addressOf(shown))) return;
    open(asked, firstPlace(asked));
    if (!place) return;
    // Where it is printed, rather than its entry in the appendix.
    goTo(place);
    text.querySelector("h2").focus({ preventScroll: true });
  }

  /** A link within the page: what is out of sight is laid out once more, so that it lands there. */
  function landing(event) {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    root.classList.remove("settled");
    settle();
  }

  /** From now on what is out of sight costs nothing: its size is known. */
  function settle() {
    requestAnimationFrame(() => requestAnimationFrame(() => root.classList.add("settled")));
  }

  // The switches ------------------------------------------------------------------------------

  const kinds = {
    origin: { label: "origin", prefix: "o-", names: () => [...traceData().origin_names, STATED] },
    verdict: { label: "audit verdict", prefix: "v-", names: () => VERDICTS },
  };

  /** A bar with a switch for each way to colour the numbers of this page. */
  function switches() {
    const legend = make("ul", { class: "legend", role: "list" });
    const bar = make("section", { class: "trace-bar", "aria-label": "Show traces" });
    bar.append(make("span", {}, "Show traces:"));
    for (const [kind, { label, prefix }] of Object.entries(kinds)) {
      if (!document.querySelector(`data[class*=" ${prefix}"]`)) continue;
      const made = button(label, "switch", () => colour(bar, legend, made, kind));
      made.setAttribute("aria-pressed", "false");
      bar.append(made);
    }
    bar.append(legend);
    return bar;
  }

  function colour(bar, legend, pressed, kind) {
    const on = pressed.getAttribute("aria-pressed") === "false";
    for (const one of bar.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(on && one === pressed));
    }
    classifyFigures();
    document.body.classList.toggle("by-origin", on && kind === "origin");
    document.body.classList.toggle("by-verdict", on && kind === "verdict");
    legend.replaceChildren(...(on ? legendLines(kinds[kind]) : []));
  }

  function legendLines({ prefix, names }) {
    return names().flatMap((name) => {
      const count = document.querySelectorAll(`main .${prefix}${name}, header .${prefix}${name}`);
      const word = make("span", { class: `num ${prefix}${name}` }, name.replace("-", " "));
      return count.length ? [make("li", {}, word, ` ${count.length}`)] : [];
    });
  }

  /** Numbers drawn in figures get the classes their entries in the appendix speak of. */
  function classifyFigures() {
    for (const drawn of document.querySelectorAll("svg [data-id]:not(.num)")) {
      const entry = entryOf(drawn.getAttribute("data-id"));
      const origin = entry?.closest("[data-call]").querySelector("[data-trace=origin]");
      const claim = [...(entry?.querySelector(".paper")?.classList ?? [])];
      drawn.classList.add("num", ...claim.filter((name) => name.startsWith("v-")));
      if (origin) drawn.classList.add(`o-${origin.textContent.trim().split(/\W/)[0]}`);
    }
  }

  // What the reader does ----------------------------------------------------------------------

  /** A plain click; with a key held or another button a link stays a link. */
  const plain = (event) =>
    event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    if (!plain(event) || !(event.target instanceof Element)) return;
    if (panel.contains(event.target)) {
      insidePanel(event);
      return;
    }
    const asked = askedAt(event.target);
    if (!asked) {
      landing(event);
      return;
    }
    event.preventDefault();
    open(asked, event.target.closest("[data-row]") ?? event.target.closest("a") ?? event.target);
  });

  /** Links in the panel lead on within it, or to a place on the page beside it. */
  function insidePanel(event) {
    const link = event.target.closest('a[href^="#"]');
    const asked = link && askedBy(link.getAttribute("href"));
    if (asked) {
      trail.push(shown);
      tell(asked);
    } else if (link && goalOf(link)) {
      goTo(goalOf(link));
    } else {
      return;
    }
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  window.addEventListener("hashchange", follow);

  function arrive() {
    follow();
    settle();
  }

  if (byId("trace")) {
    document.body.append(panel);
    const contents = document.querySelector(".contents") ?? document.querySelector("header");
    contents.after(switches());
    // The browser goes to the address's element until the page is complete; then it is our turn.
    if (document.readyState === "complete") arrive();
    else window.addEventListener("load", () => setTimeout(arrive));
  }
})();
