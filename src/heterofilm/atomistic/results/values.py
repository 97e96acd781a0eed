"""Derived parameters: recorded results as values of the library, beside the library's own, and how to use them.

None replaces the library's by itself. A barrier is that of one ion in a perfect crystal; a film's diffusivity holds its
grains, their orientation and its fitted transport as well.

>>> from heterofilm.atomistic.results.evidence import evidence
>>> D = next(one for one in library_values(evidence()) if one.path == "phases.V2O5.D")
>>> D.value.kind, D.value.source.startswith("computed (CHGNet 0.3.0")
('computed', True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...library import Library, Value
from .bias import barrier_error, insertion_error
from .diffusivity import hopping_diffusivity
from .evidence import Evidence
from .recorded import Recorded

__all__ = ["DerivedParameter", "interface_binding", "library_values", "shifted_couples"]

DISCHARGE = "'Discharge at 5 uA/cm2 until 2.15 V'"
# phase by the recorded barrier, and a cell whose film it is in
DIFFUSING = {"V2O5-barrier": ("V2O5", "vo-half"), "Cu2V2O7-barrier": ("Cu2V2O7", "voc1-half")}
# couples that a recorded mean voltage runs over
VOLTAGES = {"V2O5-voltage": ("V2O5", ("alpha-epsilon", "epsilon-delta"), "vo-half")}


@dataclass(frozen=True, kw_only=True)
class DerivedParameter:
    """A computed value, the path of the library's value that it stands beside ("" for none), and how to use it."""

    words: str
    value: Value
    path: str
    beside: str  # the library's number with its kind
    use: str  # a command


def library_values(found: Evidence) -> tuple[DerivedParameter, ...]:
    """Diffusivities, equilibrium potentials and the binding of Li at the interface, as far as they are recorded."""
    library = Library()
    values = []
    for name, (phase, cell) in DIFFUSING.items():
        if name in found.numbers:
            values.append(_diffusivity(library, found.numbers, name, phase, cell))
    for name, (phase, couples, cell) in VOLTAGES.items():
        if name in found.numbers:
            values.append(_potential(library, found.numbers[name], phase, couples, cell))
    binding = interface_binding(found.numbers)
    if binding is not None:
        values.append(
            DerivedParameter(
                words="energy of Li at the interface against the V2O5 side of the same slab",
                value=binding,
                path="",
                beside="none",
                use="sites of the interface fill before those of V2O5 where it is negative by more than its range",
            )
        )
    return tuple(values)


def interface_binding(numbers: Mapping[str, Recorded]) -> Value | None:
    """E(interface) - E(V2O5) of Li in one slab (eV), with the error of a difference of sites; None: not recorded."""
    if not {"adsorption-interface", "adsorption-V2O5"} <= set(numbers):
        return None
    here, there = numbers["adsorption-interface"], numbers["adsorption-V2O5"]
    E = here.value - there.value
    error, _ = insertion_error(numbers)
    return Value(
        value=round(E, 4),
        unit="eV",
        kind="computed",
        low=E - error,
        high=E + error,
        source=f"computed ({here.level}, difference of {here.name} and {there.name}; {here.version})",
    )


def shifted_couples(library: Library, phase: str, couples: tuple[str, ...], voltage: float) -> dict[str, float]:
    """U0 (V) by path of `couples`, all moved by the same step so that their mean by lithium is `voltage`."""
    paths = [f"phases.{phase}.couples.{name}" for name in couples]
    shares = [library.value(f"{path}.lithium").value for path in paths]
    U0 = [library.value(f"{path}.U0").to("V") for path in paths]
    mean = sum(x * U for x, U in zip(shares, U0, strict=True)) / sum(shares)
    return {f"{path}.U0": round(U + voltage - mean, 4) for path, U in zip(paths, U0, strict=True)}


def _diffusivity(
    library: Library, numbers: Mapping[str, Recorded], name: str, phase: str, cell: str
) -> DerivedParameter:
    one = numbers[name]
    dimensions = int(one.more.get("dimensions", 1))
    D = hopping_diffusivity(
        one.value,
        float(one.more["hop_A"]),
        dimensions=dimensions,
        barrier_error_eV=barrier_error(numbers)[0],
        source=one.as_value.source,
    )
    path = f"phases.{phase}.D"
    own = library.value(path)
    return DerivedParameter(
        words=f"D of single ions in perfect {phase}",
        value=D,
        path=path,
        beside=f"{own} ({own.kind})",
        use=f"heterofilm simulate {cell} {DISCHARGE} --set {path}={D.to(own.unit):.2g}",
    )


def _potential(library: Library, one: Recorded, phase: str, couples: tuple[str, ...], cell: str) -> DerivedParameter:
    paths = shifted_couples(library, phase, couples, one.value)
    shares = [library.value(f"phases.{phase}.couples.{name}.lithium").value for name in couples]
    own = [library.value(path) for path in paths]
    mean = sum(x * U.to("V") for x, U in zip(shares, own, strict=True)) / sum(shares)
    kinds = " and ".join(sorted({U.kind for U in own}))
    settings = " ".join(f"--set {path}={U:g}" for path, U in paths.items())
    return DerivedParameter(
        words=one.words,
        value=one.as_value,
        path=next(iter(paths)),
        beside=f"{mean:.3f} V, mean of {' and '.join(couples)} ({kinds})",
        use=f"heterofilm simulate {cell} {DISCHARGE} {settings}",
    )
