"""*Atoms*: structures in space, and the recorded results of first principles."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from .. import words
from ..session.questions.atoms import Atoms
from ..session.questions.question import Question
from .asking import Asking
from .parts import fault

__all__ = ["AtomsTab"]


class AtomsTab(Asking):
    """One structure at a time."""

    name = "atoms"
    lead = words.ATOMS_LEAD
    kinds = ("atoms",)

    def fields(self) -> None:
        try:
            from ...atomistic.structures.library import names
            from ...errors import require

            require("ase", "atoms", "Structures")
        except HeterofilmError as error:
            self.structure: Any = None
            fault(str(error))
            return
        self.structure = ui.select(list(names()), value="V2O5", label=words.STRUCTURE).props("outlined dense")
        self.follows(self.structure, "atoms", self._atoms)
        self.button(words.SHOW_STRUCTURE, "atoms", self._atoms)

    def _atoms(self) -> Atoms:
        return Atoms(structure=self.structure.value)

    def fill(self, asked: dict[str, Question]) -> None:
        if self.structure is not None and isinstance(one := asked.get("atoms"), Atoms):
            self.structure.set_value(one.structure)
