"""Options of the commands that run cells: ``simulate`` and ``vary``."""

from __future__ import annotations

import argparse


def add_simulate(parser: argparse.ArgumentParser) -> None:
    """One protocol on one cell."""
    _cell_and_protocol(parser)
    parser.add_argument("--out", metavar="FILE", help="write the record: .nc, .csv or .parquet")
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE",
        help="change one value: phases.V2O5.D=1e-13 in the unit of its entry, or films.VO.thickness='500 nm'",
    )  # fmt: skip
    parser.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate'")
    parser.add_argument(
        "--junction",
        metavar="NAME",
        help="compute transport, exchange and storage from a junction, not the calibration",
    )
    parser.add_argument("--folder", metavar="DIR", help="stream to a folder; the same command goes on where it stopped")
    parser.add_argument("--keep", metavar="CYCLES", help="cycles whose curves are kept, for example 1,2,5,100")
    _run(parser)


def add_vary(parser: argparse.ArgumentParser) -> None:
    """One protocol on many cells."""
    _cell_and_protocol(parser)
    parser.add_argument(
        "values",
        nargs="+",
        metavar="PATH=VALUES",
        help="1,2,5 or low:high:count[:log], in the unit of the entry or with theirs: '0.3 um,500 nm'",
    )
    parser.add_argument(
        "--out", metavar="FILE", help="the table: .csv or .parquet; .nc for curves, spectra and profiles of all points"
    )
    parser.add_argument("--folder", metavar="DIR", help="write it in parts; the same command goes on where it stopped")
    _run(parser)


def _cell_and_protocol(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cell", metavar="CELL", help="a name of the library or a TOML file")
    parser.add_argument(
        "protocol", metavar="PROTOCOL", help="'Discharge at 5 uA/cm2 until 2.15 V', a .txt file, or a ready-made one"
    )


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--start",
        metavar="STATE",
        help="a potential ('3.3 V'), a state of charge ('50 %%'), or a record (.nc) to go on from",
    )
    parser.add_argument("--ageing", metavar="NAMES", help="mechanisms by name, or 'none'; all by default")
    parser.add_argument("--rtol", type=float, default=1e-3, help="local error per time step, default 1e-3")
    parser.add_argument("--fresh", action="store_true", help="run anew, whatever the folder holds")
    parser.add_argument(
        "--repair", action="store_true", help="where the folder is damaged, go on from the last that is whole"
    )
