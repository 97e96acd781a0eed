"""Rows of the paper that compare cells in words: which is lower, steeper, more stable."""

from __future__ import annotations

from ..analysis.impedance.features import LOWEST, tail_angle
from ..records.spectrum import spectra
from ..study.results import Runs, discharge_capacities
from .claims import FILMS, Claim
from .rates import rate_test
from .verdict import Answer


def solid_lower(runs: Runs, row: Claim) -> Answer | None:
    """Capacity, rate capability and stability of the solid cells beside the liquid half-cells at the same currents."""
    pairs, rates, kept = [], [], []
    for film in FILMS:
        half, solid = f"{film.lower()}-half", f"{film.lower()}-atfb"
        liquid, firsts = runs.discharges(half), runs.discharges(solid)
        pairs += [firsts[i].capacity(step=1) < liquid[i].capacity(step=1) for i in sorted(set(liquid) & set(firsts))]
        share, other = share_at_highest(runs, solid), share_at_highest(runs, half)
        if share is not None and other is not None and share[:2] == other[:2]:
            rates.append((film, share, other))
    for name, record, i in runs.lives():
        beside = runs.life(name.replace("-atfb", "-half"), i) if name.endswith("-atfb") else None
        if beside is not None:
            q = discharge_capacities(record)[1]
            n = min(q.size, beside.size)
            kept.append((f"{name.removesuffix('-atfb').upper()} at {i:g}", q[n - 1] / q[0], beside[n - 1] / beside[0]))
    if not pairs:
        return None
    slower = [share[2] < other[2] for _, share, other in rates]
    less = [bool(solid < liquid) for _, solid, liquid in kept]
    text = f"capacity lower in {sum(pairs)} of {len(pairs)} pairs of film and current"
    if rates:
        text += f"; rate capability lower in {sum(slower)} of {len(rates)} films"
    if kept:
        text += f"; retention lower in {sum(less)} of {len(kept)} pairs"
    notes = []
    if rates:
        low, high = rates[0][1][:2]
        found = ", ".join(f"{film} {share[2]:.2f} against {other[2]:.2f}" for film, share, other in rates)
        notes.append(f"rate capability: capacity at {high:g} over that at {low:g} uA/cm2 in the rate test ({found})")
    if kept:
        notes.append("retention of the first capacity after as many cycles as both have")
    against = [f"{name} uA/cm2 {s:.2f} against {q:.2f}" for (name, s, q), ok in zip(kept, less, strict=True) if not ok]
    if against:
        notes.append(
            f"more stable than the liquid cell: {', '.join(against)}; lithiated less deeply there, the film loses "
            "less, and no measured ageing of the interface to LiPON outweighs it (docs/paper.md)"
        )
    return Answer(text, agrees=all(pairs) and all(slower) and all(less), note="; ".join(notes))


def share_at_highest(runs: Runs, cell: str) -> tuple[float, float, float] | None:
    """Lowest and highest current of a rate test (uA/cm2) and the share of the capacity kept at the highest."""
    summary = rate_test(runs, cell)
    if summary is None:
        return None
    i = summary["current_A_m2"].to_numpy()
    low, high = (float(f"{100.0 * x:.3g}") for x in (i.min(), i.max()))
    return low, high, float(summary["share"][int(i.argmax())])


def steepest(runs: Runs, row: Claim) -> Answer | None:
    """Which film's spectrum ends steepest, as measured: at open circuit as made, down to 10 mHz."""
    found = {}
    for film in FILMS:
        cell = f"{film.lower()}-half"
        for (name, _), record in runs.records.items():
            fresh = name == cell and record.impedance is not None and spectra(record)[0].step == 1
            angle = tail_angle(spectra(record)[0]) if fresh else None
            if angle is not None:
                found[film] = angle
    if len(found) < 3:
        return None
    text = "; ".join(f"{film} {angle:.1f}°" for film, angle in found.items())
    agrees = found["VOC1"] == max(found.values()) and found["VOC2"] == min(found.values())
    note = (
        f"angle of -Im over Re between {1e3 * LOWEST:g} and {1e4 * LOWEST:g} mHz at open circuit as made, 45° for "
        "diffusion and 90° for a capacitor"
    )
    return Answer(text, agrees=agrees, note=note, by_draws=True)
