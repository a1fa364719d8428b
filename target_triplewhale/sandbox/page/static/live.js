// Keeps the overview fresh while the sandbox receives. What arrives is text and stays text:
// nothing here reads it as markup, and addresses are those of this page alone.
"use strict";

(() => {
  const ANNOUNCE_EVERY = 5000;
  const SVG = "http://www.w3.org/2000/svg";
  const status = document.getElementById("live");
  let source = null;
  let announced = 0;
  let pending = 0;

  const setText = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  // A screen reader is told at most every few seconds.
  const announce = (text) => {
    clearTimeout(pending);
    const wait = Math.max(0, announced + ANNOUNCE_EVERY - Date.now());
    pending = setTimeout(() => {
      announced = Date.now();
      setText(status, text);
    }, wait);
  };

  const fillCell = (element, cell) => {
    element.className = cell.kind;
    if (!cell.href) {
      setText(element, cell.text);
      return;
    }
    let link = element.querySelector("a");
    if (!link) {
      link = document.createElement("a");
      element.replaceChildren(link);
    }
    link.href = cell.href;
    setText(link, cell.text || "(empty)");
  };

  const makeRow = (row) => {
    const element = document.createElement("tr");
    element.dataset.key = row.key;
    row.cells.forEach((_, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (!place) cell.scope = "row";
      element.append(cell);
    });
    return element;
  };

  // Rows that stay are kept as they are, so that a link in one keeps the focus.
  const fillRows = (body, rows) => {
    if (!rows.length) return;
    rows.forEach((row, place) => {
      let element = body.rows[place];
      if (!element || element.dataset.key !== row.key) {
        const next = element || null;
        element = makeRow(row);
        body.insertBefore(element, next);
      }
      row.cells.forEach((cell, at) => fillCell(element.cells[at], cell));
    });
    while (body.rows.length > rows.length) body.deleteRow(-1);
  };

  const makeShape = (shape) => {
    const element = document.createElementNS(SVG, shape.tag);
    for (const [name, value] of Object.entries(shape.attributes)) element.setAttribute(name, value);
    if (shape.tag === "rect") {
      const title = document.createElementNS(SVG, "title");
      title.textContent = shape.text;
      element.append(title);
    } else {
      element.textContent = shape.text;
    }
    return element;
  };

  const makeFigure = (name) => {
    const figure = document.createElement("figure");
    figure.dataset.chart = name;
    const caption = document.createElement("figcaption");
    caption.append(document.createElement("b"), " ", document.createElement("span"));
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("role", "img");
    figure.append(caption, drawing);
    return figure;
  };

  const fillChart = (figure, chart) => {
    setText(figure.querySelector("b"), chart.title);
    setText(figure.querySelector("span"), chart.sentence);
    const drawing = figure.querySelector("svg");
    drawing.setAttribute("viewBox", `0 0 ${chart.width} ${chart.height}`);
    drawing.setAttribute("aria-label", `${chart.title}: ${chart.sentence}`);
    drawing.replaceChildren(...chart.shapes.map(makeShape));
  };

  const fillCharts = (charts) => {
    const frame = document.getElementById("charts");
    const known = new Set([...frame.children].map((one) => one.dataset.chart));
    for (const chart of Object.values(charts)) {
      if (!known.has(chart.name)) frame.append(makeFigure(chart.name));
    }
    for (const figure of [...frame.children]) {
      const chart = charts[figure.dataset.chart];
      if (chart) fillChart(figure, chart);
      else figure.remove();
    }
  };

  const show = (overview) => {
    for (const [name, text] of Object.entries(overview.figures)) {
      setText(document.querySelector(`[data-figure="${name}"]`), text);
    }
    for (const sheet of Object.values(overview.sheets)) {
      fillRows(document.querySelector(`[data-rows="${sheet.name}"]`), sheet.rows);
    }
    fillCharts(overview.charts);
    const { records, requests } = overview.figures;
    announce(`Live: ${records} records, ${requests} requests`);
  };

  const connect = () => {
    source = new EventSource("/live");
    source.onmessage = (event) => show(JSON.parse(event.data));
    source.onerror = () => {
      clearTimeout(pending);
      setText(status, "The sandbox does not answer; the numbers are those of before");
    };
  };

  // A page that nobody looks at holds no connection: a browser has only six for one server.
  document.addEventListener("visibilitychange", () => {
    source?.close();
    if (!document.hidden) connect();
  });
  connect();
})();
