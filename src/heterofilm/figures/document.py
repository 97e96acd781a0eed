"""A page that stands alone: one HTML file that opens from disk, loads nothing, and runs nothing but its own script.

Plotly comes packed within the page and is unpacked when the first figure comes into view. The policy in the head
allows two scripts by their hash, this package's and Plotly's, and no address at all: what a name from a file might
smuggle in could neither run nor send anything.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from .words import html

__all__ = ["alone", "document", "plot_html"]

HERE = Path(__file__).parent
# Plotly writes style attributes into its drawings; it puts its rules into this sheet, and adds none of its own
SHEET = "/* rules of Plotly */"
PACKED = "application/gzip+base64"


def document(title: str, body: str, *, static: bool = False, again: int = 0) -> str:
    """The whole page around `body`, which is HTML already; figures in it come from `plot_html`.

    `static`: the page has no figures, and Plotly stays out. `again`: seconds after which it is loaded anew, 0: never.
    """
    script, style = _asset("document.js"), _asset("document.css")
    scripts = [script] if static else [script, _plotly()]
    return Template(_asset("document.html")).substitute(
        title=html(title),
        again=f'<meta http-equiv="refresh" content="{again}">' if again else "",
        policy=_policy(scripts, [style, SHEET]),
        style=style,
        sheet=SHEET,
        body=body,
        plotly="" if static else _packed_plotly(),
        script=script,
    )


def alone(figures: Sequence[tuple[str, Any, str]]) -> str:
    """A page of nothing but figures: the title, the ``plotly.graph_objects.Figure`` and the caption of each."""
    level = "h1" if len(figures) == 1 else "h2"
    shown = "".join(
        f"<figure><{level}>{html(title)}</{level}>{plot_html(figure, title)}<figcaption>{html(caption)}</figcaption>"
        "</figure>"
        for title, figure, caption in figures
    )
    return document(figures[0][0], f'<main class="alone">{shown}</main>')


def plot_html(figure: Any, label: str, picture: bytes = b"", *, turned: bool = False) -> str:
    """The place where a ``plotly.graph_objects.Figure``, or its plain description, is drawn once it comes into view.

    `label`: what it is, for those who cannot see it. `picture`: a PNG that stands there until the reader points at it
    or, of a picture in space (`turned`), which costs the browser seconds, asks for it.
    """
    drawn = figure if isinstance(figure, dict) else json.loads(figure.to_json())
    drawn["layout"].pop("template", None)  # the page brings its own, light and dark
    text = json.dumps(drawn, separators=(",", ":"), ensure_ascii=True)
    data = f'<script type="{PACKED}">{_pack(text)}</script>'
    height = float(drawn["layout"].get("height", 460))
    kind, still = "plot", ""
    if picture:
        kind = f"plot {'turned' if turned else 'still'}"
        still = f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}" alt="{html(label)}">'
        still += '<button type="button" hidden>Turn it by hand</button>' if turned else ""
    return f'<div class="{kind}" data-height="{height:.0f}" role="group" aria-label="{html(label)}">{data}{still}</div>'


def _policy(scripts: list[str], styles: list[str]) -> str:
    """The Content-Security-Policy of a page with these scripts and style sheets and no others."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "style-src-attr 'unsafe-inline'",
            "img-src data: 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _pack(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()


@cache
def _asset(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return get_plotlyjs()


@cache
def _packed_plotly() -> str:
    """Plotly in the page, and an element under each name that it would give to a style sheet of its own for maps."""
    sheets = re.findall(r'if\(!document\.getElementById\("([0-9a-f]{64})"\)\)', _plotly())
    there = "".join(f'<template id="{name}"></template>' for name in sheets)
    return f'{there}<script type="{PACKED}" id="plotly">{_pack(_plotly())}</script>'
