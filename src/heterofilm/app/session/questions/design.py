"""The best cells for a target: the cell at hand, its inputs with ranges, and what is wanted. A job."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ....errors import InputError
from ..act import Short
from ..state import Curve
from .question import Answered, Question, in_script, settings_in_words
from .rows import rows_of

if TYPE_CHECKING:
    from ....designs.best import Designed

__all__ = ["AIMS", "TargetOf", "content_of", "design_rows", "template"]

MOST_ROWS = 40  # of a front
AIMS = ("capacity kept at a high rate", "energy per area against energy per volume", "smallest film for a sensor node")


def template(aim: str, film: str) -> str:
    """A study of the cell's film to begin with, as TOML. `aim`: one of `AIMS`."""
    thickness = f'[inputs."films.{film}.thickness"]\nlow = "20 nm"\nhigh = "10 um"\nscale = "log"\n'
    if aim == AIMS[0]:
        return (
            'most = 24\nruns = { slow = "Discharge at 5 uA/cm2", fast = "Discharge at 80 uA/cm2" }\n'
            'outputs = { energy = "fast.energy_uWh_cm2", kept = "fast.capacity_uAh_cm2 / slow.capacity_uAh_cm2" }\n'
            f'goal = {{ maximise = "energy", where = {{ kept = {{ at_least = 0.8 }} }} }}\n\n{thickness}'
        )
    if aim == AIMS[1]:
        return (
            'most = 24\nruns = { fast = "Discharge at 80 uA/cm2" }\n'
            'outputs = { energy = "fast.energy_uWh_cm2", per_volume = "1e4 * fast.energy_uWh_cm2 / thickness" }\n'
            f'goal = {{ maximise = ["energy", "per_volume"] }}\n\n{thickness}'
        )
    return (
        'most = 24\nload = { node = "temperature-sensor", months = 0.1 }\noutputs = { film = "thickness" }\n'
        f'goal = {{ minimise = "film" }}\n\n{thickness}'
    )


def content_of(text: str, cell: str) -> dict[str, Any]:
    """A study as written, of this cell. Errors: `InputError` for what is no TOML, or names a cell of its own."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The study is not TOML: {error}.") from None
    if "cell" in said:
        raise InputError("The study is of the cell at hand: leave 'cell' out, and choose one in Cell.")
    return {"cell": Path(cell).stem, **said}


class TargetOf(Question):
    """A cell with values set, and a study without its cell, as TOML."""

    kind: Literal["target"] = "target"
    cell: Short
    values: dict[Short, float | Short] = Field(default_factory=dict, max_length=500)
    study: str = Field(min_length=1, max_length=20_000)

    @property
    def long(self) -> bool:
        return True

    @property
    def words(self) -> str:
        said = tomllib.loads(self.study)
        wanted = [f"{key} {one}" for key, one in said.get("goal", {}).items() if key != "where"]
        aims = ", ".join(wanted) or "what its outputs depend on"
        return f"Design of {self.cell}{settings_in_words(self.values)}: {aims}"[:300]

    @property
    def call(self) -> str:
        cell = f"hf.Cell.load({in_script(self.cell)}, {dict(self.values)!r})"
        return f"hf.design({content_of(self.study, self.cell)!r}, cell={cell})"

    def check(self, folder: Path) -> None:
        from ....designs.study import design_of

        Curve(self.cell, dict(self.values)).loaded(folder)
        design_of(content_of(self.study, self.cell))

    def answered(self, folder: Path) -> Answered:
        from ....designs.best import design

        found = design(content_of(self.study, self.cell), cell=Curve(self.cell, dict(self.values)).loaded(folder))
        head = [f"{name} / {found.units[name]}" if found.units.get(name, "1") != "1" else name
                for name in found.best.columns]  # fmt: skip
        rows = [[f"{x:.5g}" if isinstance(x, float) else str(x) for x in row] for row in found.best.rows()]
        notes = [*found.notes, *(f"{count} × {reason}" for reason, count in found.failed.items())]
        if found.study.goal is not None:
            notes.insert(0, f"{found.runs.height} designs were tried, {int(found.runs['met'].sum())} meet the limits.")
        tables = (("The best, or the front", head, rows[:MOST_ROWS]),) if rows else ()
        return Answered(rows_of(self.kind, found), found.figures(), notes, tables)


def design_rows(found: Designed) -> list[tuple[str, float | None, str, str]]:
    """Inputs and outputs of the best, or of every design on the front."""
    rows: list[tuple[str, float | None, str, str]] = []
    several = found.best.height > 1
    for k, row in enumerate(found.best.head(MOST_ROWS).iter_rows(named=True), start=1):
        for name, value in row.items():
            of = f"design {k}: {name}" if several else name
            rows.append((of, float(value), found.units.get(name, ""), ""))
    return rows
