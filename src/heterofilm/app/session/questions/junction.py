"""A junction of two solids: bands, field, and the bounds of what it can do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from ..act import Short
from .question import (
    Answered,
    Question,
    in_script,
    own_or_named,
    set_options,
    settings_in_words,
    texts,
    values_in_words,
)
from .rows import rows_of

if TYPE_CHECKING:
    from ....junction.pair import Pair

__all__ = ["Junction", "junction_rows"]


class Junction(Question):
    """A junction of the library or the project, with values of its solids set."""

    kind: Literal["junction"] = "junction"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.junction.pair import load_pair",)
    name: Short = "V2O5-Cu2V2O7"
    settings: dict[Short, float | Short] = Field(default_factory=dict, max_length=50)

    @property
    def words(self) -> str:
        return f"Junction: {self.name}{settings_in_words(self.settings)}"

    @property
    def call(self) -> str:
        return f"load_pair({in_script(self.name)}, hf.Library({self.settings!r}))"

    @property
    def command(self) -> list[str]:
        return ["heterofilm", "junction", self.name, *set_options(self.settings), "--out", "results/junction"]

    def settable(self, folder: Path) -> dict[str, str]:
        from ....junction.solids import entries_of
        from ....library import Library

        return values_in_words(*entries_of(own_or_named(self.name, folder), Library()))

    def check(self, folder: Path) -> None:
        self._pair(folder)

    def _pair(self, folder: Path) -> Pair:
        from ....junction.pair import load_pair
        from ....library import Library

        return load_pair(own_or_named(self.name, folder), Library(dict(self.settings)))

    def answered(self, folder: Path) -> Answered:
        from ....reports.junction import junction_chapter

        pair = self._pair(folder)
        chapter = junction_chapter(pair)
        tables = [(one.title, one.head, texts(one.rows)) for one in chapter.tables]
        return Answered(rows_of(self.kind, pair), chapter.figures, [chapter.lead, *chapter.sentences], tables)


def junction_rows(pair: Pair) -> list[tuple[str, float | None, str, str]]:
    """Contact potential, what of it drops where, and bounds."""
    from ....reports.junction import bounds

    most, field, contact = bounds(pair), pair.field, pair.contact
    return [
        ("contact potential", abs(contact.built_in_V), "V", contact.electron_flow),
        ("diameter of a domain", 1e9 * pair.diameter, "nm", ""),
        ("fraction of domains", pair.fraction, "1", ""),
        (f"bending in {pair.domain.name}", 1e3 * float(field.bending_A_V), "mV", "at the doping of the library"),
        (f"bending in {pair.matrix.name}", 1e3 * float(field.bending_B_V), "mV", "at the doping of the library"),
        ("charge of the interface", 1e2 * abs(float(field.charge_C_m2)), "uC/cm2", ""),
        ("largest field", 1e-8 * most.field_V_m, "MV/cm", "the whole contact potential over one domain"),
        ("gain of hops in it", most.hopping, "1", "sinh(x)/x, at most"),
        ("storage, least", most.storage[0], "uAh cm-2 um-1", "two layers of charge, a shell apart"),
        ("storage, most", most.storage[1], "uAh cm-2 um-1", "two layers of charge, a lattice plane apart"),
        ("doping that bends all of it", 1e-6 * most.doping_m3, "1/cm3", "of the domains"),
    ]
