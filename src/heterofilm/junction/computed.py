"""Values of a junction from recorded first principles, beside those that were measured.

    V_bi = (φ_B - φ_A)/q of the faces that meet        σ = -e ΔN/A of the electrons that B gained across the plane

Work functions of slabs in vacuum are those of clean, strained faces of one termination; those of UPS belong to films
that have seen air. Both are surfaces, not interfaces; the charge is of the interface itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..atomistic.results.interface_record import InterfaceRecord
from ..atomistic.results.values import DerivedParameter
from ..constants import E_CHARGE
from ..errors import HeterofilmError, InputError
from ..library import Value
from .pair import Pair
from .storage import capacitor_charge

__all__ = ["WORK_FUNCTION_EV", "contact_value", "junction_values", "sheet_charge_value"]

WORK_FUNCTION_EV = 0.3  # what PBE slabs of oxides miss measured work functions by, terminations apart
E_A2 = E_CHARGE / 1e-20  # C/m2 of one electron per Å2
PLANE = 0.26e-9  # m: between Li+ or a donor and its electron on two sides of an interface


def contact_value(record: InterfaceRecord, pair: Pair) -> Value:
    """Contact potential of domain against matrix (V): positive where electrons go into the domain."""
    A, B = (_work_function(record, solid.name) for solid in (pair.matrix, pair.domain))
    V = B.value - A.value
    spread = WORK_FUNCTION_EV * 2.0**0.5  # two independent faces
    return Value(value=V, unit="V", kind="computed", source=_source(record, "work functions of the two faces"),
                 low=V - spread, high=V + spread)  # fmt: skip


def sheet_charge_value(record: InterfaceRecord, pair: Pair, others: Sequence[InterfaceRecord] = ()) -> Value:
    """Charge of the domain's side of the contact per area (uC/cm2): negative where it gained electrons.

    The range spans that of `others`, the same interface at other levels of theory.
    """

    def charge(one: InterfaceRecord) -> float:
        sign = 1.0 if one.about.substrate == pair.domain.name else -1.0
        return -sign * one.numbers.per_area_e_A2 * E_A2 * 100.0  # uC/cm2

    same = [one for one in others if set(one.about.pair) == set(record.about.pair)]
    span = [charge(one) for one in (record, *same)]
    return Value(value=charge(record), unit="uC/cm2", kind="computed", low=min(span), high=max(span),
                 source=_source(record, "charge density difference"))  # fmt: skip


def junction_values(
    record: InterfaceRecord | None, pair: Pair, others: Sequence[InterfaceRecord] = ()
) -> tuple[DerivedParameter, ...]:
    """Contact potential and charge of a recorded interface, beside those of the pair's own levels.

    `others`: the same interface at other levels, for the range of the charge.
    """
    if record is None:
        return ()
    found = []
    own = pair.contact.built_in_V
    kinds = " and ".join(sorted({solid.work_function.kind for solid in (pair.matrix, pair.domain)}))
    try:
        A, B = (_work_function(record, solid.name) for solid in (pair.matrix, pair.domain))
        found.append(
            DerivedParameter(
                words=f"contact potential of {pair.domain.name} against {pair.matrix.name}",
                value=contact_value(record, pair),
                path=f"semiconductors.{pair.matrix.name}.work_function",
                beside=f"{own:.2f} V (work functions {kinds})",
                use=f"heterofilm junction {pair.entry.name}"
                f" --set semiconductors.{pair.matrix.name}.work_function={A.value:.2f}"
                f" --set semiconductors.{pair.domain.name}.work_function={B.value:.2f}",
            )
        )
    except HeterofilmError:
        pass  # a superlattice has no vacuum to count from
    layers = float(capacitor_charge(abs(own), pair.domain.permittivity.si, PLANE)) * 100.0
    found.append(
        DerivedParameter(
            words=f"charge of the {pair.domain.name} side of the contact",
            value=sheet_charge_value(record, pair, others),
            path="",
            beside=f"{layers:.0f} uC/cm2 would hold {abs(own):.2f} V across one lattice plane",
            use="the charge of the contact itself, which a junction's fixed charges come on top of",
        )
    )
    return tuple(found)


def _work_function(record: InterfaceRecord, name: str) -> Value:
    n, about = record.numbers, record.about
    known = {about.film: n.work_function_film_eV, about.substrate: n.work_function_substrate_eV}
    if name not in known:
        raise InputError(
            f"The recorded interface '{record.name}' is of {about.film} and {about.substrate}, not {name}."
        )
    value = known[name]
    if value is None:
        raise InputError(f"The recorded interface '{record.name}' has no work function of {name}: no flat vacuum.")
    return Value(value=value, unit="eV", kind="computed", source=_source(record, f"work function of the {name} face"),
                 low=value - WORK_FUNCTION_EV, high=value + WORK_FUNCTION_EV)  # fmt: skip


def _source(record: InterfaceRecord, words: str) -> str:
    return f"computed ({record.about.level}, {words}; {record.about.version})"
