"use strict";
// Everything shown on demand comes from the JSON in the page, in which hidden figures are [c].
// Text is only ever set as text, never as markup.
(() => {
  document.getElementById("no-script").remove();
  const data = JSON.parse(document.getElementById("data").textContent);
  const AT_ONCE = 10;
  const byId = (id) => document.getElementById(id);
  const isFigure = (value) => typeof value === "number";
  const shown = (value, form) => (isFigure(value) ? form(value) : value ?? "none");
  const percent = (value) => `${Math.round(100 * value)}%`;
  const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);

  function make(tag, text = "", attributes = {}) {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function draw(tag, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function offer(select, names, first) {
    if (first) select.append(new Option(first, ""));
    names.forEach((name, place) => select.append(new Option(name, String(place))));
  }

  // Tables: sorting and downloading.

  function valueOf(row, column) {
    const cell = row.cells[column];
    const text = cell.dataset.v ?? cell.textContent;
    const number = text.trim() === "" ? NaN : Number(text);
    return Number.isNaN(number) ? text : number;
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    if (typeof one === "number") return -1; // what is hidden or missing stands last
    if (typeof other === "number") return 1;
    return one.localeCompare(other, "en-GB");
  }

  function sort(table, column) {
    const head = table.tHead.rows[0].cells[column];
    const body = table.tBodies[0];
    const figures = typeof valueOf(body.rows[0], column) === "number";
    const first = figures ? "descending" : "ascending";
    const second = figures ? "ascending" : "descending";
    const order = head.getAttribute("aria-sort") === first ? second : first;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const rows = [...body.rows];
    rows.sort((a, b) => {
      const [one, other] = [valueOf(a, column), valueOf(b, column)];
      const same = typeof one === typeof other;
      return same ? sign * compare(one, other) : compare(one, other);
    });
    body.append(...rows);
  }

  function csvCell(text) {
    const number = text.trim() !== "" && !Number.isNaN(Number(text));
    const safe = !number && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; // no formula in Excel
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(table) {
    const heads = [...table.tHead.rows[0].cells];
    const kept = heads.map((head) => !head.classList.contains("bar"));
    const lines = [heads.map((head) => head.textContent)];
    for (const row of table.tBodies[0].rows) {
      lines.push([...row.cells].map((cell) => cell.dataset.v ?? cell.textContent));
    }
    const only = (cells) => cells.filter((_, place) => kept[place]);
    return lines.map((cells) => only(cells).map(csvCell).join(",")).join("\r\n") + "\r\n";
  }

  function download(table) {
    const blob = new Blob(["\ufeff", csv(table)], { type: "text/csv" });
    const link = make("a", "", { href: URL.createObjectURL(blob), download: `${table.id}.csv` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      head.querySelector("button")?.addEventListener("click", () => sort(table, column));
    });
  }
  for (const button of document.querySelectorAll(".download")) {
    button.addEventListener("click", () => download(byId(button.dataset.table)));
  }
  for (const chooser of document.querySelectorAll(".chooser")) {
    chooser.addEventListener("change", () => {
      for (const figure of document.querySelectorAll(`.of-${chooser.id}`)) {
        figure.hidden = figure.id !== chooser.value;
      }
    });
  }

  // One group: its themes with intervals against all.

  const shares = data.groups.flatMap((group) => group.themes.map((theme) => (isFigure(theme[2]) ? theme[2] : 0)));
  const most = Math.max(0.1, Math.ceil(10 * Math.max(...shares, 0)) / 10);
  const WIDTH = 208;
  const at = (share) => 4 + (share / most) * (WIDTH - 8);

  function bar([share, low, high], all) {
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} 20`, "aria-hidden": "true" });
    svg.append(draw("line", { x1: 4, x2: WIDTH - 4, y1: 10, y2: 10, stroke: "#aeb7bd" }));
    if (isFigure(low)) {
      const band = { x: at(low), y: 6, width: Math.max(1, at(high) - at(low)), height: 8 };
      svg.append(draw("rect", { ...band, fill: "#8fb9df" }));
    }
    if (isFigure(all)) {
      const line = { x1: at(all), x2: at(all), y1: 1, y2: 19, stroke: "#231f20" };
      svg.append(draw("line", { ...line, "stroke-width": 2 }));
    }
    if (isFigure(share)) svg.append(draw("circle", { cx: at(share), cy: 10, r: 5, fill: "#003087" }));
    return svg;
  }

  function figure(value, form) {
    return make("td", shown(value, form), { "data-v": value ?? "" });
  }

  function themeRow(name, theme, all) {
    const row = make("tr");
    const drawn = make("td", "", { class: "bar" });
    drawn.append(bar(theme, all[0]));
    row.append(make("th", name, { scope: "row" }), drawn);
    row.append(...theme.slice(0, 3).map((value) => figure(value, percent)));
    row.append(figure(all[0], percent));
    row.append(...theme.slice(3, 6).map((value) => figure(value, signed)));
    if (byId("compare")) row.append(make("td", theme[6] || "—", { class: "words" }));
    return row;
  }

  function describe(group) {
    const n = group.n === null ? "[c]" : group.n.toLocaleString("en-GB");
    const start = `${group.name}: ${n} comments that say something.`;
    if (group.hidden) return `${start} Its figures are hidden: ${group.hidden}.`;
    if (!isFigure(group.net[0])) return start;
    const [net, low, high] = group.net.map(signed);
    return `${start} Net feeling overall ${net} (${low} to ${high}).`;
  }

  function showGroup(place) {
    const group = data.groups[place];
    const table = byId("group-table");
    byId("group-view").replaceChildren(make("p", describe(group)));
    table.caption.firstElementChild.textContent = `${group.name}: themes with 95% intervals`;
    for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    const everyone = data.groups[0].themes;
    const rows = data.themes.map((name, i) => themeRow(name, group.themes[i], everyone[i]));
    table.tBodies[0].replaceChildren(...rows);
    showWords(group);
    offerTimes(group);
  }

  function showWords(group) {
    if (!byId("words-table")) return;
    const found = Object.entries(group.words ?? {});
    byId("no-words").hidden = found.length > 0;
    byId("with-words").hidden = found.length === 0;
    const table = byId("words-table");
    table.caption.firstElementChild.textContent = `${group.name}: its own words`;
    const rows = found.map(([theme, words]) => {
      const row = make("tr");
      row.append(make("th", data.themes[theme], { scope: "row" }), make("td", words));
      return row;
    });
    table.tBodies[0].replaceChildren(...rows);
  }

  // One group over time.

  function offerTimes(group) {
    if (!byId("group-theme")) return;
    const followed = Object.keys(group.time ?? {});
    byId("no-time").hidden = followed.length > 0;
    byId("with-time").hidden = followed.length === 0;
    const before = byId("group-theme").value;
    byId("group-theme").replaceChildren();
    for (const theme of followed) byId("group-theme").append(new Option(data.themes[theme], theme));
    if (followed.includes(before)) byId("group-theme").value = before;
    if (followed.length) showTime(group);
  }

  function showTime(group) {
    const theme = byId("group-theme").value;
    const series = group.time[theme];
    const label = `${group.name}: ${data.themes[theme]} over time`;
    const told = `Chart: ${label}, with 95% intervals and limits. Its figures are in the table below.`;
    byId("group-time").setAttribute("aria-label", told);
    byId("group-time").replaceChildren(lineChart(series));
    const table = byId("group-time-table");
    table.caption.firstElementChild.textContent = label;
    const rows = series.points.map(([place, share, low, high, signal]) => {
      const row = make("tr");
      row.append(make("th", data.periods[place], { scope: "row" }));
      row.append(...[share, low, high].map((value) => figure(value, percent)));
      row.append(make("td", signal || "none"));
      return row;
    });
    table.tBodies[0].replaceChildren(...rows);
  }

  function lineChart({ limits, trial, points }) {
    const [left, right, top, bottom] = [40, 352, 8, 176];
    const most = Math.max(0.1, Math.ceil(10 * Math.max(limits[2], ...points.map((p) => p[3]))) / 10);
    const x = (place) => left + 8 + ((right - left - 16) * place) / Math.max(1, data.periods.length - 1);
    const y = (share) => bottom - ((bottom - top) * share) / most;
    const svg = draw("svg", { viewBox: "0 0 360 230", "aria-hidden": "true" });
    const line = (x1, y1, x2, y2, style) => svg.append(draw("line", { x1, y1, x2, y2, ...style }));
    const write = (text, attributes) => {
      const element = draw("text", { "font-size": 12, fill: "#231f20", ...attributes });
      element.textContent = text;
      svg.append(element);
    };
    for (const share of [0, most / 2, most]) {
      line(left, y(share), right, y(share), { stroke: "#E8EDEE" });
      write(percent(share), { x: left - 5, y: y(share) + 4, "text-anchor": "end" });
    }
    const grey = { stroke: "#425563" };
    limits.forEach((limit, place) => {
      line(left, y(limit), right, y(limit), place && trial ? { ...grey, "stroke-dasharray": "4 3" } : grey);
    });
    const step = Math.ceil(data.periods.length / 8);
    data.periods.forEach((period, place) => {
      if (place % step) return;
      const at = `translate(${x(place) + 4} ${bottom + 12}) rotate(-45)`;
      write(period, { transform: at, "text-anchor": "end" });
    });
    for (const [place, , low, high] of points) {
      line(x(place), y(low), x(place), y(high), { stroke: "#8fb9df", "stroke-width": 3 });
    }
    const path = points.map(([place, share]) => `${x(place)},${y(share)}`).join(" ");
    svg.append(draw("polyline", { points: path, fill: "none", stroke: "#005EB8", "stroke-width": 1.5 }));
    for (const [place, share, , , signal] of points) {
      const [cx, cy] = [x(place), y(share)];
      const diamond = `${cx},${cy - 7} ${cx + 7},${cy} ${cx},${cy + 7} ${cx - 7},${cy}`;
      svg.append(
        signal
          ? draw("polygon", { points: diamond, fill: "#003087" })
          : draw("circle", { cx, cy, r: 3.5, fill: "#005EB8" }),
      );
    }
    return svg;
  }

  byId("group-theme")?.addEventListener("change", () => showTime(data.groups[Number(byId("group").value)]));

  const scale = document.querySelector("#group-table .scale");
  scale.append(make("span", "0%"), make("span", percent(most)));
  const names = data.groups.map((group) => group.name);
  offer(byId("group"), names);
  byId("group").addEventListener("change", (event) => showGroup(Number(event.target.value)));
  // To begin with, the first group that may be shown.
  const open = data.groups.findIndex((group, place) => place > 0 && isFigure(group.net[0]));
  byId("group").value = String(Math.max(open, 0));
  showGroup(Number(byId("group").value));

  // Comments: filtered, a few at a time.

  if (!byId("filter")) return;
  let limit = AT_ONCE;

  function isWanted([text, group, , tags]) {
    const [wanted, theme, feeling] = ["by-group", "by-theme", "by-feeling"].map((id) => byId(id).value);
    const word = byId("by-word").value.trim().toLowerCase();
    if (wanted !== "" && group !== Number(wanted)) return false;
    if (word && !text.toLowerCase().includes(word)) return false;
    if (theme === "" && feeling === "") return true;
    return tags.some(
      ([t, f]) => (theme === "" || t === Number(theme)) && (feeling === "" || f === Number(feeling)),
    );
  }

  function quote([text, group, sentiment, tags]) {
    const item = make("li");
    const said = tags.map(([theme, feeling]) => `${data.themes[theme]} (${data.feelings[feeling]})`);
    const overall = sentiment ? [`overall ${sentiment}`] : [];
    item.append(make("blockquote", text));
    item.append(make("p", [names[group], ...said, ...overall].join(" · ")));
    return item;
  }

  function showQuotes() {
    const found = data.quotes.filter(isWanted);
    const some = found.slice(0, limit);
    byId("quotes").replaceChildren(...some.map(quote));
    byId("count").textContent = found.length
      ? `Showing ${some.length} of ${found.length} comments.`
      : "No comment matches.";
    byId("more").hidden = some.length === found.length;
  }

  const quoted = [...new Set(data.quotes.map((one) => one[1]))].sort((a, b) => a - b);
  byId("by-group").append(new Option("All", ""));
  for (const place of quoted) byId("by-group").append(new Option(names[place], String(place)));
  offer(byId("by-theme"), data.themes, "All");
  offer(byId("by-feeling"), data.feelings.slice(0, 4), "All");
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("filter").addEventListener("input", () => {
    limit = AT_ONCE;
    showQuotes();
  });
  byId("more").addEventListener("click", () => {
    limit += AT_ONCE;
    showQuotes();
    byId("quotes").children[limit - AT_ONCE]?.setAttribute("tabindex", "-1");
    byId("quotes").children[limit - AT_ONCE]?.focus();
  });
  showQuotes();
})();
