"""Commands that analyse a record or a measured file (``cycles``, ``dqdv``, ``eis``, ``cv``, ``gitt``), and others
beside them
(``simulate``, ``vary``, ``protocols``, ``grow``).

Here are their options; what each does is in the module of its name, imported when it is run.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

__all__ = ["add"]


def add(commands: Any) -> None:
    """Add the parsers to those of the command line."""
    cycles = _parser(commands, "cycles", "capacity, efficiency and end of life over the cycles of a record")
    cycles.add_argument(
        "files", nargs="+", metavar="FILE", help="a record: .nc, .csv or .parquet; several: mean and spread over them"
    )
    cycles.add_argument(
        "--share", type=float, default=0.8, metavar="S", help="of the capacity, at the end of life; 0.8"
    )
    cycles.add_argument(
        "--reference", default="first", metavar="CYCLE", help="its cycle: first, maximum or a number; default: first"
    )
    _record_options(cycles)

    dqdv = _parser(commands, "dqdv", "dQ/dV and the plateaus of some cycles of a record")
    dqdv.add_argument("file", metavar="FILE", help="a record: .nc, .csv or .parquet")
    dqdv.add_argument("--cycles", metavar="LIST", help="for example 1,2,5; the first three with curves by default")
    dqdv.add_argument("--smoothing", default="10mV", metavar="V", help="standard deviation of a Gaussian; 10mV")
    _record_options(dqdv)

    eis = _parser(commands, "eis", "features, Kramers-Kronig test, circuit fit and relaxation times of spectra")
    eis.add_argument("files", nargs="+", metavar="FILE", help="records (.nc), or tables of frequency, Re Z, Im Z")
    eis.add_argument("--circuit", metavar="TEXT", help="fit, for example 'R0-p(R1,CPE1)-Wo1'; several spectra: to all")
    eis.add_argument("--fix", action="append", default=[], metavar="NAME=VALUE", help="hold a value of the circuit")
    eis.add_argument("--guess", action="append", default=[], metavar="NAME=VALUE", help="start the fit from a value")
    eis.add_argument("--bound", action="append", default=[], metavar="NAME=LOW:HIGH", help="keep a value between two")
    eis.add_argument("--link", action="append", default=[], metavar="NAME=OTHER", help="tie a value to another: 2*R1")
    eis.add_argument("--weights", choices=("modulus", "unit", "proportional"), help="of the fit; modulus by default")
    eis.add_argument("--lowest", metavar="F", help="lowest frequency that is analysed, for example 1Hz")
    eis.add_argument("--highest", metavar="F", help="highest frequency that is analysed, for example 100kHz")
    eis.add_argument("--without", action="append", default=[], metavar="F", help="a point to leave out: 50Hz")
    eis.add_argument("--propose", action="store_true", help="propose a circuit")
    eis.add_argument("--drt", action="store_true", help="distribution of relaxation times")
    eis.add_argument("--step", type=int, metavar="N", help="which of several spectra")
    eis.add_argument("--area", metavar="AREA", help="electrode area of a measured file: results per cm2")
    eis.add_argument("--blocking", action="store_true", help="ionic conductivity of a film between blocking electrodes")
    eis.add_argument("--thickness", metavar="L", help="of that film, for example 1um")
    eis.add_argument(
        "--conductor", metavar="NAME", help="the resistance that is the film's; else told by its capacitance"
    )
    eis.add_argument(
        "--temperature", action="append", default=[], metavar="T", help="of each spectrum: 25degC; 25degC ..."
    )
    eis.add_argument("--keep-sign", action="store_true", help="take the imaginary part as it stands in the file")
    _outputs(eis, "all results as a table")

    cv = _parser(commands, "cv", "peaks, b-values and the split after Dunn of cyclic voltammograms")
    cv.add_argument("files", nargs="+", metavar="FILE", help="records, for example one per scan rate")
    cv.add_argument("--diffusion", metavar="D", help="of Li in the film, for example 1e-13cm2/s: tells what b can mean")
    cv.add_argument("--all", action="store_true", help="every sweep; otherwise the last two at each scan rate")
    cv.add_argument("--scan-rate", metavar="RATE", help="of files without times, for example 0.2mV/s")
    cv.add_argument("--baseline", choices=("chord", "tangent", "zero"), default="chord", help="under the peaks")
    cv.add_argument("--signal-to-noise", type=float, metavar="N", help="from which a maximum is a peak (5)")
    _record_options(cv)

    from . import runs_options

    runs_options.add_simulate(_parser(commands, "simulate", "run one protocol on one cell"))
    runs_options.add_vary(_parser(commands, "vary", "one protocol on every combination of some values of a cell"))

    junction = _parser(commands, "junction", "bands, field and bounds of a junction, and what of a gain it explains")
    junction.add_argument("name", nargs="?", default="V2O5-Cu2V2O7", metavar="NAME", help="of the library, or a file")
    junction.add_argument("--cell", metavar="CELL", help="contribution analysis of this cell, for example voc1-half")
    junction.add_argument("--reference", default="vo-half", metavar="CELL", help="the cell without domains; vo-half")
    junction.add_argument("--protocol", default="Discharge at 5 uA/cm2 until 2.15 V", metavar="TEXT", help="its test")
    junction.add_argument(
        "--samples", type=int, default=10_000, metavar="N", help="draws of the contribution analysis; 10000"
    )
    junction.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="change a value of the library"
    )
    junction.add_argument("--out", metavar="DIR", help="write a page with figures, and the draws")

    analyse = _parser(commands, "analyse", "a sample file and its instrument files to a paper's table and figures")
    analyse.add_argument("path", metavar="SAMPLE", help="sample.toml, its folder, or a folder of such folders")
    analyse.add_argument("--out", metavar="DIR", help="for the results; default: results beside the sheet")

    example = _parser(commands, "example", "an example project of synthetic samples, measured by every technique")
    example.add_argument("folder", metavar="DIR", help="a new folder")
    example.add_argument("--seed", type=int, default=0, metavar="N", help="of noise and artefacts; 0")

    formats = _parser(commands, "formats", "the instrument files that are read, or what one file is")
    formats.add_argument("file", nargs="?", metavar="FILE")
    _columns_option(formats)

    protocols = _parser(commands, "protocols", "list the ready-made protocols, or print one")
    protocols.add_argument("name", nargs="?", metavar="NAME")

    library = _parser(commands, "library", "list the library, or show an entry: every value with its source and origin")
    library.add_argument("kind", nargs="?", metavar="KIND", help="cells, films, phases, electrolytes, anodes ...")
    library.add_argument("name", nargs="?", metavar="NAME", help="of the library, or a TOML file")
    library.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="show the entry with a value changed"
    )
    library.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate', or none")

    new = _parser(commands, "new", "a commented file to begin with, which runs as it is")
    new.add_argument("kind", metavar="KIND", help="cell, film, phase or electrolyte")
    new.add_argument("file", metavar="FILE.toml", help="a new file")
    new.add_argument("--all", action="store_true", help="with its film, phase and electrolyte beside it")
    new.add_argument("--ocv", metavar="FILE.csv", help="of a phase: its open-circuit potential, in place of couples")

    schema = _parser(commands, "schema", "what a cell, film, phase or any other file may hold")
    schema.add_argument("kind", nargs="?", metavar="KIND", help="cell, film, phase, electrolyte ...; all by default")
    schema.add_argument("--json", action="store_true", help="as JSON schema for editors (of a cell by default)")

    gitt = _parser(commands, "gitt", "a diffusivity from every pulse of a titration, and whether it is one")
    gitt.add_argument("file", metavar="FILE", help="a record: .nc, .csv or .parquet")
    _record_options(gitt)

    _add_ocv(_parser(commands, "ocv", "the open-circuit potential as a table from data, or as couples from a table"))

    grow = _parser(commands, "grow", "a film from sputter powers, gas, time and anneal, ready for a cell")
    grow.add_argument("recipe", metavar="RECIPE", help="a name of the library (VO, VOC1, VOC2 ...) or a TOML file")
    grow.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help='for example power.Cu="1.5 W", anneal.time=2h'
    )
    grow.add_argument("--cell", default="vo-half", metavar="CELL", help="cell that takes the film; vo-half")
    grow.add_argument("--out", metavar="DIR", help="write film, cell, table of all numbers, and figures")
    grow.add_argument("--plot", metavar="FILE", help="write the figures alone: .png, .svg, .pdf or .html")

    from . import atoms

    atoms.add(_parser(commands, "atoms", "structures, interfaces, voltages, insertion energies and barriers"))


def _parser(commands: Any, name: str, words: str) -> argparse.ArgumentParser:
    def run(given: argparse.Namespace) -> int:
        code: int = import_module(f".{name}", __name__).run(given)
        return code

    parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=f"{words}.")
    parser.set_defaults(command=run)
    return parser


def _add_ocv(ocv: argparse.ArgumentParser) -> None:
    actions = ocv.add_subparsers(metavar="ACTION", dest="action", required=True)
    words = "a table from a slow cycle or the rests of a titration"
    table = actions.add_parser("from", help=words, description=f"{words}.")
    table.add_argument("file", metavar="DATA", help="a record or a measured file of the film against Li")
    table.add_argument("-o", "--out", metavar="FILE.csv", help="write the table, for [ocv] of a phase")
    table.add_argument("--x", metavar="LOW:HIGH", help="Li per formula unit at both ends: 0.5:0.97")
    table.add_argument("--cycle", type=int, metavar="N", help="which slow cycle; the last whole one by default")
    table.add_argument(
        "--branches", choices=("both", "mean", "discharge", "charge"), default="both", help="default: both"
    )
    table.add_argument("--resistance", metavar="R", help="times the current is taken off: '60 ohm cm2'")
    table.add_argument("--points", type=int, default=201, metavar="N", help="of the table; 201")
    table.add_argument("--thickness", metavar="LENGTH", help="of the film, for example 300nm, where the file has none")
    table.add_argument("--area", metavar="AREA", help="of the electrode, for example 1cm2, where the file has none")
    _columns_option(table)
    words = "redox couples of a table, and what they miss of it"
    fit = actions.add_parser("fit", help=words, description=f"{words}.")
    fit.add_argument("table", metavar="TABLE", help="a csv as 'ocv from' writes it, a phase's file, or a phase's name")
    fit.add_argument("-o", "--out", metavar="FILE.toml", help="write the couples, for a phase")
    fit.add_argument("--couples", type=int, metavar="N", help="how many; as few as do by default")
    fit.add_argument("--lithium", type=float, metavar="X", help="per formula unit over a csv that counts otherwise")
    for one in (table, fit):
        one.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")


def _record_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--thickness", metavar="LENGTH", help="of the film, for example 300nm, where the file has none")
    parser.add_argument("--area", metavar="AREA", help="of the electrode, for example 1cm2, where the file has none")
    _columns_option(parser)
    _outputs(parser, "the table as .csv")


def _columns_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--columns",
        metavar="LIST",
        help="what the columns of a text table are, by heading or number: 'time_s=1,voltage_V=2,current_A[mA]=I'",
    )


def _outputs(parser: argparse.ArgumentParser, table: str) -> None:
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")
    parser.add_argument("--out", metavar="FILE.csv", help=f"write {table}")
