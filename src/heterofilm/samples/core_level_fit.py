"""One set of regions of a sample: every core level of the library that they show, fitted as the sample file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.photoemission.auger import auger_parameter
from ..analysis.photoemission.detect import require_level
from ..analysis.photoemission.energy_axis import Calibration
from ..analysis.photoemission.fit import PeakFit, fit_region
from ..analysis.photoemission.lines import AL_K_ALPHA, RegionModel, model, with_auger
from ..analysis.photoemission.regions import covers
from ..analysis.photoemission.residual import missed, unexplained
from ..analysis.photoemission.settings import LevelSettings, adjusted
from ..analysis.photoemission.shares import Shares, axis_sd, compared, shares_of
from ..errors import InputError
from ..instruments import Measurement
from ..library.core_level import CoreLevel
from ..records.result import Result

__all__ = ["LEFT_OVER", "Fitted", "binding", "fitted"]

Array = NDArray[Any]
LEFT_OVER = 0.1  # of a level's area: more of it unexplained is said beside its numbers


def binding(measurement: Measurement) -> NDArray[np.float64]:
    """Binding energies (eV), from kinetic ones by the photon energy.

    Errors: `HeterofilmError` for what is no photoelectron spectrum, or has kinetic energies and no photon energy.
    """
    if "binding_energy_eV" in measurement.table.columns:
        return measurement.column("binding_energy_eV")
    if "kinetic_energy_eV" not in measurement.table.columns:
        holds = ", ".join(measurement.table.columns) or "an image"
        raise InputError(
            f"'{measurement.name}' is no photoelectron spectrum but {measurement.technique} data "
            f'({measurement.format or "a table"}: {holds}): leave what = "xps" away, or '
            "`heterofilm analyse` its folder."
        )
    photon = measurement.meta.get("photon_energy_eV")
    if not isinstance(photon, int | float):
        raise InputError(
            f"'{measurement.name}' has kinetic energies and no photon energy: add photon_energy = \"1486.6 eV\" "
            "to its line."
        )
    return float(photon) - measurement.column("kinetic_energy_eV")


@dataclass(frozen=True, eq=False)
class Fitted:
    """A core level as found in one region: its fit, the shares of its states where these are told, and what to mind."""

    level: CoreLevel
    region: Measurement
    model: RegionModel
    fit: PeakFit
    shares: Shares | None
    doubts: tuple[str, ...]
    results: tuple[Result, ...]
    auger: Measurement | None = None


def fitted(
    level: CoreLevel,
    region: Measurement,
    said: LevelSettings,
    known: Mapping[str, CoreLevel],
    others: Sequence[Measurement],
    calibration: Calibration | None,
) -> Fitted:
    """Fit `level` to `region`; `others`: the regions measured with it, among them perhaps its Auger line.

    Errors: `HeterofilmError` for settings that make no sense, or a region that does not show the level.
    """
    photon = region.meta.get("photon_energy_eV")
    hv = float(photon) if isinstance(photon, int | float) else AL_K_ALPHA
    E, y = binding(region), region.column("intensity")
    together = level.together is not None and covers(E, level.together.window)
    line = next((one for one in known.values() if one.of_level == level.name), None)
    auger = next((m for m in others if line is not None and covers(binding(m), line.window)), None)
    doubts: list[str] = []
    chosen = said.states
    if auger is not None and line is not None and not chosen:
        chosen = tuple(s.name for s in line.states if s.name in {own.name for own in level.states})
    use = model(level, chosen, together=together, known=known)
    if auger is not None and line is not None:
        told = {s.name for s in line.states}
        if set(use.states) <= told:
            use = with_auger(use, line, hv)
            if said.background:
                use = replace(use, background=said.background)
        else:
            doubts.append(f"{line.title} was measured but tells only {', '.join(sorted(told))}: it is not used")
            auger = None
    use = adjusted(use, said)
    if auger is not None:
        E, y = np.concatenate([E, binding(auger)]), np.concatenate([y, auger.column("intensity")])
    shares: Shares | None = None
    if len(use.states) > 1:
        shares = shares_of(E, y, use, calibration)
        fit = shares.fit
    else:
        fit = _alone(E, y, use, calibration)
    doubts += [*use.notes, *_doubts(level, fit)]
    rows = [replace(row, note="; ".join(doubts)) for row in (shares.results() if shares else ())]
    rows.append(_position(level, fit, calibration, tuple(doubts)))
    if auger is not None:
        strongest = max((x for x in fit.lines if x.level == level.name and x.state), key=lambda x: x.area)
        shift = calibration.shift_eV if calibration else 0.0
        kinetic = hv - (binding(auger) - shift)
        found = auger_parameter(strongest.energy_eV, kinetic, auger.column("intensity"), strongest.energy_sd, line)
        rows += found.results()
    return Fitted(level, region, use, fit, shares, tuple(doubts), tuple(rows), auger)


def _alone(E: Array, y: Array, use: RegionModel, calibration: Calibration | None) -> PeakFit:
    """The fit of a level without shares, if it is there."""
    E = calibration.apply(E) if calibration else E
    use = replace(use, axis_sd=axis_sd(calibration))
    fit = fit_region(E, y, use)
    require_level([(use, fit), compared(E, y, use)], E, y)
    return fit


def _doubts(level: CoreLevel, fit: PeakFit) -> list[str]:
    """What the fit itself gives to doubt."""
    found = []
    over = unexplained(fit, level.name)
    if over > LEFT_OVER:
        found.append(
            f"the lines leave {100.0 * over:.0f} % of the area unexplained: another state, or another shape, is there"
        )
    if structure := missed(fit):
        found.append(f"the residual has structure: {structure[0]}; another state, or another shape, is there")
    held = [f"{x.name} ({', '.join(x.held)})" for x in fit.lines if x.held and x.counted and x.area_sd > 0.0
            and x.area > 3.0 * x.area_sd]  # fmt: skip
    if held:
        found.append(f"at a limit of what the library allows: {'; '.join(held)}")
    return found


def _position(level: CoreLevel, fit: PeakFit, calibration: Calibration | None, doubts: tuple[str, ...]) -> Result:
    own = [x for x in fit.lines if x.level == level.name and x.counted]
    line = max(own, key=lambda x: x.area)
    sd = float(np.hypot(line.energy_sd, 0.0 if calibration is None else calibration.sd_eV))
    axis = "axis as measured" if calibration is None else f"axis by {calibration.reference}"
    return Result(f"{line.name} energy", line.energy_eV, sd, "eV", f"{fit.method}; {axis}", note="; ".join(doubts))
