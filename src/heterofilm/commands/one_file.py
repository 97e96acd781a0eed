"""What was found in one file, as a page of text: rows with the doubts that touch them, then notes and methods."""

from __future__ import annotations

import textwrap
from pathlib import Path

from ..samples.findings import Findings
from .inputs import lines

__all__ = ["printed_page"]


def printed_page(place: Path, found: Findings) -> str:
    """Rows with the doubts that touch them, numbered; then notes and methods."""
    doubts = list(dict.fromkeys(row.note for row in found.results if row.note))
    table = [
        (row.file if row.file != place.name else "", row.quantity, str(row),
         f"[{doubts.index(row.note) + 1}]" if row.note else "")
        for row in found.results
    ]  # fmt: skip
    said = [f"{place.name}", ""]
    said += [lines(("file", "quantity", "value", "caveat"), table)] if table else ["Nothing was fitted."]
    for k, doubt in enumerate(doubts, 1):
        said += textwrap.wrap(f"[{k}] {doubt}.", 118, subsequent_indent="    ")
    told = [note for note in found.notes if not any(note.split(": ", 1)[-1] in doubt for doubt in doubts)]
    said += ["", *(line for note in told for line in textwrap.wrap(f"! {note}", 118, subsequent_indent="  "))]
    said += ["", *(line for text in found.methods for line in textwrap.wrap(text, 118))]
    return "\n".join(said) + "\n"
