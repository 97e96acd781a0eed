"""Composition tables of energy-dispersive X-ray spectroscopy as text or csv: Bruker Esprit, Oxford AZtec, EDAX.

A heading row names the columns, a row follows for each element. Layout after the programs' published result tables; not
yet checked against a vendor's file.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ...elements import ELEMENTS
from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ..table import number

COLUMNS = (  # vendor heading in lower case without blanks (a pattern) -> our column; the first that fits is taken
    (r"el(ement)?(symbol)?|elt\.?|symbol", "element"),
    (r"series|linetype|line|shell", "line"),
    (r"atom(ic)?\.?c?\.?[\[(]?(at\.?)?%[\])]?|at\.?%|atomic%?|atom%|atomic(percent|conc\.?|concentration)(\[?%\]?)?",
     "atomic_percent"),
    (r"(atomic%?|at\.?%|atom%)(sigma|error|err\.?)|(atomic|atom\.?)(error|sigma)[\[(]?(at\.?)?%?[\])]?", "sigma"),
    (r"(norm\.?c\.?|mass|weight|wt\.?|mass(percent|conc\.?))[\[(]?(wt\.?)?%[\])]?|wt\.?%|weight%|massnorm\.?\[%\]"
     r"|weightpercent",
     "weight_percent"),
    (r"(wt\.?%|weight%)(sigma|error|err\.?)", "weight_sigma"),
    (r"(abs\.?)?error[\[(]?%[\])]?\(1sigma\)|error\(1sigma\)(\[wt\.?%\])?|abs\.?error\[%\]\(1sigma\)", "weight_sigma"),
    (r"(abs\.?)?error[\[(]?%[\])]?\(3sigma\)|error\(3sigma\)(\[wt\.?%\])?|abs\.?error\[%\]\(3sigma\)", "weight_3sigma"),
    (r"rel\.?error[\[(]?%[\])]?(\(1sigma\))?", "relative_percent"),
    (r"error%", "relative_percent"),
    (r"netint\.?|net(counts|intensity)?|counts", "counts"),
    (r"unn\.?c\.?[\[(]?(wt\.?)?%[\])]?", "weight_unnormalised"),
)  # fmt: skip
SYMBOLS = frozenset(one.symbol for one in ELEMENTS.values() if not one.radioactive)  # found in nature
NAMES = {one.name: one.symbol for one in ELEMENTS.values()} | {"aluminum": "Al", "cesium": "Cs", "sulphur": "S"}


def recognises(head: Head) -> bool:
    return _heading(head.lines[:300]) is not None


def read(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    place = _heading(lines)
    if place is None:
        raise FileFormatError("no row has the headings 'Element' and 'Atomic %' or 'Wt%'.")
    row, mark, names = place
    found: list[Entry] = []
    skipped: list[str] = []
    for line in lines[row + 1 :]:
        cells = _cells(line, mark)
        element = _element(cells[names["element"]]) if len(cells) > names["element"] else None
        if element is None:
            word = cells[names["element"]] if len(cells) > names["element"] else ""
            if found and (not line.strip() or word.lower().rstrip(":") in ("total", "totals", "sum")):
                break
            if word and not set(word) <= set("-=_ "):
                skipped.append(word[:20])
            continue
        entry: Entry = {"element": element}
        for name, k in names.items():
            if name not in ("element", "line") and k < len(cells):
                entry[name] = _value(cells[k])
        found.append(entry)
    found, converted = _atomic(found)
    skipped += [str(entry["element"]) for entry in found if entry.get("atomic_percent") is None]
    found = [entry for entry in found if entry.get("atomic_percent") is not None]
    if not found:
        raise FileFormatError("no row of its table holds an element and its atomic or weight percent.")
    notes = [converted] if converted else []
    notes += [f"left out, for want of an element or its number: {', '.join(skipped[:8])}"] if skipped else []
    if len({entry["element"] for entry in found}) < len(found):
        raise FileFormatError("it lists an element twice; export one spectrum's table to a file.")
    table, how = _with_sigma(pl.DataFrame(found, infer_schema_length=None))
    total = float(table["atomic_percent"].sum())
    if table["atomic_percent"].min() < 0.0 or not 0.0 < total < 1e6:  # type: ignore[operator]
        raise FileFormatError(f"its atomic percents are no composition: they sum to {total:g}.")
    if abs(total - 100.0) > 1.0:
        notes.append(f"the atomic percents sum to {total:.4g}, not 100: elements were left out or not normalised")
    return [Measurement("composition", path.stem, table, {}, (*notes, how))]


Entry = dict[str, float | str | None]


def _atomic(rows: list[Entry]) -> tuple[list[Entry], str]:
    """The rows with atomic percents from the weight percents, where no row has its own; and what was done.

    at_i = (w_i/M_i)/sum(w_j/M_j); elements that the table leaves out are left out of the sum.
    """
    if any(row.get("atomic_percent") is not None for row in rows):
        return rows, ""
    name = next((w for w in ("weight_percent", "weight_unnormalised") if any(r.get(w) is not None for r in rows)), None)
    if name is None:
        return rows, ""
    moles = [float(row[name] or 0.0) / ELEMENTS[str(row["element"])].mass for row in rows]  # type: ignore[arg-type]
    total = sum(moles)
    if not total > 0.0 or min(moles) < 0.0:
        raise FileFormatError("its weight percents are no composition.")
    made: list[Entry] = [
        row | {"atomic_percent": 100.0 * n / total if row.get(name) is not None else None}
        for row, n in zip(rows, moles, strict=True)
    ]
    return made, "the table has no atomic percent: calculated from the weight percent of the elements listed"


def _with_sigma(table: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The table with column sigma (at.%, one standard deviation) where the file tells it, and how."""
    at = pl.col("atomic_percent")
    how = "sigma is the file's own, of the atomic percent"
    if "sigma" not in table.columns:
        weight = next((w for w in ("weight_unnormalised", "weight_percent") if w in table.columns), None)
        share: pl.Expr | None = None
        if weight and "weight_sigma" in table.columns:
            share, how = pl.col("weight_sigma") / pl.col(weight), "relative to the weight percent, as the file has it"
        elif weight and "weight_3sigma" in table.columns:
            share, how = pl.col("weight_3sigma") / 3.0 / pl.col(weight), "a third of the file's three sigma"
        elif "relative_percent" in table.columns:
            share, how = pl.col("relative_percent") / 100.0, "the file's relative error"
        if share is None:
            return table, "the file states no uncertainty of the atomic percent"
        how = f"sigma of the atomic percent: {how}"
        share = pl.when(share.is_finite() & (share >= 0.0)).then(share)
        table = table.with_columns((at * share).alias("sigma"))
    kept = ("element", "atomic_percent", "weight_percent", "sigma", "counts")
    return table.select(name for name in kept if name in table.columns), how


