"""``heterofilm cv``: peaks, b-values and the split after Dunn."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence

import polars as pl

from ..analysis.electrochemistry.cv import DunnSplit, Peak, Sweep, peaks
from ..analysis.electrochemistry.cv_rates import scan_regime, why_no_b
from ..analysis.electrochemistry.cv_tracks import LEAST, Track, follow, last_at_each_rate, of_record
from ..analysis.electrochemistry.cv_tracks import splits as dunn
from ..errors import HeterofilmError
from ..figures.figure import Figure
from ..plots.cv import b_value_figure, dunn_figure, voltammogram_figure
from .inputs import check_outputs, lines, quantity, read_record, said_of, write_outputs


def run(given: argparse.Namespace) -> int:
    """Print peaks, b-values and shares; write the figures and the table of peaks."""
    check_outputs(given.plot, given.out)
    D = None if given.diffusion is None else quantity(given.diffusion, "m2/s", "diffusion", "1e-13cm2/s")
    records = [read_record(file, given.thickness, given.area, given.columns) for file in given.files]
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
    splits = dunn(last, thickness, D)
    print(_rates(tracks, splits, chosen, thickness, D))
    for file, record in zip(given.files, records, strict=True):
        if said := said_of(record):
            print(f"\n{file}\n{said}" if len(records) > 1 else f"\n{said}")
    title = str(records[0].meta.get("title") or "Cyclic voltammogram")
    figures: list[Figure] = [voltammogram_figure(chosen, [p for _, ps in found for p in ps], title)]
    if tracks:
        figures.append(b_value_figure(tracks))
    if splits:
        figures.append(dunn_figure(splits))
    write_outputs(given.plot, figures, given.out, _table(found))
    return 0


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
        verdict, reason = why_no_b(b)
        value = f"b = {b.b:.3f} ± {b.stderr:.3f} ({b.low:.3f} to {b.high:.3f}, 95 %; R2 {b.r2:.4f})"
        said.append(f"{f'b {verdict} ({reason})' if verdict else value} of the peak {name}, {span}")
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
