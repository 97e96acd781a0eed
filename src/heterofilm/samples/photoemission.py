"""Core levels of a sample: which there are, the states of each and how much of it, and how much of each element."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from ..analysis.photoemission.background import SAID, NoBackground
from ..analysis.photoemission.detect import NotDetected
from ..analysis.photoemission.energy_axis import Calibration, calibrate
from ..analysis.photoemission.regions import covers, is_survey, levels_in, named
from ..analysis.photoemission.settings import LevelSettings
from ..analysis.photoemission.shares import Shares, series_table
from ..errors import HeterofilmError, InputError, did_you_mean
from ..instruments import Measurement
from ..library.core_level import CoreLevel
from ..library.core_levels import core_levels
from ..plots.xps import chemist, core_level_figure, region_figure, states_figure
from ..records.result import Result
from ..reports.page import Drawable
from .contents import contents
from .core_level_fit import Fitted, binding, fitted
from .findings import Findings, slug, slugs
from .fit_numbers import of_lines
from .job import Job, attempt
from .sample_file import FileEntry, LevelEntry

__all__ = ["binding", "core_level_states"]


def core_level_states(job: Job, own: Sequence[str | Path] = ()) -> Findings:
    """Every core level in every file; the shares of its states over potential where the sample file gives potentials.

    `own`: files of core levels beside those that the sample file names.
    """
    found = Findings()
    series: list[tuple[float, list[Shares]]] = []
    sets = list(_sets(job))
    for (path, said, regions), label in zip(
        sets, slugs([name for name, _, _ in sets], [said for _, said, _ in sets]), strict=True
    ):
        shares: list[Shares] = []
        alone = attempt(said, partial(_file, job, regions, shares, said if said != path else "", own))
        found += alone.of_file(job.sample.name, said, label)
        potential = regions[0][0].potential
        if potential is not None and said != path:
            told = f"{said}: the potential of its line is that of the whole file, and this is one of several in it"
            found += Findings(notes=[told])
        elif potential is not None and shares:
            series.append((potential.to("V"), shares))
    if len(series) > 1:
        table = series_table([(U, s) for U, s in series])
        found += Findings([], [states_figure(table)], {"states": table})
    return found


Regions = list[tuple[FileEntry, Measurement]]


def _sets(job: Job) -> Iterator[tuple[str, str, Regions]]:
    """Path, name and regions of what was measured together: of a file each of its samples, each repeat of its regions.

    The name is the path alone where a file holds one set.
    """
    for path in dict.fromkeys(entry.path for entry, _ in job.parts):
        found: dict[tuple[str, int], Regions] = {}
        seen: Counter[tuple[str, str]] = Counter()
        for entry, m in job.parts:
            if entry.path != path:
                continue
            sample = str(m.meta.get("sample", ""))
            block = re.sub(r" \(\d+\)$", "", str(m.meta.get("block", m.name)))
            seen[sample, block] += 1
            found.setdefault((sample, seen[sample, block]), []).append((entry, m))
        samples = {sample for sample, _ in found}
        repeats = {number for _, number in found}
        for (sample, number), regions in found.items():
            words = [sample or "no name"] if len(samples) > 1 else []
            words += [f"repeat {number}"] if len(repeats) > 1 else []
            yield path, f"{path}, {', '.join(words)}" if words else path, regions


def _file(
    job: Job, regions: Regions, shares: list[Shares], which: str = "", own: Sequence[str | Path] = ()
) -> Findings:
    """The core levels that one set of regions shows; shares of states are added to `shares`.

    `which`: its name within its file.
    """
    entry = regions[0][0]
    known = core_levels([*(job.sample.folder / path for path in entry.core_levels), *own])
    everything = [m for _, m in regions]
    notes = [note for m in everything for note in m.notes]
    measurements = [m for m in everything if not is_survey(binding(m))]
    candidates: dict[str, Measurement] = {}
    for m in measurements:
        for level in levels_in(_called(m), binding(m), known):
            if not level.of_level:
                candidates.setdefault(level.name, m)
    for beside in [known[name].together for name in candidates]:  # fitted along with its neighbour, not twice
        if beside is not None and beside.level in candidates and _one_region(beside.level, beside.window, candidates):
            del candidates[beside.level]
    _check_settings(entry, known, candidates)
    calibration = _calibration(measurements, candidates, known, entry.calibration, notes)
    found: list[Fitted] = []
    figures: list[Drawable] = []
    seen: set[int] = set()
    why: dict[int, list[str]] = {}
    absent: set[str] = set()
    title = which or Path(entry.path).stem
    for name, region in candidates.items():
        settings = _settings(entry, name)
        others = [m for m in measurements if m is not region]
        try:
            one = fitted(known[name], region, settings, known, others, calibration)
        except HeterofilmError as error:
            # settings that make no sense are refused; a spectrum that cannot be fitted stops no other
            if name in entry.level and not isinstance(error, NoBackground | NotDetected):
                raise
            why.setdefault(id(region), []).append(str(error))
            absent |= {name} if isinstance(error, NotDetected) else set()
            continue
        found.append(one)
        seen |= {id(region)} | ({id(one.auger)} if one.auger is not None else set())
        if one.shares is not None:
            shares.append(one.shares)
        for window, m in zip(one.fit.windows(), [region, one.auger or region], strict=False):
            label = f"{chemist(m.name)}, {title}"
            figures.append(core_level_figure(window, label, name=slug(name if m is region else m.name),
                                             doubts=one.doubts))  # fmt: skip
    for m in everything:
        if id(m) not in seen:
            reason = "; ".join(why.get(id(m), [])) or _not_fitted(m, known)
            notes.append(f"{m.name}: not fitted: {reason}")
            figures.append(region_figure(binding(m), m.column("intensity"), f"{chemist(m.name)}, {title}",
                                         f"Not fitted: {reason}", name=slug(m.name)))  # fmt: skip
    rows: list[Result] = []
    rows += calibration.results() if calibration is not None and found else []
    rows += [row for one in found for row in one.results]
    methods = _methods(found, calibration)
    left = _left_out([m for m in measurements if id(m) not in seen], candidates, absent)
    rows += contents(found, known, left, notes, methods)
    notes += [f"{one.region.name}: {doubt}" for one in found for doubt in one.doubts]
    tables = {f"{slug(one.level.name)}-lines": of_lines(one) for one in found}
    return Findings(rows, figures, tables, methods, notes)


def _called(m: Measurement) -> tuple[str, ...]:
    """What a region is called: by its file, and by whom measured it."""
    words = (str(m.meta.get("region", "")), str(m.meta.get("block", m.name)))
    return words if any(named(word) for word in words) else (m.name,)


def _one_region(name: str, window: tuple[float, float], candidates: Mapping[str, Measurement]) -> bool:
    """Whether the region of a level is the one that it shares with its neighbour."""
    return covers(binding(candidates[name]), window)


def _not_fitted(m: Measurement, known: Mapping[str, CoreLevel]) -> str:
    if is_survey(binding(m)):
        return "a survey (steps above 0.3 eV, or fewer than 40 points)"
    called = [name for word in _called(m) for name in named(word)]
    missing = [name for name in called if name not in known]
    if missing:
        return (
            f'the library has no core level {" or ".join(dict.fromkeys(missing))}; core_levels = ["own.toml"] adds one'
        )
    if called:
        E = binding(m)
        level = known[called[0]]
        if level.of_level:
            return f"it tells the states of {level.of_level}, which was not fitted with it"
        low, high = level.window
        if covers(E, level.window):
            return f"another region of the same sample shows {called[0]} too, and that was fitted"
        return f"it covers {E.min():.1f} to {E.max():.1f} eV, and {called[0]} needs {low:g} to {high:g} eV"
    return "its name tells no core level, and it covers the window of none in the library"


def _check_settings(entry: FileEntry, known: Mapping[str, CoreLevel], candidates: Mapping[str, Measurement]) -> None:
    for name in entry.level:
        if name not in known:
            raise InputError(f"level.{name}: there is no such core level.{did_you_mean(name, known)} "
                             f"Known: {', '.join(known)}.")  # fmt: skip
        if name not in candidates:
            raise InputError(
                f"level.{name} has no effect: '{entry.path}' has no region of it. It has "
                f"{', '.join(candidates) or 'none that is known'}."
            )


def _settings(entry: FileEntry, name: str) -> LevelSettings:
    said = entry.level.get(name, LevelEntry())
    return LevelSettings(
        said.window, said.background or entry.background, said.states, said.start, said.fixed, said.bounds, said.links,
        said.without,
    )  # fmt: skip


def _methods(found: list[Fitted], calibration: Calibration | None) -> list[str]:
    reference = "are as measured" if calibration is None else f"refer to {calibration.reference}"
    methods = [f"Binding energies {reference}."] if found else []
    for one in found:
        kind = one.model.background
        under = f"{SAID[kind]} ({kind})" if kind.startswith("tougaard") else SAID.get(kind, f"the background {kind}")
        windows = " and ".join(f"{low:g} to {high:g} eV" for low, high in one.model.windows)
        methods.append(
            f"{one.model.title}: {len(one.model.lines)} lines (core level {one.level.name}: "
            f"{', '.join(one.model.states) or 'no chemical states assigned'}) over {under} "
            f"from {windows}, as far as measured; "
            f"positions and shapes: {'; '.join(one.model.sources)}."
        )
    if any(one.shares is not None for one in found):
        methods.append(
            "Uncertainties of the shares hold noise, window, background, line shape, positions and widths within the "
            "library's limits, energy axis, and what the lines leave unexplained."
        )
    return methods


def _left_out(
    regions: Sequence[Measurement], candidates: Mapping[str, Measurement], absent: Collection[str]
) -> dict[str, str]:
    """Core level -> why its region counts for no content: all that were measured and not fitted, Auger lines aside."""
    left: dict[str, str] = {}
    for m in regions:
        own = [name for name, region in candidates.items() if region is m]
        for name in own or [name for word in _called(m) for name in named(word) if name[-1] in "spdf"]:
            left[name] = "not detected" if name in absent else "measured, not fitted"
    return left


def _calibration(
    measurements: list[Measurement],
    candidates: Mapping[str, Measurement],
    known: Mapping[str, CoreLevel],
    wanted: str,
    notes: list[str],
) -> Calibration | None:
    """The shift by the line that the sample file wants ("none" for no shift).

    Without one by the oxide's own O 1s where vanadium lies beside it, the better known of the two, else by C 1s.
    """
    if wanted == "none":
        return None
    references = [wanted] if wanted else (["O 1s"] if "V2p" in candidates else []) + ["C 1s"]
    for reference in references:
        level = known[reference.replace(" ", "")]
        for m in measurements:
            if covers(binding(m), level.window, 3.0) and (wanted or level.name in _levels(m, known)):
                try:
                    return calibrate(binding(m), m.column("intensity"), reference)
                except HeterofilmError as error:
                    notes.append(f"{m.name}, {reference}: {error}")
    notes.append(f"no {' and no '.join(references)} to calibrate by: energies are as measured")
    return None


def _levels(m: Measurement, known: Mapping[str, CoreLevel]) -> set[str]:
    found = levels_in(_called(m), binding(m), known)
    return {level.name for level in found} | {level.together.level for level in found if level.together is not None}
