"""The numbers behind the page of recorded first-principles results, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..atomistic.results.evidence import Evidence, evidence
from ..atomistic.results.interface_record import SIDES, InterfaceRecord
from ..atomistic.results.statements import Statements
from ..atomistic.results.values import DerivedParameter, library_values
from ..figures.figure import Figure
from ..junction.computed import junction_values
from ..junction.pair import load_pair
from ..library.loader import names
from .page import Chapter

if TYPE_CHECKING:
    from ..atomistic.fields.states import States

__all__ = ["derived_parameters", "own_names", "statements_table", "tables"]

RESULT = ("name", "words", "value", "unit", "low", "high", "level", "version", "command", "limits")


def derived_parameters(found: Evidence | None = None) -> tuple[DerivedParameter, ...]:
    """Everything recorded that junction and cell can take; from the shipped evidence by default."""
    known = evidence() if found is None else found
    derived = list(library_values(known))
    for film, substrate in known.pairs:
        if f"{film}-{substrate}" in names("junctions"):
            pair = load_pair(f"{film}-{substrate}")
            derived += junction_values(known.interface(film, substrate), pair, known.interfaces)
    return tuple(derived)


def own_names(found: Evidence) -> list[str]:
    """What files of each pair are called by: the first has the plain word."""
    return ["interface" if k == 0 else f"interface-{'-'.join(pair)}" for k, pair in enumerate(found.pairs)]


def tables(found: Evidence, chapters: Sequence[Chapter]) -> dict[str, pl.DataFrame]:
    """The numbers behind the page by file name: results, values, curves along the normal, states, figures."""
    known = [{**vars(one), "level": str(one.level)} for one in found.numbers.values()]
    made = {
        "results": pl.DataFrame(
            [tuple(r[column] for column in RESULT) for r in known],
            schema=list(RESULT), orient="row",
        ),
        "values": pl.DataFrame(
            [
                (f.words, f.value.value, f.value.unit, *f.value.span, f.use, f.value.source)
                for f in derived_parameters(found)
            ],
            schema=["what", "value", "unit", "low", "high", "use", "source"], orient="row",
        ),
    }  # fmt: skip
    for own, pair in zip(own_names(found), found.pairs, strict=True):
        one = found.interface(*pair)
        if one is not None:
            made |= {f"{own}-{name}": table for name, table in _interface_tables(one).items()}
    for curves in found.curves:
        if curves.states is not None:
            made[f"states-{curves.name}"] = _states_table(curves.states)
    for chapter in chapters:
        for figure in chapter.figures:
            if isinstance(figure, Figure) and figure.name in ("adsorption", "barrier"):
                made[figure.name] = pl.concat(
                    [
                        pl.DataFrame({"series": s.label, "x": [str(x) for x in s.x], "y": np.asarray(s.y, dtype=float)})
                        for s in figure.series if s.in_legend
                    ]
                )  # fmt: skip
    return made


def _interface_tables(one: InterfaceRecord) -> dict[str, pl.DataFrame]:
    slab, normal = one.slab, one.normal
    made = {
        "normal": pl.DataFrame(
            {
                "z_A": normal.difference.z_A, "difference_e_A3": normal.difference.values,
                "difference_macroscopic_e_A3": normal.smooth_difference.values, "charge_e": normal.charge_e,
            }
        ),
        "potential": pl.DataFrame(
            {
                "z_A": normal.potential.z_A, "potential_eV": normal.potential.values,
                "macroscopic_eV": normal.smooth_potential.values,
            }
        ),
        "atoms": pl.DataFrame(
            {
                "element": one.atoms.get_chemical_symbols(), "side": [SIDES[k] for k in slab.side],
                **dict(zip(("x_A", "y_A", "z_A"), slab.positions_A.T, strict=True)),
                **({} if one.moments is None else {"moment_muB": one.moments}),
            }
        ),
    }  # fmt: skip
    return made if one.states is None else {**made, "states": _states_table(one.states)}


def _states_table(states: States) -> pl.DataFrame:
    columns = {"energy_eV": states.energies_eV}
    for name, values in {"total": states.total, **states.parts}.items():
        for spin, one in enumerate(values):
            columns[f"{name}{'' if len(values) == 1 else ('_up', '_down')[spin]}"] = one
    return pl.DataFrame(columns)


def statements_table(given: Statements) -> pl.DataFrame:
    """Statements with verdict, reason and numbers."""
    return pl.DataFrame(
        [(a.id, a.statement, a.verdict, a.why, "; ".join(": ".join(n) for n in a.numbers)) for a in given.answers],
        schema=["id", "statement", "verdict", "why", "numbers"], orient="row",
    )  # fmt: skip
