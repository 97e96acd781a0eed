"""Derived parameters: recorded results as values of the library, beside the library's own, and how to use them.

A recorded result says in ``beside`` what of the library it stands beside: a barrier the D of a phase, a mean voltage
the couples it runs over, an ion at an interface that in one side. None replaces the library's by itself. A barrier is
that of one ion in a perfect crystal; a film's diffusivity holds its grains, their orientation and its fitted transport.

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

TEST = "'Discharge at 5 uA/cm2'"  # to its cut-off


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
    library, values = Library(), []
    for one in found.numbers.values():
        match one.beside:
            case {"phase": phase, "couples": couples, "cell": cell}:
                values.append(_potential(library, one, phase, tuple(couples), cell))
            case {"phase": phase, "cell": cell}:
                values.append(_diffusivity(library, found.numbers, one, phase, cell))
            case {"result": _, "words": words, "use": use} if (gap := interface_binding(found.numbers)) is not None:
                values.append(DerivedParameter(words=words, value=gap, path="", beside="none", use=use))
    return tuple(values)


def interface_binding(numbers: Mapping[str, Recorded]) -> Value | None:
    """Energy of an ion at an interface against that in a side of the slab (eV), with the error of a difference of
    sites; None where not both are recorded."""
    here = next((one for one in numbers.values() if one.beside.get("result") in numbers), None)
    if here is None:
        return None
    there = numbers[here.beside["result"]]
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
    library: Library, numbers: Mapping[str, Recorded], one: Recorded, phase: str, cell: str
) -> DerivedParameter:
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
        use=f"heterofilm simulate {cell} {TEST} --set {path}={D.to(own.unit):.2g}",
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
        use=f"heterofilm simulate {cell} {TEST} {settings}",
    )
