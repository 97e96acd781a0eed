"""Recorded results of first principles, and a structure of the library in space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from ..act import Short
from .question import Answered, Question
from .rows import rows_of

if TYPE_CHECKING:
    from ....atomistic.results.recorded import Recorded

__all__ = ["Atoms", "atoms_rows"]


class Atoms(Question):
    """The recorded results, beside a structure that is looked at."""

    kind: Literal["atoms"] = "atoms"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.atomistic.results import recorded",)
    structure: Short = "V2O5"

    @property
    def words(self) -> str:
        return f"Atoms: structure {self.structure}"

    @property
    def call(self) -> str:
        return "recorded.results()"

    def check(self, folder: Path) -> None:
        from ....atomistic.structures.library import load

        load(self.structure)

    def answered(self, folder: Path) -> Answered:
        from ....atomistic.results import recorded
        from ....atomistic.structures.library import load
        from ....figures.structure import StructureFigure
        from ....plots.atoms import path_figure, recorded_path

        found, structure = recorded.results(), load(self.structure)
        caption = (
            f"{structure.formula}, {structure.space_group}, {structure.quality}. {structure.setting}. "
            f"Source: {structure.source}"
        )
        paths = {one.name: recorded_path(one) for one in found if "energies_eV" in one.more}
        rows = [
            (one.words, f"{one.value:.4g} {one.unit}", f"{one.low:.4g} to {one.high:.4g}", str(one.level), one.limits)
            for one in found
        ]
        return Answered(
            rows_of(self.kind, found),
            (StructureFigure(f"structure-{self.structure}", structure.title, structure.atoms, caption),
             path_figure(paths, "Migration of Li")),
            tables=(("Recorded results", ("What", "Value", "Range", "Level", "What it cannot say"), rows),),
        )  # fmt: skip


def atoms_rows(found: Sequence[Recorded]) -> list[tuple[str, float | None, str, str]]:
    """Every recorded result with its level."""
    return [(one.name, one.value, one.unit, f"{one.level}: {one.words}") for one in found]
