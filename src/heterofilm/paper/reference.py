"""The paper as what a study is compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from ..study.results import Reference, Results
from .answers import XPS_CELL, XPS_CURRENT, measured_capacities, measured_rates, measured_retentions
from .dft_answers import statements
from .oxidation_figure import oxidation
from .panels import PANELS
from .table import calibrated_ids, claims_table

__all__ = ["NAME", "STUDY", "reference"]

NAME = "yu-2025"  # in a study file: reference = "yu-2025"
STUDY = Path(__file__).with_name("study.toml")


def reference() -> Reference:
    """Its capacities, retentions, rows and XPS."""
    return Reference(
        "paper",
        measured_capacities(),
        measured_rates(),
        measured_retentions(),
        ((XPS_CELL, XPS_CURRENT),),
        claims_table,
        calibrated_ids,
        _figures,
        statements,
        comparison,
        PANELS,
    )


def comparison() -> pl.DataFrame:
    """What ``heterofilm calibrate --compare`` found with the packaged rows and ranges."""
    return pl.read_csv(STUDY.with_name("mechanisms.csv"))


def _figures(results: Results) -> list[Any]:
    figure = oxidation(results)
    return [] if figure is None else [figure]
