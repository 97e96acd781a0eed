"""Couples from a table: those it was made of, and an honest account of what is missed."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.ocv_fit import fit_ocv
from heterofilm.constants import F, R
from heterofilm.engine.msmr import filling
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, load_phase
from heterofilm.library.ocv import BACKGROUND, T_REFERENCE, U_REFERENCE

COUPLES = np.array([[0.25, 4.10, 1.2], [0.45, 3.92, 0.4], [0.30, 3.60, 2.0]])  # lithium, U0, omega


def table(h: float = 0.0, H: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A table of these couples with the usual background, over a range that holds nearly all of them."""
    rows = np.column_stack(
        [COUPLES[:, 0], COUPLES[:, 1], COUPLES[:, 2] * R * T_REFERENCE / F, np.full(3, H), np.zeros(3)]
    )
    theta = np.linspace(0.02, 1.0, 181)
    b = BACKGROUND * COUPLES[:, 0].sum()
    U = np.linspace(4.6, 3.0, 4001)
    held = np.array([filling(u, h, 1.0, rows, b, U_REFERENCE)[0] for u in U])
    return theta - theta[0], np.interp(theta, held, U)


def test_the_couples_of_a_table_are_found() -> None:
    """Three couples, their potentials within 2 mV, lithium within 2 %, widths within 5 %, nothing missed."""
    fit = fit_ocv(*table())
    assert len(fit.couples) == 3 and fit.rms_V < 1e-3
    for found, (lithium, U0, omega) in zip(fit.couples, COUPLES, strict=True):
        assert pytest.approx(U0, abs=2e-3) == found.U0
        assert found.lithium == pytest.approx(lithium, rel=0.02)
        assert found.omega == pytest.approx(omega, rel=0.05)
    assert fit.beyond == pytest.approx(0.02, abs=5e-3)


def test_branches_give_hysteresis() -> None:
    theta, low = table(1.0, 0.06)
    _, high = table(-1.0, 0.06)
    fit = fit_ocv(theta, low, high)
    assert [c.hysteresis for c in fit.couples] == pytest.approx([0.06] * len(fit.couples), abs=4e-3)
    assert fit.rms_V < 1e-3


def test_what_is_missed_is_told() -> None:
    """One couple for three: the misfit is that of its own potential, and where it is worst is the worst point."""
    theta, U = table()
    fit = fit_ocv(theta, U, couples=1)
    assert fit.potential(theta, 0.0) - U == pytest.approx(fit.miss_discharge_V, abs=1e-9)
    assert fit.worst_V == pytest.approx(np.abs(fit.miss_discharge_V).max()) and fit.worst_V > 0.02
    at = int(np.argmax(np.abs(fit.miss_discharge_V)))
    assert fit.worst_at == pytest.approx((theta[at], U[at]))
    assert fit.rms_V == pytest.approx(np.sqrt(np.mean(fit.miss_discharge_V**2)))


def test_the_couples_are_a_phase() -> None:
    """What is written is read, and its potential is that of the fit."""
    import tomllib

    fit = fit_ocv(*table())
    couples = tomllib.loads(fit.toml("a table"))["couples"]
    base = load_phase("LiFePO4-ocv").model_dump(exclude={"ocv"}, exclude_defaults=True)
    phase = Library().phase({**base, "name": "mine", "couples": couples})
    assert phase.lithium == pytest.approx(sum(c.lithium for c in fit.couples), rel=1e-5)


@pytest.mark.parametrize("name", ["LiCoO2-ocv", "LiFePO4-ocv"])
def test_tables_of_the_library(name: str) -> None:
    """Away from their ends they are met within 2 mV."""
    p = load_phase(name)
    assert p.ocv is not None
    fit = fit_ocv(np.array(p.ocv.x), np.array(p.ocv.U))
    assert fit.inner_rms_V < 2e-3


def test_what_is_no_table() -> None:
    theta, U = table()
    with pytest.raises(HeterofilmError, match="potential falling"):
        fit_ocv(theta, U[::-1])
    with pytest.raises(HeterofilmError, match="1 to 60 can"):
        fit_ocv(theta, U, couples=61)
