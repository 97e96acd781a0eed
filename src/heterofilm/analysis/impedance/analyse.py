"""One spectrum analysed as asked: window, features, Kramers-Kronig test, circuit, relaxation times, conductivity.

The command line and the sample file say the same things about a spectrum; both say them with `SpectrumSettings`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import InputError
from ...records.spectrum import Spectrum
from ...units import si
from ..electrochemistry.normalise import Electrode
from .conductivity import Conductivity, circuits_of_film, conductivity
from .fit import CircuitFit, Weighting, fit_circuit
from .kramers_kronig import KramersKronig, kramers_kronig
from .propose import Proposal, propose
from .settings import Bound, Link

__all__ = ["CIRCUITS", "SpectrumSettings", "film_conductivity", "fitted", "proposal", "scaled", "kramers_kronig_of"]

# contacts and electrolyte, one or two interfaces, diffusion to the film's end; the Akaike criterion chooses
CIRCUITS = ("R0-p(R1,CPE1)-Wo1", "R0-p(R1-Wo1,C1)", "R0-p(R1,C1)-p(R2-Wo1,C2)")


@dataclass(frozen=True)
class SpectrumSettings:
    """What a user says about the analysis of a spectrum.

    - `circuit`, and of its values (name -> SI, or ohm cm2 and F/cm2 where the spectrum is per area) `start`, `fixed`,
      `bounds`, `links`; `weights`: see `fit_circuit`;
    - `lowest_Hz`, `highest_Hz`, `without_Hz`: the window, and single points to leave out;
    - `blocking`: it is a film between blocking electrodes, of which `conductor` is the resistance.
    """

    circuit: str = ""
    start: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    weights: Weighting = "modulus"
    lowest_Hz: float = 0.0
    highest_Hz: float = math.inf
    without_Hz: Sequence[float] = ()
    blocking: bool = False
    conductor: str = ""

    def __post_init__(self) -> None:
        if (self.start or self.fixed or self.bounds or self.links) and not self.circuit:
            raise InputError(
                "Starts, fixed values, bounds and links belong to a circuit: name it, for example 'R0-p(R1,CPE1)'."
            )
        if self.conductor and not self.blocking:
            raise InputError(
                f"'{self.conductor}' as the resistance of the film has no effect without blocking electrodes."
            )

    def window(self, spectrum: Spectrum) -> Spectrum:
        """The spectrum within the window.

        Errors: `HeterofilmError` for a limit without effect, or too few points left.
        """
        if self.lowest_Hz == 0.0 and math.isinf(self.highest_Hz) and not self.without_Hz:
            return spectrum
        return spectrum.within(self.lowest_Hz, self.highest_Hz, self.without_Hz)

    @property
    def words(self) -> str:
        """Window and settings for a methods section; empty for none."""
        said = []
        if self.lowest_Hz > 0.0 or math.isfinite(self.highest_Hz):
            if not math.isfinite(self.highest_Hz):
                said.append(f"at {self.lowest_Hz:g} Hz and above")
            elif self.lowest_Hz > 0.0:
                said.append(f"between {self.lowest_Hz:g} and {self.highest_Hz:g} Hz")
            else:
                said.append(f"up to {self.highest_Hz:g} Hz")
        if self.without_Hz:
            said.append(f"without {', '.join(f'{x:g}' for x in self.without_Hz)} Hz")
        said += [f"{name} held at {value:g}" for name, value in self.fixed.items()]
        said += [f"{name} between {low:g} and {high:g}" for name, (low, high) in self.bounds.items()]
        said += [f"{name} = {'' if k == 1.0 else f'{k:g}*'}{other}" for name, (k, other) in self.links.items()]
        said += [f"{name} started from {value:g}" for name, value in self.start.items()]
        return ", ".join(said)


def scaled(spectrum: Spectrum) -> float:
    """Factor from the unit of a spectrum to the one it is analysed in: ohm cm2 per area, else ohm."""
    return 1.0 / si("cm2") if spectrum.unit == "ohm m2" else 1.0


def kramers_kronig_of(spectrum: Spectrum) -> KramersKronig:
    """The Kramers-Kronig test of a spectrum."""
    return kramers_kronig(spectrum.frequency_Hz, scaled(spectrum) * spectrum.impedance)


def fitted(
    spectrum: Spectrum, settings: SpectrumSettings, progress: Callable[[str], None] | None = None
) -> list[CircuitFit]:
    """The circuit that was asked for, else the best of `CIRCUITS` (`BLOCKING` of a film between blocking electrodes).

    Errors: `HeterofilmError` as `fit_circuit`.
    """
    f, Z = spectrum.frequency_Hz, scaled(spectrum) * spectrum.impedance
    choices = (
        circuits_of_film(settings.circuit)
        if settings.blocking
        else (settings.circuit,)
        if settings.circuit
        else CIRCUITS
    )
    fits = []
    for text in choices:
        if progress is not None:
            progress(text)
        fits.append(
            fit_circuit(
                f,
                Z,
                text,
                guess=settings.start,
                fixed=settings.fixed,
                bounds=settings.bounds,
                links=settings.links,
                weighting=settings.weights,
            )
        )
    return sorted(fits, key=lambda fit: fit.aic)


def proposal(spectrum: Spectrum, fit: CircuitFit | None, progress: Callable[[str], None] | None = None) -> Proposal:
    """A better circuit than `fit`, whatever was held or bounded there."""
    weights: Weighting = "modulus" if fit is None else fit.weighting
    return propose(spectrum.frequency_Hz, scaled(spectrum) * spectrum.impedance, weighting=weights, progress=progress)


def film_conductivity(
    spectrum: Spectrum, fits: Sequence[CircuitFit], electrode: Electrode, test: KramersKronig, conductor: str = ""
) -> Conductivity:
    """Conductivity of the film of a spectrum in ohm from its `fitted` circuits (see `conductivity`).

    Errors: `HeterofilmError` for a spectrum per area: its electrode is no longer known.
    """
    if spectrum.unit != "ohm":
        raise InputError("A conductivity needs the spectrum of the whole sample in ohm, with area and thickness.")
    return conductivity(fits[0], electrode, test, spectrum.temperature_K, conductor, fits[1:])
