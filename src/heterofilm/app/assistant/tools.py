"""The tools of `heterofilm mcp`, as plain functions of a project's folder. Each answers with numbers, what they rest on
and what is in doubt; a question that makes no sense is one sentence.

There is no shell, no network, and no way to write: an assistant proposes, and the user decides in the app.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import HeterofilmError, InputError, did_you_mean
from ..session.numbers import of_curve
from ..session.questions.fit import Fit
from ..session.state import Curve, within

__all__ = ["MOST", "Tools"]

Answer = dict[str, Any]
MOST: dict[str, int] = {
    "files": 500, "text": 20_000, "bytes": 500_000_000, "results": 500, "cycles": 100, "points": 300, "free": 10,
    "searches": 10, "data": 10,
}  # fmt: skip
"""Sizes of what is asked and answered: files listed, characters of a text, bytes of a file, and so on."""


class Tools:
    """Tools over one folder. Errors of every one: `HeterofilmError` in a sentence, also for a path that leads out."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).resolve()
        if not self.folder.is_dir():
            raise InputError(f"'{folder}' is no folder; name that of a project.")

    def files(self, under: str = "") -> Answer:
        """Files of the project, or of a folder within it, with their sizes in bytes."""
        place = self._inside(under or ".")
        if not place.is_dir():
            raise InputError(f"'{under}' is no folder of the project.")
        found = []
        for path in sorted(place.rglob("*")):
            name = path.relative_to(self.folder)
            if any(part.startswith(".") for part in name.parts) or path.is_symlink() or not path.is_file():
                continue
            found.append({"path": name.as_posix(), "bytes": path.stat().st_size})
        return {"files": found[: MOST["files"]], "left_out": max(0, len(found) - MOST["files"])}

    def read(self, path: str, begin: int = 0) -> Answer:
        """What a file of the project holds: of an instrument its kind, measurements and columns; any other is
        text, from character `begin` on."""
        from ...instruments.reading import read_all, recognise

        place = self._file(path)
        try:
            kind = recognise(place).name
            series = read_series(read_all(place))
            return {"kind": kind, "measurements": series}
        except HeterofilmError as error:
            why = str(error)
        try:
            with place.open(encoding="utf-8") as file:
                file.seek(0)
                text = file.read(max(0, begin) + MOST["text"] + 1)
        except (UnicodeDecodeError, OSError):
            raise InputError(f"'{path}' is neither an instrument file ({why}) nor text.") from None
        part = text[max(0, begin) : max(0, begin) + MOST["text"]]
        return {"kind": "text", "text": part, "more": len(text) > max(0, begin) + MOST["text"]}

    def library(self, kind: str = "", name: str = "") -> Answer:
        """Names of a kind of the library's entries; with a name every value of it, with unit, range and source."""
        from ...cell import Cell
        from ...library import names, value_paths

        kinds = ("cells", "phases", "films", "electrolytes", "devices", "recipes", "junctions", "nodes", "harvesters")
        if kind not in kinds:
            raise InputError(
                f"There is no kind '{kind}' of entries; known: {', '.join(kinds)}.{did_you_mean(kind, kinds)}"
            )
        if not name:
            return {"names": list(names(kind))}
        if kind != "cells":
            raise InputError("Values are shown of a whole cell, with all that acts in it: ask for kind 'cells'.")
        cell = Cell.load(name)
        values = [
            {"path": path, "value": value.value, "unit": value.unit, "kind": value.kind, "low": value.low,
             "high": value.high, "source": value.source}
            for path, value in value_paths(cell.entries)
        ]  # fmt: skip
        return {"values": values, "beside": [cell.values, cell.nominal, *cell.remarks]}

    def analyse(self, sample: str) -> Answer:
        """Numbers of a sample's folder with their uncertainties, what was assumed, and what is in doubt."""
        from ...samples import Sample, SampleFile, analyse, load_sample, verdict
        from ...samples.guess import listed

        place = self._inside(sample)
        if not sample or not place.is_dir() or place == self.folder:
            raise InputError(f"'{sample}' is no folder of a sample in the project.")
        own = (
            load_sample(self._file(f"{sample}/sample.toml"))
            if (place / "sample.toml").exists()
            else Sample(SampleFile(name=place.name), place, place / "sample.toml")
        )
        for entry in listed(own):
            self._file(f"{sample}/{entry.path}")
        done = analyse(own)
        results = [
            {"quantity": one.quantity, "value": one.value, "uncertainty": _finite(one.uncertainty), "unit": one.unit,
             "file": one.file, "method": one.method, "note": one.note}
            for one in done.results
        ]  # fmt: skip
        return {
            "results": results[: MOST["results"]], "left_out": max(0, len(results) - MOST["results"]),
            "files": done.files, "not_read": [list(one) for one in done.failed],
            "assumed": [f"{kind}: {note}" for kind, found in done.findings.items() for note in found.notes],
            "doubts": list(verdict(done).doubts), "methods": done.methods(),
        }  # fmt: skip

    def simulate(
        self, cell: str, test: str, values: Mapping[str, float | str] | None = None, start: str = ""
    ) -> Answer:
        """A cell of the library or the project under a test, as ``Discharge at 5 uA/cm2 until 2.15 V``: numbers of each
        step, its curve, what they rest on."""
        from ...simulation.run import simulate

        curve = Curve(cell, dict(values or {}), test, start)
        protocol = curve.protocol(self.folder)
        if protocol.count() > MOST["cycles"]:
            raise InputError(
                f"A test has at most {MOST['cycles']} cycles here, not {protocol.count()}; longer ones are the app's."
            )
        record = simulate(curve.loaded(self.folder), protocol, start=start or None)
        every = max(1, -(-record.frame.height // MOST["points"]))
        shown = record.frame.select("time_s", "voltage_V", "current_A_m2", "charge_C_m2").gather_every(every)
        said = [str(record.meta.get(key, "")) for key in ("notes", "nominal", "values")]
        said += str(record.meta.get("remarks", "")).splitlines()
        return {
            "numbers": of_curve("simulated", record), "curve": shown.to_dict(as_series=False),
            "points_left_out": record.frame.height - shown.height, "beside": [one for one in said if one],
        }  # fmt: skip

    def fit(
        self, cell: str, data: Sequence[str], free: Sequence[str], values: Mapping[str, float | str] | None = None,
        noise: str = "1 mV", searches: int = 2,
    ) -> Answer:  # fmt: skip
        """Values of a cell (dotted paths in `free`) from measured curves (``sample/file``), with intervals and what the
        data leave open."""
        for name, given in (("data", len(data)), ("free", len(free)), ("searches", searches)):
            if not 1 <= given <= MOST[name]:
                raise InputError(f"A fit has 1 to {MOST[name]} {name} here, not {given}.")
        sheets = {name: self._sheet(name) for name in {one.partition("/")[0] for one in data}}
        asked = Fit(
            cell=cell, values=dict(values or {}), data=tuple(data), sheets=sheets, free=tuple(free), noise=noise,
            searches=searches,
        )  # fmt: skip
        for one in data:
            self._file(one.partition(": ")[0])
        asked.check(self.folder)
        found = asked.answered(self.folder)
        return {"numbers": list(found.rows), "beside": list(found.notes)}

    def _sheet(self, sample: str) -> dict[str, Any]:
        from ...library.toml import read_toml

        place = self._inside(f"{sample}/sample.toml")
        if not place.is_file():
            raise InputError(
                f"Sample '{sample}' has no sample.toml that states its electrode's area; state it in the app."
            )
        return dict(read_toml(place, "sample file"))

    def _inside(self, name: str) -> Path:
        """A place of the project. Errors: `InputError` for one that leads out, by .., a root or a link."""
        if len(name) > 1000:
            raise InputError("A path has 1000 characters at most.")
        return within(self.folder, name).resolve()

    def _file(self, name: str) -> Path:
        place = self._inside(name)
        if not place.is_file():
            raise InputError(f"There is no file '{name}' in the project.")
        if place.stat().st_size > MOST["bytes"]:
            raise InputError(f"'{name}' is larger than {MOST['bytes'] / 1e6:g} MB.")
        return place


def read_series(measurements: Sequence[Any]) -> list[Answer]:
    """Measurements of a file: technique, rows, columns with their span, notes."""
    found = []
    for one in measurements:
        columns = {
            name: [one.table[name].min(), one.table[name].max()]
            for name in one.table.columns
            if one.table[name].dtype.is_numeric()
        }
        found.append(
            {"name": one.name, "technique": one.technique, "rows": one.table.height, "columns": columns,
             "notes": [str(note) for note in one.notes]}
        )  # fmt: skip
    return found


def _finite(value: float) -> float | None:
    return None if value != value else value
