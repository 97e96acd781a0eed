"""JCAMP-DX .jdx, .dx, .jcm: Raman and UV-vis of any vendor (McDonald and Wilks, Appl. Spectrosc. 42, 151, 1988).

Labels ``##NAME= value``, then a table: ``(XY..XY)`` holds pairs; ``(X++(Y..Y))`` begins each line with an abscissa and
goes on with ordinates, as numbers (AFFN, PAC) or in one of the compressed forms, of which each character is a digit:

- SQZ: a letter is the sign and first digit of an ordinate, ``@`` 0, ``A`` to ``I`` 1 to 9, ``a`` to ``i`` -1 to -9;
- DIF: likewise the difference from the ordinate before, ``%`` 0, ``J`` to ``R``, ``j`` to ``r``;
- DUP: how often the item before it counts in all, ``S`` to ``Z`` and ``s`` for 1 to 9.

A line that follows differences repeats the last ordinate before it, which checks them.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ..table import number
from ._raman import MAX_POINTS, raman
from .uvvis import spectrum

SQUEEZED = {c: str(k) for k, c in enumerate("@ABCDEFGHI")} | {c: f"-{k}" for k, c in enumerate("abcdefghi", 1)}
DIFFERENCE = {c: str(k) for k, c in enumerate("%JKLMNOPQR")} | {c: f"-{k}" for k, c in enumerate("jklmnopqr", 1)}
REPEATED = {c: str(k) for k, c in enumerate("STUVWXYZs", 1)}
ORDINATES = {"ABSORBANCE": "absorbance", "TRANSMITTANCE": "transmittance", "REFLECTANCE": "reflectance"}
_LABEL = re.compile(r"^##\s*([^=\n]*)=[ \t]*(.*)$", re.MULTILINE)
_ITEM = re.compile(
    r"(?P<code>[@A-Za-s%])(?P<digits>\d*)|(?P<missing>\?)"
    r"|(?P<plain>[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]\d+)?)"  # without its sign, E is a digit
)


def _recognises(head: Head) -> bool:
    return bool(re.match(r"\s*##\s*TITLE\s*=", head.text, re.IGNORECASE)) and "JCAMP" in head.text.upper()


def _read(path: Path) -> list[Measurement]:
    blocks = re.split(r"(?im)^(?=##\s*TITLE\s*=)", re.sub(r"\$\$.*", "", text_of(path)))
    found = [one for block in blocks if (one := _spectrum(block, path)) is not None]
    if not found:
        raise FileFormatError("it holds no Raman or UV-vis spectrum as XYDATA or XYPOINTS.")
    return found


def _spectrum(block: str, path: Path) -> Measurement | None:
    """A block with a table; None for one that links others, or is of another kind."""
    labels = {_plain(m[1]): (m[2].strip(), m.end()) for m in _LABEL.finditer(block)}
    said = {name: value for name, (value, _) in labels.items()}
    kind = next((k for k in ("XYDATA", "XYPOINTS") if k in labels), None)
    if kind is None or not re.search(r"RAMAN|UV", said.get("DATATYPE", ""), re.IGNORECASE):
        return None
    form, at = labels[kind]
    body = block[at:].partition("\n##")[0]
    scale = [_number(said, name, 1.0) for name in ("XFACTOR", "YFACTOR")]
    if "X++" in form.replace(" ", ""):
        values = np.array(ordinates(body)) * scale[1]
        x = np.linspace(_number(said, "FIRSTX"), _number(said, "LASTX"), values.size)
    else:
        pairs = np.array([float(word) for word in re.findall(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", body)])
        if pairs.size % 2:
            raise FileFormatError("its pairs of numbers are cut short.")
        x, values = pairs[::2] * scale[0], pairs[1::2] * scale[1]
    stated = int(_number(said, "NPOINTS", float(x.size)))
    if stated != x.size:
        raise FileFormatError(f"it says {stated} points and holds {x.size}: it was cut short or edited.")
    name, notes = said.get("TITLE") or path.stem, [] if "JCAMPDX" in said else ["it does not state its version"]
    unit = _plain(said.get("XUNITS", ""))
    if re.search("RAMAN", said["DATATYPE"], re.IGNORECASE):
        if unit not in ("1/CM", "CM1"):
            raise FileFormatError(f"a Raman spectrum over '{said.get('XUNITS', '')}' is not read; export it in 1/cm.")
        return raman(name, x, values[None, :], {}, notes)
    of_wavenumber = 1e7 / np.where(x == 0.0, np.nan, x)
    wavelength = {"NANOMETERS": x, "NM": x, "MICROMETERS": 1e3 * x, "1/CM": of_wavenumber}.get(unit)
    if wavelength is None:
        raise FileFormatError(f"a UV-vis spectrum over '{said.get('XUNITS', '')}' cannot be read; export it in nm.")
    column = next((ours for word, ours in ORDINATES.items() if word in said.get("YUNITS", "").upper()), "intensity")
    if "%" in said.get("YUNITS", ""):
        values = values / 100.0
        notes.append(f"{said['YUNITS']} was taken for percent")
    table = pl.DataFrame({"wavelength_nm": wavelength, column: values}).sort("wavelength_nm")
    return spectrum(name, table, {}, notes)


def _plain(label: str) -> str:
    """A label as it counts: without spaces, dashes and underscores, in capitals."""
    return re.sub(r"[\s\-_]", "", label).upper()


def _number(said: dict[str, str], name: str, default: float | None = None) -> float:
    if name not in said and default is not None:
        return default
    try:
        return number(said[name])
    except (KeyError, HeterofilmError):
        raise FileFormatError(f"its label {name} is missing or no number.") from None


def ordinates(body: str) -> list[float]:
    """The ordinates of a table ``(X++(Y..Y))``.

    Errors: `HeterofilmError` for a character that no form knows, and where a check of differences fails.

    >>> ordinates("0JT%jX")  # at 0: +1 twice, +0, and -1 six times
    [1.0, 2.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -4.0]
    """
    out: list[float] = []
    checked = False  # the line before ended in differences, so this one repeats its last ordinate
    for line in body.splitlines():
        items = list(_ITEM.finditer(line.strip().replace(",", " ")))
        if "".join(m.group() for m in items) != re.sub(r"[\s,]", "", line):
            raise FileFormatError(f"its table holds '{line.strip():.40}', which is no JCAMP-DX.")
        if not items:
            continue
        if items[0]["plain"] is None:
            raise FileFormatError("a line of its table does not begin with an abscissa.")
        here: list[float] = []
        last, step, difference = (out[-1] if out else 0.0), 0.0, False
        for item in items[1:]:
            code, digits = item["code"], item["digits"] or ""
            if code in REPEATED:
                times = int(REPEATED[code] + digits) - 1
                if len(out) + times > MAX_POINTS:
                    raise FileFormatError(f"it claims more than {MAX_POINTS} points.")
                for _ in range(times):
                    last += step if difference else 0.0
                    here.append(last)
                continue
            difference = code in DIFFERENCE
            if difference:
                step = float(DIFFERENCE[code] + digits)
                last += step
            elif item["missing"]:
                last = float("nan")
            else:
                last = float(SQUEEZED[code] + digits if code else item["plain"])
            here.append(last)
        if checked and here:
            if not np.isclose(here[0], out[-1]):
                raise FileFormatError(f"its differences do not meet their check: {out[-1]:g} against {here[0]:g}.")
            here = here[1:]
        checked = difference
        out += here
    return out


FORMATS = (Format("JCAMP-DX", (".jdx", ".dx", ".jcm"), ("raman", "uvvis"), _recognises, _read),)
