"""``heterofilm cv``: peaks, b-values and the split after Dunn."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence

import polars as pl

from ..analysis.cv import BValue, DunnSplit, Peak, Sweep, b_value, dunn_split, on_common_grid, peaks, sweeps
from ..analysis.cv_rates import scan_regime
from ..errors import HeterofilmError
from ..record import Record
from ..report.cv_plots import b_value_figure, dunn_figure, voltammogram_figure
from ..report.figure import Figure
from .inputs import check_outputs, lines, quantity, read_record, write_outputs

SAME_RATE = 0.05  # scan rates that differ by less are one
FOLLOWED = 0.2  # V: from one rate to the next a peak moves by less
LEAST = 3  # scan rates for a b-value

Track = tuple[list[float], list[float], BValue]


def run(given: argparse.Namespace) -> int:
    """Print peaks, b-values and shares; write the figures and the table of peaks."""
    check_outputs(given.plot, given.out)
    D = None if given.diffusion is None else quantity(given.diffusion, "m2/s", "diffusion", "1e-13cm2/s")
    records = [read_record(file, given.thickness, given.area) for file in given.files]
    every = [sweep for record in records for sweep in of_record(record)]
    if not every:
        raise HeterofilmError("There is no sweep of the potential in these files.")
    chosen = every if given.all else last_at_each_rate(every)
    found = [(sweep, peaks(sweep)) for sweep in chosen]
    print(printed(found))
    L = records[0].meta.get("thickness_m")
    thickness = float(L) if isinstance(L, int | float) else None
    last = last_at_each_rate(every)
    tracks = follow([(sweep, peaks(sweep)) for sweep in last])
    splits = _splits(last, thickness, D)
    print(_rates(tracks, splits, chosen, thickness, D))
    title = str(records[0].meta.get("title") or "Cyclic voltammogram")
    figures: list[Figure] = [voltammogram_figure(chosen, [p for _, ps in found for p in ps], title)]
    if tracks:
        figures.append(b_value_figure(tracks))
    if splits:
        figures.append(dunn_figure(splits))
    write_outputs(given.plot, figures, given.out, _table(found))
    return 0


def of_record(record: Record) -> tuple[Sweep, ...]:
    """The sweeps of a record: of its sweep steps where it has any, otherwise of all its rows. Currents in A/m2."""
    steps = record.steps.filter(pl.col("kind") == "sweep")["step"]
    frame = record.frame.filter(pl.col("step").is_in(steps.implode())) if steps.len() else record.frame
    if frame.height < 2:
        raise HeterofilmError("This record has no curves: a voltammogram needs current over potential.")
    return sweeps(frame["time_s"], frame["voltage_V"], frame["current_A_m2"])


def last_at_each_rate(found: Sequence[Sweep]) -> list[Sweep]:
    """The last sweep of each direction at each scan rate, from slow to fast."""
    last: dict[tuple[float, str], Sweep] = {}
    rates: list[float] = []
    for sweep in found:
        own = sweep.scan_rate_V_s
        rate = next((r for r in rates if abs(own / r - 1.0) < SAME_RATE), own)
        if rate == own:
            rates.append(rate)
        last.pop((rate, sweep.direction), None)  # so that the last ones stand in the order of time
        last[rate, sweep.direction] = sweep
    return [last[key] for key in sorted(last, key=lambda key: key[0])]


def follow(found: Sequence[tuple[Sweep, Sequence[Peak]]]) -> dict[str, Track]:
    """Peaks followed from the slowest to the fastest sweep by their potential, with b where three rates have them."""
    tracks: dict[str, Track] = {}
    for direction in ("cathodic", "anodic"):
        own = [(s, ps) for s, ps in found if s.direction == direction]
        paths = [[(own[0][0].scan_rate_V_s, peak)] for peak in own[0][1]] if own else []
        for sweep, candidates in own[1:]:
            # the nearest pairs first; where peaks merge, one path goes on and the other ends
            near = sorted(
                ((abs(path[-1][1].potential_V - p.potential_V), k, j) for k, path in enumerate(paths)
                 for j, p in enumerate(candidates))
            )  # fmt: skip
            taken: set[int] = set()
            going: set[int] = set()
            for distance, k, j in near:
                if distance <= FOLLOWED and k not in going and j not in taken:
                    going.add(k)
                    taken.add(j)
                    paths[k].append((sweep.scan_rate_V_s, candidates[j]))
        for path in paths:
            rates, currents = [v for v, _ in path], [p.height for _, p in path]
            if len(rates) >= LEAST:
                tracks[f"{direction}, {path[0][1].potential_V:.2f} V"] = (rates, currents, b_value(rates, currents))
    return tracks


def _splits(found: Sequence[Sweep], thickness: float | None, D: float | None) -> dict[str, DunnSplit]:
    splits = {}
    for direction in ("cathodic", "anodic"):
        own = [s for s in found if s.direction == direction]
        if len(own) >= LEAST:
            splits[direction] = dunn_split(*on_common_grid(own), thickness_m=thickness, D_m2_s=D)
    return splits


def printed(found: Sequence[tuple[Sweep, Sequence[Peak]]]) -> str:
    """A line per peak; a sweep without one says so."""
    rows = []
    for sweep, ps in found:
        head = (sweep.direction, f"{1e3 * sweep.scan_rate_V_s:.3g} mV/s")
        if not ps:
            rows.append((*head, "no peak", "", "", "", ""))
        for p in ps:
            rows.append(
                (
                    *head, f"{p.potential_V:.3f} V", f"{100 * p.current:.3g} uA/cm2", f"{100 * p.height:.3g} uA/cm2",
                    f"{1e3 * p.width_V:.0f} mV", f"{p.charge / 36.0:.3g} uAh/cm2",
                )
            )  # fmt: skip
    return lines(("sweep", "rate", "peak at", "current", "above baseline", "width", "charge"), rows)


def _rates(
    tracks: dict[str, Track], splits: dict[str, DunnSplit], found: Sequence[Sweep], L: float | None, D: float | None
) -> str:
    """b-values, shares, and what the scan rates mean for this film."""
    said = [""]
    for name, (rates, _, b) in tracks.items():
        span = f"{1e3 * rates[0]:.3g} to {1e3 * rates[-1]:.3g} mV/s"
        said.append(f"b = {b.b:.3f} ({b.low:.3f} to {b.high:.3f}, 95 %; R2 {b.r2:.4f}) of the peak {name}, {span}")
    for direction, split in splits.items():
        shares = ", ".join(
            f"{100 * share:.0f} % at {1e3 * v:.3g} mV/s"
            for v, share in zip(split.scan_rate_V_s, split.share, strict=True)
        )
        said.append(f"Share of k1 v, {direction}: {shares}.")
    for direction, split in splits.items():
        if split.warning:
            said += textwrap.wrap(f"Mind, {direction}: {split.warning}", 118)
    if not tracks and not splits:
        said.append(f"b-values and the split after Dunn need {LEAST} scan rates.")
    if L is not None and D is not None and not splits:
        for v in sorted({float(f"{s.scan_rate_V_s:.3g}") for s in found}):
            regime = scan_regime(v, L, D)
            said.append(
                f"At {1e3 * v:.3g} mV/s the film is {_WORDS[regime.regime]} (w = {regime.w:.2g}, b {regime.b:.2f})."
            )
    return "\n".join(said)


_WORDS = {"thin layer": "a thin layer", "finite": "of finite thickness", "semi-infinite": "a half-space"}


def _table(found: Sequence[tuple[Sweep, Sequence[Peak]]]) -> pl.DataFrame:
    rows = [
        {
            "direction": sweep.direction, "scan_rate_V_s": sweep.scan_rate_V_s, "potential_V": p.potential_V,
            "current_A_m2": p.current, "height_A_m2": p.height, "width_V": p.width_V, "charge_C_m2": p.charge,
            "baseline": p.baseline,
        }
        for sweep, ps in found
        for p in ps
    ]  # fmt: skip
    return pl.DataFrame(rows)
