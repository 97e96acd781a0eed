"use strict";
/* What the browser itself has to do: take what is dropped, folders too, and send it file by file; fit figures to the page. */
(() => {
  const MOST = 10000; /* files of a drop */
  const LARGEST = 500e6; /* bytes of one, as the server counts them too */

  /* All files of an entry, with their paths within what was dropped. */
  const walk = async (entry, into, path = "") => {
    if (into.length >= MOST) return;
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail));
      into.push([file, path + file.name]);
    } else if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!some.length) return;
        for (const one of some) await walk(one, into, `${path}${entry.name}/`);
      }
    }
  };

  const send = async (zone, files) => {
    if (!files.length) return;
    const bar = zone.querySelector("progress");
    bar.max = files.length;
    bar.value = 0;
    bar.hidden = false;
    const drop = crypto.randomUUID();
    const refused = [];
    for (const [file, path] of files) {
      try {
        if (file.size > LARGEST) throw new Error(`larger than ${LARGEST / 1e6} MB`);
        const address = `/files?drop=${drop}&path=${encodeURIComponent(path)}`;
        const answer = await fetch(address, { method: "POST", body: file });
        const said = await answer.text();
        if (said || !answer.ok) refused.push(said || `${path}: ${answer.status}`);
      } catch (error) {
        refused.push(`${path}: ${error.message}`);
      }
      bar.value += 1;
    }
    bar.hidden = true;
    emitEvent("heterofilm-dropped", { drop, purpose: zone.dataset.purpose, refused: refused.slice(0, 20) });
  };

  /* The page says when it is connected; what is clicked before waits in the browser and is sent then. */
  const connected = () => {
    if (window.did_handshake) document.documentElement.dataset.ready = "yes";
    else setTimeout(connected, 20);
  };
  connected();

  /* Quasar's bar of what is loaded has no name of its own. */
  const named = () => document.querySelectorAll(".q-loading-bar:not([aria-label])").forEach(
    (bar) => bar.setAttribute("aria-label", "Loading"));
  new MutationObserver(named).observe(document, { childList: true, subtree: true });

  /* Figures follow the width of their place; while a tab is hidden they have none. */
  const sizes = new ResizeObserver(async (changes) => {
    const { Plotly } = await import("nicegui-plotly");
    for (const { target } of changes) {
      const ready = target.isConnected && target.checkVisibility() && target.clientWidth && target._fullLayout;
      if (ready) Plotly.Plots.resize(target).catch(() => {}); /* of a tab that was left meanwhile */
    }
  });
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const plot of [node, ...node.querySelectorAll(".plot")]) if (plot.matches(".plot")) sizes.observe(plot);
      }
    }
  }).observe(document, { childList: true, subtree: true });

  /* Other points for the lines of a figure. While a slider is on its way they move between the axes as they are, which is
     much quicker than to draw everything; where they leave these by more than a little, or rest, everything is drawn. */
  const REST = 200; /* ms */
  const BEYOND = 0.1; /* of an axis */
  const resting = new WeakMap();
  window.heterofilmRefill = async (id, lines) => {
    const { Plotly } = await import("nicegui-plotly");
    const plot = document.getElementById(id);
    if (!plot?._fullLayout || !plot.data || plot.data.length !== lines.length) return;
    clearTimeout(resting.get(plot));
    const data = lines.map(([x, y], k) => ({ ...plot.data[k], x, y }));
    const whole = () => Plotly.react(plot, data, plot.layout).catch(() => {});
    const within = (axis, values) => {
      const ends = axis?.range?.map((end) => axis.r2c(end)).sort((a, b) => a - b);
      if (!ends) return false;
      const room = BEYOND * (ends[1] - ends[0]);
      return values.every((v) => v === null || (axis.d2c(v) >= ends[0] - room && axis.d2c(v) <= ends[1] + room));
    };
    const axis = (k, letter) => plot._fullLayout[`${letter}axis${(plot.data[k][`${letter}axis`] ?? "").slice(1)}`];
    if (!plot.checkVisibility() || !lines.every(([x, y], k) => within(axis(k, "x"), x) && within(axis(k, "y"), y))) {
      await whole();
      return;
    }
    resting.set(plot, setTimeout(whole, REST));
    const moved = { data: lines.map(([x, y]) => ({ x, y })), traces: lines.map((_, k) => k) };
    const now = { transition: { duration: 0 }, frame: { duration: 0, redraw: false }, mode: "immediate" };
    await Plotly.animate(plot, moved, now).catch(() => {}); /* a newer one took its place */
  };

  const zoneOf = (event) => event.target instanceof Element ? event.target.closest(".drop") : null;
  const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!files(event)) return;
    event.preventDefault(); /* or the browser would open what is dropped beside the zone */
    document.querySelectorAll(".drop.over").forEach((one) => one.classList.remove("over"));
    zoneOf(event)?.classList.add("over");
  });
  document.addEventListener("drop", async (event) => {
    if (!files(event)) return;
    event.preventDefault();
    const zone = zoneOf(event) ?? [...document.querySelectorAll(".drop")].find((one) => one.checkVisibility());
    document.querySelectorAll(".drop.over").forEach((one) => one.classList.remove("over"));
    if (!zone) return;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = [];
    if (entries.length) for (const entry of entries) await walk(entry, found);
    else found.push(...[...event.dataTransfer.files].map((file) => [file, file.name]));
    send(zone, found);
  });
  document.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.type !== "file") return;
    const zone = zoneOf(event);
    if (!zone) return;
    const found = [...event.target.files].map((file) => [file, file.webkitRelativePath || file.name]);
    event.target.value = "";
    send(zone, found);
  });
})();