def _heading(lines: list[str]) -> tuple[int, str, dict[str, int]] | None:
    """Line, separator and column numbers of the heading row."""
    for k, line in enumerate(lines):
        if len(line) > 2000 or "el" not in line.lower():
            continue
        for mark in ("\t", ";", ",", "|", "  "):
            cells = _cells(line, mark)
            names: dict[str, int] = {}
            for place, cell in enumerate(cells):
                plain = re.sub(r"\s+", "", cell.lower()).replace("σ", "sigma")
                name = next((name for pattern, name in COLUMNS if re.fullmatch(pattern, plain)), None)
                if name is not None:
                    names.setdefault(name, place)
            if "element" in names and {"atomic_percent", "weight_percent"} & names.keys():
                return k, mark, names
    return None


def _cells(line: str, mark: str) -> list[str]:
    cells = re.split(r"\s{2,}|\t", line.strip()) if mark == "  " else line.strip(" |").split(mark)
    return [cell.strip().strip('"').strip() for cell in cells]


def _element(cell: str) -> str | None:
    word = re.split(r"[\s(_-]", cell.strip())[0]
    symbol = word.capitalize() if word.isalpha() else ""
    if re.fullmatch(r"[A-Z][a-z]?[KLM]", word):  # EDAX writes the line into the symbol: CuK
        symbol = word[:-1]
    return symbol if symbol in SYMBOLS else NAMES.get(word.lower())


def _value(cell: str) -> float | None:
    try:
        value = number(cell.rstrip("%* "))
    except HeterofilmError:
        return None
    return value if abs(value) < 1e9 else None


FORMATS = (
    Format(
        "EDS composition table (Esprit, AZtec, EDAX)", (".txt", ".csv"), ("composition",), recognises, read, rank=40
    ),
)
