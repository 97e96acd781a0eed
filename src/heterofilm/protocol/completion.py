"""What may be written next at the end of a protocol, by the grammar itself.

>>> completions("Disch")
['Discharge']
>>> completions("Discharge at 5 uA/cm2 u")
['until']
"""

from __future__ import annotations

import re

from .text import accepted
from .words import STEP_KINDS, WORDS, name

__all__ = ["EXAMPLES", "completed", "completions"]

EXAMPLES = {
    "at": ("5 uA/cm2", "C/10", "3.8 V"), "until": ("2.15 V", "1 uA/cm2"), "for": ("1 h",), "to": ("2.15 V",),
    "between": ("2.15 V",), "and": ("3.8 V",), "every": ("10 min",), "from": ("1 MHz",), "with": ("10 mV",),
}  # fmt: skip
"""Values that a word is followed by, for those who do not know what is asked."""
SIGNS = {"_OPEN": "(", "_CLOSE": ")", "_SEPARATOR": ";"}
BEGUN = re.compile(r"[^\W\d_]+$")  # a word that is not written to its end


def completions(text: str) -> list[str]:
    """What may stand at the end of `text`, in place of a word that is begun there; nothing where the text is wrong."""
    begun = BEGUN.search(text)
    word = begun[0].lower() if begun else ""
    head = text[: len(text) - len(word)]
    found: list[str] = []
    for terminal in sorted(accepted(head), key=lambda one: one != "KIND"):
        if terminal == "VALUE":
            last = re.findall(r"[^\W\d_]+", head.lower())[-1:]
            found += EXAMPLES.get(last[0], ()) if last else ()
        else:
            found += _spelled(terminal)
    fit = [one for one in dict.fromkeys(found) if one.lower().startswith(word) and one.lower() != word]
    return fit if fit or not word else completions(f"{text} ")  # what looked begun was the end of a value


def completed(text: str, word: str) -> str:
    """`text` with one of its `completions`, and the space after it.

    >>> completed("Discharge a", "at")
    'Discharge at '
    """
    begun = BEGUN.search(text)
    if begun and word.lower().startswith(begun[0].lower()):
        text = text[: begun.start()]
    gap = "" if not text or text[-1].isspace() or text[-1] == "(" or word in (";", ")") else " "
    return f"{text}{gap}{word} "


def _spelled(terminal: str) -> list[str]:
    if terminal in SIGNS:
        return [SIGNS[terminal]]
    if terminal == "KIND":
        return [kind.capitalize() for kind in STEP_KINDS if kind != "sweep"]
    if terminal == "COUNT":
        return ["3 x ("]
    if terminal == "SET":
        return ["Set temperature to"]
    word = next((one for one in WORDS if name(one) == terminal), None)
    if word is None or not word.spelled:
        return []
    first = word.spelled if terminal in ("SWEEP", "CV") else word.spelled.split()[0]
    if terminal in ("GITT", "EIS", "CV"):
        return [first[: len(terminal)].upper() + first[len(terminal) :]]
    return [first if terminal[0] == "_" or terminal in ("FOR", "UNTIL") else first.capitalize()]
