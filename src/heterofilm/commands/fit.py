"""``heterofilm fit``: fit values of a cell to measured data, and say what the data leave open."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import polars as pl
from scipy.stats import chi2

from ..calibration.fitted import FitResult
from ..calibration.joint import fit, short
from ..calibration.measured import Data
from ..errors import FileFormatError, InputError
from ..figures.figure import Figure
from ..figures.save import check_plot_path
from ..files import check_place
from ..instruments.impedance_table import read_spectra
from ..plots.fit import data_figures, profile_figure
from ..records.columns import COLUMNS
from ..records.record import Record
from ..units import si
from . import answer
from .inputs import quantity, read_record, setting, write_outputs

GROUP = "fit"
EXAMPLES = (
    "heterofilm fit vo-half slow.nc fast.nc --values phases.V2O5.D films.VO.wetted_area --noise '1 mV' --plot fit.png",
    "heterofilm fit mine.toml cycling.mpt spectrum.DTA --area 1cm2 --values phases.mine.D=1e-13:1e-10 --out fit.toml",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("cell", metavar="CELL", help="a name of the library or a TOML file")
    parser.add_argument("data", nargs="+", metavar="DATA", help="records (.nc, .csv), instrument files or spectra")
    parser.add_argument(
        "--values", nargs="+", required=True, metavar="PATH",
        help="what to fit: a dotted path, PATH=LOW:HIGH to bound it, PATH+PATH for values that are equal",
    )  # fmt: skip
    parser.add_argument(
        "--protocol", action="append", default=[], metavar="TEXT",
        help="the protocol of each file, in the order of the files; '' where the record shows it",
    )  # fmt: skip
    parser.add_argument(
        "--noise", metavar="SIGMA", help="noise of a voltage, '1 mV', or a share, '1 %%' (default: from the misfit)"
    )
    parser.add_argument("--start", metavar="STATE", help="where the film rested before: '3.6 V' or '50 %%'")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="change a value of the cell that is not fitted",
    )
    parser.add_argument(
        "--searches", type=int, default=3, metavar="N", help="number of searches from different starts (default: 3)"
    )
    parser.add_argument(
        "--stage", action="append", default=[], metavar="PATHS", help="fit these before all of them: PATH,PATH"
    )
    parser.add_argument("--linear", action="store_true", help="intervals as if the model were linear, which is faster")
    parser.add_argument(
        "--rough", action="store_true", help="begin with a search by evolution, where slopes mislead (extra: sampling)"
    )
    parser.add_argument(
        "--posterior", type=int, default=0, metavar="N", help="so many draws of the posterior too (extra: sampling)"
    )
    parser.add_argument("--resume", metavar="FILE", help="start from the values of an earlier fit")
    parser.add_argument("--thickness", metavar="LENGTH", help="thickness of the film, where a file has none")
    parser.add_argument("--area", metavar="AREA", help="area of the electrode, for example 1cm2, where a file has none")
    parser.add_argument(
        "--out", metavar="FILE.toml", help="write the values, for 'simulate --fit FILE' and '--resume FILE'"
    )
    parser.add_argument(
        "--residuals", metavar="FILE.csv", help="write every number that was compared beside the model's"
    )
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")


def run(given: argparse.Namespace) -> int:
    """Fit, print, write. Errors: `HeterofilmError` for a place that cannot be written to, before any work."""
    if given.plot:
        check_plot_path(given.plot)
    if given.out is not None:
        if not given.out.lower().endswith(".toml"):
            raise InputError(f"'{given.out}' must end in .toml.")
        check_place(given.out)
    if given.residuals is not None and not given.residuals.lower().endswith(".csv"):
        raise InputError(f"'{given.residuals}' must end in .csv.")
    if given.searches < 1:
        raise InputError(f"--searches must be at least 1, got {given.searches}.")
    found = fit(
        given.cell, read_data(given), dict(map(value_of, given.values)), noise=given.noise,
        overrides=dict(setting(text) for text in given.set), searches=given.searches,
        stages=[text.split(",") for text in given.stage], start=given.resume, profiles=not given.linear,
        rough=given.rough, posterior=given.posterior, keep=given.out, progress=True,
    )  # fmt: skip
    print(found)
    answer.frame(found.table(), "values")
    if given.out is not None:
        print(f"\nwritten to {found.write(given.out)}")
    write_outputs(given.plot, figures(found) if given.plot else [], given.residuals, found.residuals())
    return 0


def figures(found: FitResult) -> list[Figure]:
    """Data over the model with residuals, and the profiles."""
    shown = data_figures(found.compared)
    names = short([one.path for one in found.values])
    profiles = {
        name: (*one.profile, one.unit) for name, one in zip(names, found.values, strict=True) if one.profile is not None
    }
    return [*shown, *([profile_figure(profiles, float(chi2.ppf(found.level, 1)))] if profiles else [])]


def read_data(given: argparse.Namespace) -> list[Data]:
    """The data of the options ``data``, ``protocol``, ``start``, ``thickness`` and ``area``."""
    if given.protocol and len(given.protocol) != len(given.data):
        raise InputError(
            f"--protocol is given {len(given.protocol)} times for {len(given.data)} files; give one for each, or ''."
        )
    protocols = given.protocol or [""] * len(given.data)
    return [
        Data(_record(path, given), protocol or None, start=given.start, name=Path(path).name)
        for path, protocol in zip(given.data, protocols, strict=True)
    ]


def value_of(text: str) -> tuple[Any, Any]:
    """PATH, PATH+PATH, either with =LOW:HIGH."""
    paths, equals, limits = text.partition("=")
    key: Any = tuple(path.strip() for path in paths.split("+"))
    key = key[0] if len(key) == 1 else key
    if not equals:
        return key, None
    ends = limits.split(":")
    if len(ends) != 2 or not all(end.strip() for end in ends):
        raise InputError(f"'{text}' is not of the form PATH=LOW:HIGH, for example phases.V2O5.D=1e-14:1e-11.")
    return key, (_end(ends[0]), _end(ends[1]))


def _end(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _record(path: str, given: argparse.Namespace) -> Record:
    """The record in a file; a file of spectra becomes one of spectra alone."""
    try:
        return read_record(path, given.thickness, given.area)
    except InputError as error:
        if "but no current and voltage" not in str(error):
            raise
    area = None if given.area is None else quantity(given.area, "m2", "area", "1cm2")
    frames = []
    for k, one in enumerate(read_spectra(path), start=1):
        if one.unit == "ohm":
            if area is None:
                raise FileFormatError(f"'{path}' does not say the electrode area: add for example --area 1cm2.")
            one = one.per_area(area)
        Z = one.impedance / si("ohm m2")
        frames.append(pl.DataFrame({
            "step": k, "frequency_Hz": one.frequency_Hz, "Z_re_ohm_m2": Z.real, "Z_im_ohm_m2": Z.imag,
        }))  # fmt: skip
    return Record(
        pl.DataFrame(schema=COLUMNS), meta={"kind": "measured", "name": Path(path).name}, impedance=pl.concat(frames)
    )
