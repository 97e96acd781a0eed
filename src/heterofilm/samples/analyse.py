"""From a sample file to a paper's table and figures: every file read, analysed, and signed for.

Raw files are only read. Everything that is written goes to a folder of results that can be thrown away and made
again: the same files, sheet and version give the same numbers (``provenance.json`` says which these were).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import polars as pl

from ..errors import HeterofilmError, InputError, did_you_mean
from ..figures.style import Style
from ..files import atomic, prepare_folder, real, write_table
from ..instruments import Measurement
from ..library import Library
from ..records.result import result_table
from .analysed import Analysed
from .compared import compared
from .curves import curves_of
from .decisions import decisions_of, decisions_table
from .file_entry import FileEntry, idle
from .findings import Findings
from .guess import guess, listed, read_entry
from .job import Job, attempt
from .methods import bibtex
from .provenance import check_folder_of, keep, sha256
from .recipe import Recipe
from .sample_file import Sample, load_sample
from .si_table import latex, si_table
from .window import cut
from .workers import Workers

__all__ = ["QUANTITIES", "Analysed", "analyse", "analyse_all", "samples_in", "write"]

QUANTITIES = "quantities.csv"
"""A row a quantity and sample, in the folder of results: what `compare` reads."""

# kind -> module and function; the order is that of the page
ANALYSES: dict[str, tuple[str, str]] = {
    "cycling": ("electrochemistry", "cycling"),
    "cv": ("electrochemistry", "voltammetry"),
    "eis": ("impedance", "impedance"),
    "gitt": ("electrochemistry", "titration"),
    "xps": ("photoemission", "core_level_states"),
    "ups": ("levels", "edges"),
    "uvvis": ("levels", "optical_gap"),
    "photoluminescence": ("emission", "luminescence"),
    "energy spectrum": ("emission", "energy_spectrum"),
    "raman": ("structure", "raman"),
    "raman map": ("structure", "raman_series"),
    "xrd": ("structure", "diffraction"),
    "depth profile": ("depth", "depth"),
    "ion maps": ("depth", "volumes"),
    "composition": ("microscopy", "composition"),
    "line scan": ("elements", "line_scan"),
    "element maps": ("elements", "maps"),
    "hrtem": ("microscopy", "fringes"),
    "cross-section": ("microscopy", "cross_section"),
    "surface": ("microscopy", "surface"),
}


def analyse(
    sample: Sample | str | Path,
    progress: Callable[[str], None] | None = None,
    *,
    only: Collection[str] = (),
    again: Recipe | None = None,
) -> Analysed:
    """Read and analyse every file of a sample. A file or analysis that fails is noted and the rest goes on.

    `progress` is called with the name of what is done next; `only` these kinds of measurement are analysed, all by
    default; `again`: settings of another sample or of a recipe file, for lines that do not make them themselves.

    Errors: `HeterofilmError` for a sample file that makes no sense, a sample without files, an unknown kind, and one of
    which the sample has nothing.
    """
    own = sample if isinstance(sample, Sample) else load_sample(sample)
    return analyse_all([own], progress, only=only, again=again)[0]


def analyse_all(
    samples: Iterable[Sample],
    progress: Callable[[str], None] | None = None,
    *,
    only: Collection[str] = (),
    again: Recipe | None = None,
    workers: Workers | None = None,
    broken: list[tuple[str, str]] | None = None,
) -> list[Analysed]:
    """As `analyse`, for several samples; with `workers` their analyses run beside each other.

    `broken`: where it is given, a sample that cannot be begun with is put there with the reason.
    """
    for kind in only:
        if kind not in ANALYSES:
            raise InputError(
                f"There is no kind of measurement '{kind}'.{did_you_mean(kind, ANALYSES)} Known: {', '.join(ANALYSES)}."
            )
    found: list[Analysed] = []
    tasks: list[tuple[Analysed, Job]] = []
    for sample in samples:
        try:
            done, jobs = _read(sample, progress, only, again)
        except HeterofilmError as error:
            if broken is None:
                raise
            broken.append((sample.name, str(error)))
            continue
        found.append(done)
        tasks += [(done, Job(kind, jobs[kind], sample)) for kind in ANALYSES if jobs.get(kind)]
    results = (workers or Workers()).map(_run, [(job,) for _, job in tasks])
    for done, job in tasks:
        if progress is not None:
            progress(job.kind)
        one = next(results)
        done.failed += one.failed
        if one.results or one.figures:
            done.findings[job.kind] = one
    for done in found:
        if "composition" not in done.findings and (not only or "composition" in only):
            from .microscopy import stated_composition

            stated = stated_composition(done.sample)
            if stated is not None:
                done.findings["composition"] = stated
    return found


def _run(job: Job) -> Findings:
    """What is found in the measurements of one kind."""
    module, name = ANALYSES[job.kind]
    run: Callable[[Job], Findings] = getattr(import_module(f"{__package__}.{module}"), name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits that were tried; what matters stands in the notes
        return attempt(job.kind, partial(run, job))


Jobs = dict[str, list[tuple[FileEntry, Measurement]]]


def _read(
    sample: Sample, progress: Callable[[str], None] | None, only: Collection[str], again: Recipe | None
) -> tuple[Analysed, Jobs]:
    """Every file of a sample, read and sorted by kind."""
    if sample.sheet.film:
        Library().film(sample.sheet.film)  # an unknown name is told before any work
    done = Analysed(sample)
    lines: list[FileEntry] = []
    taken: dict[str, tuple[tuple[str, ...], str]] = {}
    jobs: Jobs = {}
    for entry in listed(sample):
        if progress is not None:
            progress(entry.path)
        if entry.what == "ignore" or (only and entry.what and entry.what not in only):
            continue
        try:
            line, added = _sort(sample, entry, jobs, done, only, again)
        except HeterofilmError as error:
            done.failed.append((entry.path, str(error)))
            continue
        lines.append(line)
        if added and again is not None:
            taken[line.path] = (added, again.source)
    done.decisions = decisions_of(lines, taken)
    if only and not done.files and not done.failed:
        raise InputError(f"The sample '{sample.name}' has no {' or '.join(only)} measurement.")
    return done, jobs


def _sort(
    sample: Sample,
    entry: FileEntry,
    jobs: Jobs,
    done: Analysed,
    only: Collection[str],
    again: Recipe | None,
) -> tuple[FileEntry, tuple[str, ...]]:
    """Read one file and put its measurements where they belong; its line, and what a recipe added to that."""
    path = sample.path(entry)
    measurements = read_entry(sample, entry)
    kinds = [entry.what or guess(m, path) for m in measurements]
    every = list(dict.fromkeys(kind for kind in kinds if kind in ANALYSES))
    known = [kind for kind in every if not only or kind in only]
    if every and not known:
        return entry, ()
    done.hashes[entry.path] = sha256(path)
    done.files[entry.path] = ", ".join(known)
    without_effect = idle(entry, every) if every else []
    if without_effect:
        listed = ", ".join(f"'{key}'" for key in without_effect)
        raise InputError(f"{listed} has no effect on {' and '.join(every)} data: leave it out of the line.")
    if not known:
        raise InputError(
            f"'{entry.path}' was read as {measurements[0].technique} ({measurements[0].format}), but what it "
            'shows cannot be told: add what = "..." to its line in the sample file.'
        )
    entry, added = again.applied(entry, known) if again is not None else (entry, ())
    wanted = [(kind, cut(entry, kind, m)) for m, kind in zip(measurements, kinds, strict=True) if kind in known]
    for kind, m in wanted:
        jobs.setdefault(kind, []).append((entry, m))
        if m.format and m.format not in done.formats.setdefault(kind, []):
            done.formats[kind].append(m.format)
        with suppress(Exception):  # what is wrong with the data is told where they are analysed
            done.curves += curves_of(kind, sample, entry, m)
    return entry, added


def samples_in(path: str | Path, broken: list[tuple[str, str]] | None = None) -> list[Sample]:
    """The samples of a project: a sample file, a folder with one, or a folder of folders with one each.

    `broken`: where it is given, a sample file of several that makes no sense is put there with the reason, and the
    others are returned.

    Errors: `HeterofilmError` where there is none, or one that makes no sense.
    """
    place = Path(path)
    if place.is_file() or (place / "sample.toml").is_file():
        return [load_sample(place)]
    sheets = sorted(place.glob("*/sample.toml")) if place.is_dir() else []
    if not sheets:
        raise InputError(
            f"There is no sample file at '{place}': write a sample.toml with at least name = \"...\" beside the "
            "raw files."
        )
    samples = []
    for sheet in sheets:
        try:
            samples.append(load_sample(sheet))
        except HeterofilmError as error:
            if broken is None:
                raise
            broken.append((f"{sheet.parent.name}/{sheet.name}", str(error)))
    if broken and not samples:
        raise InputError(broken[0][1])
    names = [sample.name for sample in samples]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"Two samples of the project are called '{name}'; give each its own name.")
    return samples


def write(
    done: Iterable[Analysed],
    out: str | Path,
    title: str = "",
    progress: Callable[[str], None] | None = None,
    *,
    fresh: bool = False,
    workers: Workers | None = None,
    style: Style | None = None,
    formats: Sequence[str] = (),
) -> Path:
    """Write table, methods, decisions, numbers behind the figures and the page; return the page.

    `formats`: what every figure is drawn as besides, ``svg``, ``pdf`` or ``png``; the page draws them by itself. With a
    `style` the figures stand in ``print``, as wide as one and as two columns of a journal.

    Figures and numbers of an earlier run into the same folder that this one has not made are removed.

    Errors: `HeterofilmError` for a folder that cannot be written to, one that holds the raw files, and, unless it is to
    be made ``fresh``, one with results of other samples; for a format that there is not.
    """
    from .page import FORMATS, write_page

    for form in formats:
        if form not in FORMATS:
            raise InputError(
                f"Figures are not drawn as '{form}'.{did_you_mean(form, FORMATS)} Known: {', '.join(FORMATS)}."
            )
    everything = list(done)
    place = Path(out)
    for one in everything:
        raw = {real(one.sample.folder), *(real(one.sample.folder / name).parent for name in one.hashes)}
        if any(folder.is_relative_to(real(place)) for folder in raw):
            raise InputError(
                f"The results would lie among the raw files of '{one.sample.name}'; name a folder of their own "
                "with --out."
            )
    check_folder_of(everything, place, fresh)
    folder = prepare_folder(place)
    table = result_table([row for one in everything for row in one.results])
    write_table(table, folder / "table.csv")
    write_table(compared(everything).table, folder / QUANTITIES)
    decided = pl.concat([decisions_table(one.decisions, one.sample.name) for one in everything])
    write_table(decided, folder / "decisions.csv")
    rounded = si_table([row for one in everything for row in one.results])
    write_table(rounded, folder / "si_table.csv", bom=True)
    atomic(folder / "si_table.tex", lambda target: target.write_text(latex(rounded), encoding="utf-8"))
    cited = bibtex([kind for one in everything for kind in one.findings])
    atomic(folder / "references.bib", lambda target: target.write_text(cited, encoding="utf-8"))
    methods = "\n\n\n".join(f"{one.sample.name}\n\n{one.methods()}" for one in everything)
    atomic(folder / "methods.txt", lambda target: target.write_text(methods + "\n", encoding="utf-8"))
    page, written = write_page(everything, folder, title, progress, workers, style, formats)
    keep(everything, folder, written)
    return page
