"""The calibration's bookkeeping: scales, files, and that no value is fitted which no row may inform."""

import argparse
import tomllib
from pathlib import Path

import numpy as np
import pytest

from heterofilm.calibration.experiments import Experiments, Residual
from heterofilm.calibration.fit import (
    Calibration,
    Parameter,
    evaluate,
    parameters,
    table,
    write,
)
from heterofilm.commands import calibrate as command
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library
from heterofilm.paper.claims import claims
from heterofilm.paper.targets import FITTED, PROBLEM

LIBRARY = Library(calibration=None)


def test_rows_are_marked_calibrate_and_outnumber_the_free_values() -> None:
    """Nothing is fitted to a row that is not marked, and there are fewer values than rows."""
    run = Experiments({})
    rows = {r.row for group in PROBLEM.values() for r in group.residuals(run)}
    assert {claims()[row].role for row in rows} == {"calibrate"}
    assert rows == set(FITTED)
    assert sum(len(group.free) for group in PROBLEM.values()) < len(rows)


def test_v2o5_is_one_material() -> None:
    """No value of V2O5 is set by a film: VO and VOC1 share it."""
    for film in ("VO", "VOC1"):
        entry = LIBRARY.film(film)
        assert "V2O5" not in entry.utilisation
        assert entry.sigma_e is None


def test_scale_of_a_parameter() -> None:
    """The range is -1 to 1, logarithmic where the value says so."""
    for path in (path for name in ("VO and VOC1", "VOC2") for path in (*PROBLEM[name].free, *PROBLEM[name].drawn)):
        p = Parameter.of(LIBRARY, path)
        value = LIBRARY.value(path)
        assert p.number(-1.0) == pytest.approx(value.low)
        assert p.number(1.0) == pytest.approx(value.high)
        assert p.number(p.scaled(value.value)) == pytest.approx(value.value)


def test_a_value_without_range_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="range"):
        Parameter.of(LIBRARY, "films.VO.thickness")


def test_one_sided_rows() -> None:
    """A row in words costs nothing where the model agrees."""
    assert Residual("r", "w", 0.95, 0.9, 0.03, +1).value == 0.0
    assert Residual("r", "w", 0.84, 0.9, 0.03, +1).value == pytest.approx(-2.0)
    assert Residual("r", "w", 0.96, 0.9, 0.03, -1).value == pytest.approx(2.0)


def test_the_packaged_calibration_meets_its_rows() -> None:
    """Capacities within 3 %, plateaus within 0.05 V, the V4+ share within 0.08, copper as XPS says."""
    library = Library()
    best = {path: entry.value for path, entry in library.calibrated.items() if entry.rows}
    assert best
    run = Experiments(best)
    for group in PROBLEM.values():
        for r in group.residuals(run):
            if r.what == "capacity":
                assert r.model == pytest.approx(r.measured, rel=0.03), r
            elif r.what.endswith(" V") or r.what == "onset":
                assert r.model == pytest.approx(r.measured, abs=0.05), r
            elif r.row == "xps-2v9-v":
                assert r.model == pytest.approx(r.measured, abs=0.08), r
            elif r.what in ("Cu+", "Cu0", "V4+"):  # "all" in the paper's words
                assert r.model >= 0.9, r
            elif r.row.startswith("xps"):
                assert abs(r.value) < 1.0, r


def test_values_move_the_rows_they_are_said_to_inform() -> None:
    """The exchange current moves the resistance as 1/i0."""
    free = parameters(LIBRARY, ("electrolytes.liquid-1M.cathode_interface.i0",))
    low, high = (
        next(r.model for r in evaluate(PROBLEM["VO and VOC1"], free, np.array([u]), {}) if r.row == "rct-voc1")
        for u in (-0.5, 0.5)
    )
    assert low / high == pytest.approx(free[0].number(0.5) / free[0].number(-0.5))


def test_written_calibration_is_read_back(tmp_path: Path) -> None:
    """What is written is TOML the library takes, with the ensemble as joint draws."""
    free = parameters(LIBRARY, PROBLEM["VOC2"].free)
    best = {p.path: p.number(0.2) for p in free}
    members = tuple({p.path: p.number(u) for p in free} for u in (-0.1, 0.3))
    calibration = Calibration(free, (), best, dict.fromkeys(best, 0.1), members, (), {p: ("cap-voc2-5",) for p in best})
    write(calibration, tmp_path / "c.toml")
    assert "a-CuVO" in table(calibration)
    assert tomllib.loads((tmp_path / "c.toml").read_text())["values"]
    library = Library(calibration=tmp_path / "c.toml")
    value = library.value("phases.a-CuVO.D")
    assert value.kind == "calibrated"
    assert value.value == pytest.approx(best["phases.a-CuVO.D"])
    assert len(library.ensemble()) == 2


def test_no_folder_no_work(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="folder"):
        command.run(argparse.Namespace(out=tmp_path / "no" / "c.toml", members=0))
