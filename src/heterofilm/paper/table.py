"""The paper's rows beside the model's answers: one table, every row in it."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import polars as pl

from ..library import Library
from ..study.results import Results
from .answers import ANSWERS, Ask
from .claims import Claim, claims
from .panels import figure_of
from .targets import FITTED
from .uncertainty import of_row
from .verdict import Answer, deviation, sigmas, verdict

__all__ = ["calibrated_ids", "claims_table"]

# of quantities that their names in the file say badly
WORDS = {
    "against_half_cell": "comparison with the half-cell",
    "cu_states": "copper states",
    "cu_target_power": "Cu target power",
    "cu_to_v_atomic_ratio": "Cu to V atomic ratio",
    "v4_fraction": "V4+ share",
    "li_diffusion_coefficient": "Li diffusion coefficient",
}
TOLD = ("id", "section", "sample", "cell", "quantity", "condition")


def claims_table(results: Results) -> pl.DataFrame:
    """Every row of ``claims.csv`` with the simulated value, its band (16 to 84 %), a verdict, a status, and
    the figure of the study's page that shows it."""
    fitted = calibrated_ids(results)
    rows = []
    for claim in claims().values():
        ask = ANSWERS[claim.id]
        answer = ask(results.main, claim)
        low = high = held = None
        sigma = of_row(claim)
        if answer is None:
            status = "not in this study"
            answer = Answer("", note="no run of this study answers it")
        elif answer.fixed:
            status = answer.fixed
        else:
            status = "calibrated" if claim.id in fitted else "predicted"
            low, high = _band(ask, claim, results) if answer.number is not None else (None, None)
            sigma = _with_band(sigma, answer, claim, low, high)
            if answer.by_draws and (told := _told(ask, claim, results)):
                held = sum(told) / len(told)
                answer = replace(answer, note=f"{answer.note}; holds in {sum(told)} of {len(told)} draws")
        rows.append(
            {
                **{key: told for key, told in asdict(claim).items() if key in TOLD},
                "words": WORDS.get(claim.quantity, claim.quantity.replace("_", " ")),
                "measured": claim.value,
                "simulated": answer.text,
                "low": low,
                "high": high,
                "unit": claim.unit,
                "role": claim.role,
                "deviation": deviation(answer),
                "sigmas": sigmas(answer, sigma),
                "verdict": verdict(answer, held, sigma),
                "status": status,
                "note": answer.note,
                "figure": figure_of(claim),
            }
        )
    return pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64, "sigmas": pl.Float64})


def calibrated_ids(results: Results) -> frozenset[str]:
    """Rows that values were fitted to: those that name one, and all that were fitted once there is a calibration."""
    named = results.calibrated_rows()
    if not Library().calibrated:
        return named
    return named | frozenset(FITTED)


def _with_band(
    sigma: float | None, answer: Answer, claim: Claim, low: float | None, high: float | None
) -> float | None:
    """The standard deviation of a row and of the model, half of its band, together, in the unit of the deviation."""
    if sigma is None or low is None or high is None:
        return sigma
    scale = 100.0 / claim.number if answer.off_unit == "%" else 1.0
    return float(np.hypot(sigma, 0.5 * (high - low) * scale))


def _told(ask: Ask, claim: Claim, results: Results) -> list[bool]:
    """Whether a direction holds, by draw of the calibration."""
    answers = (ask(member, claim) for member in results.members)
    return [answer.agrees for answer in answers if answer is not None and answer.agrees is not None]


def _band(ask: Ask, claim: Claim, results: Results) -> tuple[float | None, float | None]:
    found = []
    for member in results.members:
        answer = ask(member, claim)
        if answer is not None and answer.number is not None:
            found.append(answer.number)
    if len(found) < 2:
        return None, None
    low, high = np.percentile(found, [16, 84])
    return float(f"{low:.4g}"), float(f"{high:.4g}")
