"""Words from anywhere as they may be shown: no control characters, no reordering of what stands beside them.

Names come from users and from instrument files. Whoever writes them (HTML, Plotly, matplotlib) passes them through
here and then escapes what its own format takes for markup.
"""

from __future__ import annotations

import unicodedata
from html import escape
from textwrap import wrap

__all__ = ["AXIS", "heading", "html", "paper", "plain", "screen"]

# embeddings, overrides and isolates turn the words after them round; a mark only says which way its own word runs
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = ("Cc", "Cs", "Cn", "Zl", "Zp")  # controls, halves of characters, none, ends of lines and paragraphs
ELLIPSIS = "…"
LEGEND, AXIS, TITLE = 48, 48, 72  # characters of an entry, beside an axis, in a line of a title, that there is room for


def plain(text: str, longest: int | None = None, lines: bool = False) -> str:
    """The text on one line (`lines`: its line breaks stay), its middle left out where it is longer than `longest`.

    >>> plain("a\\tb\\u202ec")
    'a bc'
    >>> plain("voltammogram", 7)
    'vol…ram'
    """
    kept = "".join(
        c if c == "\n" and lines else " " if unicodedata.category(c) in UNSEEN else c
        for c in text
        if c not in REORDERING
    )
    if longest is None or len(kept) <= longest:
        return kept
    head = (longest - 1) // 2
    return f"{kept[:head]}{ELLIPSIS}{kept[len(kept) - (longest - 1 - head) :]}"


def html(text: str) -> str:
    """The text as HTML shows it, in an element or a quoted attribute."""
    return escape(plain(text))


def screen(text: str, longest: int | None = LEGEND, lines: bool = False) -> str:
    """The text as Plotly shows it, which takes tags in its labels for markup."""
    shown = escape(plain(text, longest, lines), quote=False)
    return shown.replace("\n", "<br>")


def paper(text: str, longest: int | None = LEGEND, lines: bool = False) -> str:
    """The text as matplotlib shows it, which takes dollars for formulas and hides labels that begin with a line."""
    shown = plain(text, longest, lines).replace("$", r"\$")
    return f"\u200a{shown}" if shown.startswith("_") else shown


def heading(text: str) -> str:
    """A title for matplotlib, broken into lines that fit a figure."""
    return paper("\n".join(wrap(plain(text), TITLE, max_lines=3, placeholder=ELLIPSIS)), None, lines=True)
