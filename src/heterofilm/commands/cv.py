"""``heterofilm cv``: find peaks and b-values of cyclic voltammograms, and separate currents after Dunn."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence

import polars as pl

from ..analysis.electrochemistry.cv import SIGNAL_TO_NOISE, DunnSplit, Peak, Sweep, peaks
from ..analysis.electrochemistry.cv_couples import one_kind
from ..analysis.electrochemistry.cv_rates import scan_regime, why_no_b
from ..analysis.electrochemistry.cv_results import CLEAN
from ..analysis.electrochemistry.cv_sweeps import at_each_rate, whole
from ..analysis.electrochemistry.cv_tracks import LEAST, Track, follow, last_at_each_rate, of_record
from ..analysis.electrochemistry.cv_tracks import splits as dunn
from ..errors import InputError
from ..figures.figure import Figure
from ..plots.cv import b_value_figure, dunn_figure, voltammogram_figure
from ..plots.voltage import volts
from ..units import from_si
from ..wording import plus_minus
from .inputs import check_outputs, lines, quantity, read_record, said_of, write_outputs
from .options import record_options

GROUP = "analyse"
EXAMPLES = (
    "heterofilm cv cv.nc --plot cv.png",
    "heterofilm cv 0.1.csv 0.2.csv 0.5.csv 1.0.csv --baseline tangent",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="records, for example one for each scan rate")
    parser.add_argument(
        "--diffusion", metavar="D", help="diffusivity of Li in the film, for example 1e-13cm2/s: says what b can mean"
    )
    parser.add_argument(
        "--all", action="store_true", help="analyse every sweep, not only the last two at each scan rate"
    )
    parser.add_argument("--scan-rate", metavar="RATE", help="scan rate of files without times, for example 0.2mV/s")
    parser.add_argument(
        "--baseline", choices=("chord", "tangent", "zero"), default="chord", help="baseline below the peaks"
    )
    parser.add_argument(
        "--signal-to-noise", type=float, metavar="N", help="least signal-to-noise ratio of a peak (default: 5)"
    )
    record_options(parser)


def run(given: argparse.Namespace) -> int:
    """Print peaks, b-values and shares; write the figures and the table of peaks."""
    check_outputs(given.plot, given.out)
    D = None if given.diffusion is None else quantity(given.diffusion, "m2/s", "diffusion", "1e-13cm2/s")
    least = SIGNAL_TO_NOISE if given.signal_to_noise is None else given.signal_to_noise
    records = [read_record(file, given.thickness, given.area, given.columns, given.scan_rate) for file in given.files]
    raw = [of_record(record) for record in records]
    every = [sweep for found in raw for sweep in found]
    if not every:
        raise InputError("There is no sweep of the potential in these files.")
    cycles = [sweep for found in raw for sweep in whole(found)]
    last = last_at_each_rate(cycles)

    def with_peaks(sweeps: Sequence[Sweep]) -> list[tuple[Sweep, tuple[Peak, ...]]]:
        return [(s, peaks(s, baseline=given.baseline, signal_to_noise=least)) for s in sweeps]

    at_last = one_kind(with_peaks(last))
    found = with_peaks(every) if given.all else at_last
    print(printed(found))
    print(_assumed(found, [str(r.meta.get("notes") or "") for r in records], least))
    L = records[0].meta.get("thickness_m")
    thickness = float(L) if isinstance(L, int | float) else None
    tracks = follow(at_last, with_peaks(cycles))
    splits = dunn(cycles, thickness, D)
    counts = sorted({len([s for s in group if s.direction == way]) for group in at_each_rate(cycles)
                     for way in ("cathodic", "anodic")} - {0})  # fmt: skip
    print(_rates(tracks, splits, last, thickness, D, counts))
    for file, record in zip(given.files, records, strict=True):
        if said := said_of(record):
            print(f"\n{file}\n{said}" if len(records) > 1 else f"\n{said}")
    title = str(records[0].meta.get("title") or "Cyclic voltammogram")
    shown = [sweep for sweep, _ in found]
    figures: list[Figure] = [voltammogram_figure(shown, [p for _, ps in found for p in ps], title, volts(*records))]
    if tracks:
        figures.append(b_value_figure(tracks))
    if any(not split.why_not for split in splits.values()):
        figures.append(dunn_figure(splits))
    write_outputs(given.plot, figures, given.out, _table(found))
    return 0


def printed(found: Sequence[tuple[Sweep, Sequence[Peak]]]) -> str:
    """A line per peak; a sweep without one says so."""
    rows = []
    for sweep, ps in found:
        head = (sweep.direction, f"{1e3 * sweep.scan_rate_V_s:.3g} mV/s")
        if not ps:
            rows.append((*head, "no peak", "", "", "", "", "", ""))
        for p in ps:
            ratio = f"{p.signal_to_noise:.0f}" if p.signal_to_noise < CLEAN else "no noise"
            rows.append(
                (
                    *head, f"{p.potential_V:.3f} V", f"{100 * p.current:.3g} uA/cm2", f"{100 * p.height:.3g} uA/cm2",
                    f"{1e3 * p.width_V:.0f} mV", f"{from_si(p.charge, 'uAh/cm2'):.3g} uAh/cm2", p.kind, ratio,
                )
            )  # fmt: skip
    heads = ("sweep", "rate", "peak at", "current", "above baseline", "width", "charge", "baseline", "S/N")
    return lines(heads, rows)


def _assumed(found: Sequence[tuple[Sweep, Sequence[Peak]]], notes: Sequence[str], least: float) -> str:
    """What was assumed or done on the way to these peaks, each once."""
    said = [f"A peak stands out by {least:g} times the noise of the smoothed current (S/N) or more."]
    said += [note for note in dict.fromkeys(notes) if note]
    for note in dict.fromkeys(sweep.note for sweep, _ in found if sweep.note):
        which = [f"{s.direction}, {1e3 * s.scan_rate_V_s:.3g} mV/s" for s, _ in found if s.note == note]
        said.append(f"Sweep {' and '.join(which)}: {note}.")
    for sweep, ps in found:
        if ps and ps[0].stray:
            name = f"{sweep.direction}, {1e3 * sweep.scan_rate_V_s:.3g} mV/s"
            said.append(f"Sweep {name}: {ps[0].stray} stray points were left out.")
    for text in dict.fromkeys(p.baseline for _, ps in found for p in ps if p.kind == "zero" and len(p.baseline) > 12):
        which = [f"{s.direction} {p.potential_V:.2f} V, {1e3 * s.scan_rate_V_s:.3g} mV/s"
                 for s, ps in found for p in ps if p.baseline == text]  # fmt: skip
        said.append(f"Baseline of {'; '.join(which)}: {text}.")
    return "\n" + "\n".join(line for text in said for line in textwrap.wrap(text, 118))


def _rates(
    tracks: dict[str, Track], splits: dict[str, DunnSplit], found: Sequence[Sweep], L: float | None, D: float | None,
    cycles: Sequence[int],
) -> str:  # fmt: skip
    """b-values, shares, and what the scan rates mean for this film."""
    said = [""]
    if (tracks or splits) and cycles and cycles[-1] > 1:
        many = str(cycles[0]) if len(cycles) == 1 else f"{cycles[0]} to {cycles[-1]}"
        said.append(f"b and the split after Dunn: means over all {many} cycles at each rate.")
    for name, (rates, _, b) in tracks.items():
        span = f"{1e3 * rates[0]:.3g} to {1e3 * rates[-1]:.3g} mV/s"
        reason = why_no_b(b)
        value = f"b = {plus_minus(b.b, b.stderr)} ({b.low:.3f} to {b.high:.3f}, 95 %; R2 {b.r2:.4f})"
        said.append(f"{f'b not determined ({reason})' if reason else value} of the peak {name}, {span}")
    for direction, split in splits.items():
        if split.why_not:
            said.append(f"Share of k1 v, {direction}: not determined, {split.why_not}.")
            continue
        shares = ", ".join(
            f"{100 * share:.0f} ± {100 * sigma:.0f} % at {1e3 * v:.3g} mV/s"
            for v, share, sigma in zip(split.scan_rate_V_s, split.share, split.share_sigma, strict=True)
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
            "baseline": p.baseline, "signal_to_noise": p.signal_to_noise, "sweep_note": sweep.note,
        }
        for sweep, ps in found
        for p in ps
    ]  # fmt: skip
    return pl.DataFrame(rows)
