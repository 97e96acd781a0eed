"use strict";
/* Draws figures when they come into view, in the colours of the page; folds, prints, and switches light and dark. */
(() => {
  const root = document.documentElement;
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };
  const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
  const LOOKS = {
    light: { ink: "#1f2933", paper: "#ffffff", grid: "#e4e8eb", axis: "#69757f", note: "rgba(255,255,255,0.75)" },
    dark: { ink: "#e3e8ec", paper: "#14181c", grid: "#2b333a", axis: "#8e9aa4", note: "rgba(20,24,28,0.75)" },
  };
  let printing = false;

  /* Light and dark */
  const remembered = () => { try { return localStorage.getItem("heterofilm-theme"); } catch { return null; } };
  const theme = () => printing ? "light" : root.dataset.theme || (SYSTEM.matches ? "dark" : "light");
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();

  const parts = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  const brightness = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /* A colour that is too dark for a dark page, lightened until its contrast is 3.5 : 1. */
  const seen = (colour, on = theme()) => {
    if (on === "light" || typeof colour !== "string" || !/^#[0-9a-f]{6}$/i.test(colour)) return colour;
    const own = parts(colour), paper = brightness(parts(LOOKS.dark.paper));
    let mixed = own;
    for (let k = 0; k <= 20 && (brightness(mixed) + 0.05) / (paper + 0.05) < 3.5; k++) {
      mixed = own.map((v) => Math.round(v + (255 - v) * k / 20));
    }
    return "#" + mixed.map((v) => v.toString(16).padStart(2, "0")).join("");
  };
  const recoloured = (value, key = "", on = theme()) => {
    if (Array.isArray(value)) return ["x", "y", "z", "i", "j", "k", "colorscale"].includes(key) ? value
      : value.map((v) => recoloured(v, "", on));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recoloured(v, k, on)]));
    }
    return /color$/i.test(key) ? seen(value, on) : value;
  };
  const dressed = (figure, on = theme()) => {
    const look = LOOKS[on];
    const layout = recoloured(figure.layout, "", on);
    Object.assign(layout, { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true });
    layout.font = { ...layout.font, color: look.ink };
    layout.hoverlabel = { ...layout.hoverlabel, bgcolor: look.paper, bordercolor: look.axis, font: { color: look.ink } };
    const axes = (of) => Object.keys(of).filter((k) => /^[xyz]axis\d*$/.test(k)).map((k) => of[k]);
    for (const axis of axes(layout)) {
      Object.assign(axis, { gridcolor: look.grid, linecolor: look.axis, tickcolor: look.axis, zerolinecolor: look.axis });
    }
    for (const axis of axes(layout.scene || {})) {
      Object.assign(axis, { backgroundcolor: "rgba(0,0,0,0)", gridcolor: look.grid, color: look.ink });
    }
    for (const note of layout.annotations || []) {
      note.bgcolor = look.note;
      note.font = { ...note.font, color: look.ink };
    }
    const data = figure.data.map((trace) => /3d$/.test(trace.type) ? trace : recoloured(trace, "", on));
    return [data, layout];
  };

  /* Unpacking */
  const unpacked = new WeakMap();
  const unpack = (node) => {
    if (!unpacked.has(node)) unpacked.set(node, (async () => {
      const text = atob(node.textContent);
      const bytes = new Uint8Array(text.length);
      for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return new Response(stream).text();
    })());
    return unpacked.get(node);
  };
  let code = "";
  const unpackPlotly = async () => code ||= await unpack(document.getElementById("plotly"));
  const runPlotly = () => {
    if (window.Plotly) return;
    const script = document.createElement("script");
    script.textContent = code; /* runs at once, if the policy knows its hash */
    document.head.append(script);
  };

  /* Drawing, one at a time */
  const figures = new Map(); /* place -> figure as data, once unpacked */
  const unpackFigure = async (place) => {
    if (!figures.has(place)) figures.set(place, JSON.parse(await unpack(place.querySelector("script"))));
    return figures.get(place);
  };
  const PRINTED = 680; /* px, the text of an A4 page */
  const canvas = (place) => {
    let own = place.querySelector(".canvas");
    if (!own) {
      own = document.createElement("div");
      own.className = "canvas";
      place.append(own);
    }
    return own;
  };
  const render = (place) => {
    const [data, layout] = dressed(figures.get(place));
    const height = Math.min(Number(place.dataset.height), printing ? 310 : Infinity); /* two to a printed page */
    canvas(place).style.height = `${height}px`;
    layout.height = height;
    if (printing) layout.width = PRINTED; /* the columns of the screen are not those of the paper */
    place.dataset.drawn = theme();
    return window.Plotly.newPlot(canvas(place), data, layout, CONFIG);
  };
  let queue = Promise.resolve();
  const draw = (place) => {
    queue = queue.then(async () => {
      if (place.dataset.drawn === theme()) return;
      await Promise.all([unpackPlotly(), unpackFigure(place)]);
      runPlotly();
      await render(place);
      await new Promise((done) => setTimeout(done)); /* the reader's clicks come before the next figure */
    }).catch((error) => {
      place.dataset.drawn = "failed";
      canvas(place).textContent = "This browser cannot draw the figure; its files are linked below.";
      console.error(error);
    });
    return queue;
  };
  const places = all(".plot"), flat = all(".plot:not(.turned, .still)");
  for (const place of flat) place.style.minHeight = `${place.dataset.height}px`; /* nothing jumps when it is drawn */
  const inView = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      inView[isIntersecting ? "add" : "delete"](target);
      if (isIntersecting) draw(target);
    }
  }, { rootMargin: "300px 0px" });
  flat.forEach((place) => watch.observe(place));
  for (const place of all(".plot.turned")) {
    const button = place.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => {
      place.classList.add("live");
      button.remove();
      draw(place);
    });
  }
  for (const place of all(".plot.still")) { /* a picture until the reader points at it */
    place.addEventListener("pointerenter", () => {
      draw(place).then(() => place.classList.add("live"));
    }, { once: true });
  }
  /* A figure as a file, dark on white, by the browser itself */
  for (const place of flat.concat(all(".plot.still"))) {
    const caption = place.parentElement.querySelector("figcaption");
    if (!caption) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "save";
    button.textContent = "Save as SVG";
    button.addEventListener("click", async () => {
      await Promise.all([unpackPlotly(), unpackFigure(place)]);
      runPlotly();
      const [data, layout] = dressed(figures.get(place), "light");
      Object.assign(layout, { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", autosize: false });
      const filename = place.parentElement.id.replace(/^figure-/, "") || "figure";
      const size = { width: 720, height: Number(place.dataset.height) };
      await window.Plotly.downloadImage({ data, layout: { ...layout, ...size } }, { format: "svg", filename, ...size });
    });
    caption.append(" ", button);
  }
  const redraw = () => places.forEach((place) => {
    if (place.dataset.drawn && (inView.has(place) || place.classList.contains("live"))) draw(place);
    else if (place.dataset.drawn) { window.Plotly.purge(canvas(place)); delete place.dataset.drawn; }
  });
  SYSTEM.addEventListener("change", redraw);

  /* Everything is unpacked while the reader reads: printing cannot wait for it */
  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 50));
  const ahead = (k = 0) => k < flat.length
    ? idle(() => unpackFigure(flat[k]).then(() => ahead(k + 1)))
    : flat.length && idle(unpackPlotly);
  addEventListener("load", () => setTimeout(() => ahead(), 500));

  /* Printing: all chapters open, all figures drawn, dark on white */
  const UNDRAWN = "Not drawn yet when the page was printed: use the button Print of the page, which waits for it.";
  let folded = [];
  const waiting = [];
  addEventListener("beforeprint", () => {
    printing = true;
    folded = all("details:not([open])");
    folded.forEach((one) => one.open = true);
    if (code) runPlotly();
    for (const place of [...flat, ...all(".plot.still.live")]) {
      if (code && figures.has(place)) render(place);
      else if (!place.dataset.drawn) {
        waiting.push(canvas(place));
        waiting.at(-1).textContent = UNDRAWN;
      }
    }
  });
  addEventListener("afterprint", () => {
    printing = false;
    folded.forEach((one) => one.open = false);
    for (const place of places) if (place.dataset.drawn) place.dataset.drawn = "printed";
    waiting.splice(0).forEach((one) => one.textContent = "");
    redraw();
  });

  /* The bar */
  const on = (id, act) => {
    const button = document.getElementById(id);
    if (button) { button.hidden = false; button.addEventListener("click", () => act(button)); }
  };
  on("theme", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("heterofilm-theme", root.dataset.theme); } catch { /* a page may not remember */ }
    redraw();
  });
  on("unfold", (button) => {
    const open = button.getAttribute("aria-pressed") !== "true";
    all("details.chapter").forEach((one) => one.open = open);
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Close all" : "Open all";
  });
  on("print", async (button) => {
    button.disabled = true;
    await Promise.all([unpackPlotly(), ...flat.map(unpackFigure)]);
    button.disabled = false;
    print();
  });
  const contents = document.getElementById("contents");
  const wide = matchMedia("(min-width: 1180px)");
  const fit = () => { if (contents) contents.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const chapter = target && target.closest("details.chapter");
    if (chapter) chapter.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  all('a[href^="#"]').forEach((link) => link.addEventListener("click", () => {
    if (link.hash === location.hash) reveal(); /* no change of the address, but of what is open */
    if (contents && !wide.matches && contents.contains(link)) contents.open = false;
  }));
})();
