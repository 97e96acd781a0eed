"""Values of a cell from measured curves of the project, with what the data leave open. A job: it takes its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from ....errors import InputError
from ..act import Short
from ..state import Curve, sample_of
from .question import Answered, Question, in_script, own_or_named, settings_in_words
from .rows import rows_of

if TYPE_CHECKING:
    from ....calibration.fitted import FitResult
    from ....records.record import Record

__all__ = ["Fit", "curves_of", "fit_rows"]


class Fit(Question):
    """A cell with values set, measured curves (``sample/file``), and the paths of values that are fitted."""

    kind: Literal["fit"] = "fit"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.app.session.questions.fit import curves_of",)
    cell: Short
    values: dict[Short, float | Short] = Field(default_factory=dict, max_length=500)
    data: Annotated[tuple[Short, ...], Field(min_length=1, max_length=50)]
    sheets: dict[Short, Any] = Field(default_factory=dict)  # of the samples that the data are of, as they were
    free: Annotated[tuple[Short, ...], Field(min_length=1, max_length=20)]
    noise: Short = "1 mV"
    searches: Annotated[int, Field(ge=1, le=50)] = 3

    @property
    def long(self) -> bool:
        return True

    @property
    def words(self) -> str:
        return (
            f"Fit: {', '.join(self.free)} of {self.cell}{settings_in_words(self.values)} to {', '.join(self.data)}, "
            f"noise {self.noise}"
        )

    @property
    def call(self) -> str:
        data = f"[hf.Data(one, name=name) for name, one in curves_of({self.data!r}, {self.sheets!r}, here).items()]"
        return (
            f"hf.fit({in_script(self.cell)}, {data}, {list(self.free)!r}, overrides={self.values!r}, "
            f"noise={self.noise!r}, searches={self.searches})"
        )

    def check(self, folder: Path) -> None:
        from ....calibration.unknown import unknowns

        cell = Curve(self.cell, dict(self.values)).loaded(folder)
        unknowns(cell, list(self.free))
        for name in self.data:
            if name.partition("/")[0] not in self.sheets:
                raise InputError(f"'{name}' is no measured curve of this project; choose one of its samples.")

    def answered(self, folder: Path) -> Answered:
        from scipy.stats import chi2

        from ....calibration.joint import fit, short
        from ....calibration.measured import Data
        from ....plots.fit import data_figures, profile_figure

        data = [Data(one, name=name) for name, one in curves_of(self.data, self.sheets, folder).items()]
        found = fit(
            own_or_named(self.cell, folder), data, list(self.free),
            overrides=dict(self.values), noise=self.noise, searches=self.searches,
        )  # fmt: skip
        names = short([one.path for one in found.values])
        profiles = {
            name: (*one.profile, one.unit)
            for name, one in zip(names, found.values, strict=True)
            if one.profile is not None
        }
        rise = float(chi2.ppf(found.level, 1))
        figures = [*data_figures(found.compared), *([profile_figure(profiles, rise)] if profiles else [])]
        rows = [
            (" = ".join(one.paths), f"{one.value:.5g}", one.unit, one.words, ", ".join(one.data))
            for one in found.values
        ]
        notes = [*found.sloppy, *found.structure, *found.notes, found.cell.values]
        head = ("Value", "Best", "Unit", "Interval", "Told by")
        return Answered(rows_of(self.kind, found), figures, notes, (("Fitted values", head, rows),))


def curves_of(names: Sequence[str], sheets: Mapping[str, Any], folder: Path) -> dict[str, Record]:
    """Measured curves by ``sample/file``. Errors: `InputError` for one that the samples do not have."""
    from ....samples.records import measured

    there = measured({name: sample_of(name, sheet, folder) for name, sheet in sheets.items()})
    if missing := [name for name in names if name not in there]:
        raise InputError(f"'{missing[0]}' has no curve in amperes per area: state the electrode's area in Samples.")
    return {name: there[name] for name in names}


def fit_rows(found: FitResult) -> list[tuple[str, float | None, str, str]]:
    """Values with their intervals, and the misfit."""
    rows: list[tuple[str, float | None, str, str]] = [
        (" = ".join(one.paths), one.value, one.unit, f"interval: {one.words}") for one in found.values
    ]
    rows.append(("misfit", found.misfit, "1", f"over {found.numbers} numbers"))
    return rows
