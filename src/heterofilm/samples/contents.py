"""How much of each element: atomic per cent and ratios from the fitted levels, and what they leave out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..analysis.photoemission.lines import AL_K_ALPHA
from ..analysis.photoemission.quantify import atomic_ratios
from ..analysis.photoemission.residual import unexplained
from ..library.core_level import CoreLevel
from ..records.result import Result
from .core_level_fit import LEFT_OVER, Fitted

__all__ = ["contents"]

RATIOS = (("Cu", "V"), ("N", "P"), ("Li", "P"), ("O", "P"))  # of elements, told where both were measured
CARBON = "C1s"  # adventitious: left out of the atomic per cent, and told beside it
MOSTLY = 0.5  # of a level's area: with more of it unexplained its area counts for no content


def contents(
    found: list[Fitted], known: Mapping[str, CoreLevel], left: Mapping[str, str], notes: list[str], methods: list[str]
) -> list[Result]:
    """Atomic per cent and ratios of elements from the areas per time of all fitted levels.

    `left`: the levels that were measured and not fitted, and why: what is not counted makes all the others too much.
    """
    refused: dict[str, str] = {}  # fitted, and yet of no use here
    poor: dict[str, float] = {}
    areas: dict[str, float] = {}
    variance: dict[str, float] = {}
    binding_eV: dict[str, float] = {}
    photons = set()
    for one in found:
        region = one.region
        dwell, scans = region.meta.get("dwell_s"), region.meta.get("scans", 1.0)
        counted = region.meta.get("intensity_unit") == "counts"
        if not counted and region.meta.get("intensity_unit") not in ("counts/s", "CPS"):
            notes.append(f"{region.name}: the file does not say whether it counts or gives rates; rates were assumed")
        if counted and not isinstance(dwell, int | float):
            notes.append(f"{region.name}: counts without a dwell time; atomic ratios need both, and are left out")
            return []
        read = [name for name in region.table.columns if "transmission" in name.lower()]
        if read:
            said = f"the file's column '{read[0]}' (analyser transmission) was not used: it was assumed constant"
            notes += [said] if said not in notes else []
        photon = region.meta.get("photon_energy_eV")
        photons.add(float(photon) if isinstance(photon, int | float) else AL_K_ALPHA)
        time = float(dwell) * float(scans) if counted and isinstance(dwell, int | float) else 1.0
        counted_lines = [line for line in one.fit.lines if line.counted]
        for name in dict.fromkeys(line.level for line in counted_lines):
            over = unexplained(one.fit, name) if any(x.area > 0.0 for x in counted_lines if x.level == name) else 0.0
            if known[name].sensitivity is None:
                refused[name] = "no sensitivity factor"
            elif over > MOSTLY:
                refused[name] = f"its lines leave {100.0 * over:.0f} % of the area unexplained"
            elif over > LEFT_OVER:
                poor[name] = over
        for line in counted_lines:
            if line.level in refused:
                continue
            areas[line.level] = areas.get(line.level, 0.0) + line.area / time
            variance[line.level] = variance.get(line.level, 0.0) + (line.area_sd / time) ** 2
            binding_eV.setdefault(line.level, line.energy_eV)
    missing = {
        name: why
        for name, why in {**left, **refused}.items()
        if name != CARBON and not any(_same(name, kept) for kept in areas)
    }
    if len(set(areas) - {CARBON}) < 2:
        if missing and len({one.level.name for one in found} - {CARBON}) > 1:
            notes.append(f"no atomic per cent: {_listed(missing)}")
        return []
    other = [hv for hv in photons if abs(hv - AL_K_ALPHA) > 1.0]
    if other or len(photons) > 1:
        notes.append(f"photon energy {', '.join(f'{hv:g}' for hv in sorted(photons))} eV: sensitivity factors are for "
                     f"Al K-alpha ({AL_K_ALPHA:g} eV); atomic ratios are left out")  # fmt: skip
        return []
    sds = {name: v**0.5 for name, v in variance.items()}
    rest = {name: area for name, area in areas.items() if name != CARBON}
    ratios = atomic_ratios(rest, photons.pop(), binding_eV, areas_sd=sds, known=known)
    method = ratios.method
    if CARBON in areas:
        whole = atomic_ratios(areas, AL_K_ALPHA, binding_eV, areas_sd=sds, known=known)
        method += f"; carbon left out ({100.0 * whole.shares[CARBON]:.0f} ± {100.0 * whole.sd[CARBON]:.0f} at.% of all)"
    geometry = next(known[name].geometry for name in rest)
    misfit = {name: f"{100.0 * over:.0f} %" for name, over in poor.items() if name in rest}
    unsure = f"area that the lines leave unexplained, not in the uncertainty: {_listed(misfit)}" if misfit else ""
    whole_of = f"of {', '.join(ratios.elements.values())} alone; not counted: {_listed(missing)}" if missing else ""
    note = "; ".join(filter(None, [whole_of, unsure]))
    results = [
        Result(f"{ratios.elements[name]} content", 100.0 * ratios.shares[name], 100.0 * ratios.sd[name], "at.%", method,
               note=note)
        for name in rest
    ]  # fmt: skip
    factors = ", ".join(f"{name} {known[name].sensitivity.value:g}" for name in areas)  # type: ignore[union-attr]
    methods.append(f"Atomic ratios: {ratios.method} (sensitivity factors, C 1s = 1: {factors}; {geometry}).")
    of = {element: name for name, element in ratios.elements.items()}
    for above, below in RATIOS:
        if above in of and below in of and ratios.shares[of[below]] > 0.0:
            value, sd = ratios.ratio(of[above], of[below])
            touched = unsure if {of[above], of[below]} & set(misfit) else ""
            results.append(Result(f"{above}/{below} at the surface", value, sd, "1", method, note=touched))
    return results


def _listed(reasons: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({why})" for name, why in reasons.items())


def _same(one: str, other: str) -> bool:
    """Whether two levels are of one element."""
    element = re.compile("[A-Z][a-z]?")
    return element.findall(one)[:1] == element.findall(other)[:1]
