"""Values of a cell that nothing follows: of what it does not have, or of what is not modelled in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from .phase import Front, Nucleation, PhaseAgeing
from .schema import Electrolyte, Film, Phase

__all__ = ["hinders_front", "idle"]

HETERO = ("tortuosity_exponent", "hetero_activation_energy")  # of a film that has a value of it all the same


class Made(Protocol):
    """What a cell is made of (`ResolvedCell`)."""

    @property
    def film(self) -> Film: ...
    @property
    def matrix(self) -> Phase: ...
    @property
    def domain(self) -> Phase | None: ...
    @property
    def electrolyte(self) -> Electrolyte: ...
    @property
    def anode_film(self) -> Film | None: ...
    @property
    def anode_phase(self) -> Phase | None: ...


def idle(cell: Made) -> Mapping[str, str]:
    """By path, why a change of the value would change nothing."""
    found: dict[str, str] = {}
    for film, domain in ((cell.film, cell.domain), (cell.anode_film, None)):
        if film is not None:
            found |= _of_film(film, domain)
    for phase in (cell.matrix, cell.domain, cell.anode_phase):
        if phase is not None:
            found |= dict(_of_front(cell, phase)) | _of_nuclei(phase)
    if cell.domain is not None:
        why = f"electrons go through the matrix, '{cell.matrix.name}'"
        found |= {f"phases.{cell.domain.name}.{key}": why for key in ("sigma_e", "activation_energy_sigma")}
    if cell.anode_phase is not None:
        why = "the film of an anode does not age"
        found |= {f"phases.{cell.anode_phase.name}.ageing.{key}": why for key in PhaseAgeing.model_fields}
    if cell.electrolyte.electronic_conductivity is None:
        found[f"electrolytes.{cell.electrolyte.name}.activation_energy_electrons"] = (
            "its electrolyte has no electronic_conductivity"
        )
    return found


def _of_film(film: Film, domain: Phase | None) -> dict[str, str]:
    if domain is not None:
        return {}
    return {f"films.{film.name}.{key}": f"the film '{film.name}' is of one phase" for key in HETERO}


def _of_nuclei(phase: Phase) -> dict[str, str]:
    if any(couple.barrier.value.real > 0.0 for couple in phase.couples):
        return {}
    why = f"no couple of '{phase.name}' has a barrier; set one too"
    return {f"phases.{phase.name}.nucleation.{key}": why for key in Nucleation.model_fields}


def _of_front(cell: Made, phase: Phase) -> Iterator[tuple[str, str]]:
    """What a front would be like, where there is none; where none can be, its energy too."""
    if phase.front is None:
        return
    hindered = hinders_front(cell, phase)
    place = f"phases.{phase.name}.front"
    for key in Front.model_fields:
        if hindered:
            yield f"{place}.{key}", f"no front is modelled there, for {hindered}"
        elif not phase.front.acts and key != "interface_energy":
            yield (
                f"{place}.{key}",
                f"its interface has no energy; set '{place}.interface_energy' too, for example to 50 mJ/m2",
            )


def hinders_front(cell: Made, phase: Phase) -> str:
    """Why no front is modelled in a phase of this cell; nothing where one is."""
    if phase is cell.anode_phase:
        return "it makes the film of the anode"
    if cell.domain is not None:
        return "its film is of two phases, which exchange Li at every place"
    if phase.nucleation is not None:
        return "one of its couples nucleates by a law of its own"
    if phase.sigma_e_of_filling is not None:
        return "its electronic conductivity changes with filling"
    return ""
