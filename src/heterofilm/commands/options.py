"""Options that several commands have."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..reports.page import Chapter


def one_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a record: .nc, .csv or .parquet")
    record_options(parser)


def record_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--thickness", metavar="LENGTH", help="thickness of the film, for example 300nm, where the file has none"
    )
    parser.add_argument(
        "--area", metavar="AREA", help="area of the electrode, for example 1cm2, where the file has none"
    )
    columns_option(parser)
    outputs(parser, "the table as .csv")


def columns_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--columns",
        metavar="LIST",
        help="columns of a text table, by heading or number: 'time_s=1,voltage_V=2,current_A[mA]=I'",
    )


def outputs(parser: argparse.ArgumentParser, table: str) -> None:
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")
    parser.add_argument("--out", metavar="FILE.csv", help=f"write {table}")


def cell_and_protocol(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cell", metavar="CELL", help="a cell of the library, or a TOML file")
    parser.add_argument(
        "protocol",
        metavar="PROTOCOL",
        help="'Discharge at 5 uA/cm2 until 2.15 V', a .txt file, or the name of a ready-made one",
    )


def running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--start",
        metavar="STATE",
        help="a potential ('3.3 V'), a state of charge ('50 %%'), or a record (.nc, .parquet) to continue from",
    )
    parser.add_argument("--ageing", metavar="NAMES", help="ageing mechanisms by name, or 'none' (default: all)")
    parser.add_argument("--rtol", type=float, default=1e-3, help="local error per time step (default: 1e-3)")
    parser.add_argument("--fresh", action="store_true", help="run anew, whatever the folder holds")
    parser.add_argument(
        "--repair", action="store_true", help="where the folder is damaged, continue from the last cycle that is whole"
    )


def chapters_out(folder: str | None, title: str, chapters: Sequence[Chapter]) -> None:
    """The page of some chapters in a folder, where one was asked for, and its place in words."""
    if folder is None:
        return
    from ..files import prepare_folder
    from ..reports.page import write_chapters

    print(f"\n{write_chapters(title, chapters, prepare_folder(folder))}")
