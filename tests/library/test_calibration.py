"""The calibration as a layer: numbers with their uncertainty over packaged entries, draws, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library import Library
from heterofilm.library.calibration import CALIBRATION, FEWEST, Calibrated, calibration_of
from heterofilm.library.value import Layer

D = "phases.V2O5.D"


def _of(**more: Any) -> dict[str, Any]:
    return {"values": {D: {"value": 2e-17, "unit": "m2/s", "sigma": 1e-17, "rows": ["cap-vo-5"]} | more}}


def test_a_calibrated_number_takes_the_place_of_the_files() -> None:
    """In the entry's own unit, with rows and uncertainty, under the assumed range; what was before is kept."""
    plain, laid = Library(calibration=None).value(D), Library(calibration=_of()).value(D)
    assert laid.value == pytest.approx(2e-13) and laid.unit == plain.unit == "cm2/s"
    assert laid.sigma == pytest.approx(1e-13) and (laid.low, laid.high) == (plain.low, plain.high)
    assert (laid.kind, laid.rows, laid.layer, laid.before) == ("calibrated", ("cap-vo-5",), Layer.CALIBRATION, plain)
    assert "cap-vo-5" in laid.source


def test_bands_are_quantiles_of_enough_draws() -> None:
    """5 and 95 % of the draws, of 0 ... 100 the 5 and the 95; none where there are fewer than twenty."""
    assert Calibrated(value=1.0, unit="1", ensemble=tuple(map(float, range(101)))).band == (5.0, 95.0)
    assert Calibrated(value=1.0, unit="1", ensemble=tuple(map(float, range(FEWEST - 1)))).band is None
    band = Library(calibration=_of(ensemble=[1e-17 * k for k in range(101)])).value(D).interval
    assert band == pytest.approx((5e-13, 95e-13))


def test_what_is_only_drawn_stays_as_its_file_says() -> None:
    """Without rows but with draws a number is no result: it moves in the ensemble alone."""
    library = Library(calibration=_of(rows=[], ensemble=[1e-17, 3e-17]))
    assert library.value(D) == Library(calibration=None).value(D)
    draws = library.ensemble()
    assert [draw[D] for draw in draws] == pytest.approx([1e-13, 3e-13])
    assert Library(calibration=None, draw=draws[1]).value(D).value == pytest.approx(3e-13)


def test_draws_are_a_list_or_a_text() -> None:
    """Numbers apart by spaces are the same draws as a list of them."""
    text, numbers = (Library(calibration=_of(ensemble=given)) for given in ("1e-17 3e-17", [1e-17, 3e-17]))
    assert text.ensemble() == numbers.ensemble() and len(text.ensemble()) == 2


def test_it_acts_on_packaged_entries_alone(tmp_path: Path) -> None:
    """A copy under the same name means what it says."""
    from heterofilm.library.files import DATA

    copy = tmp_path / "V2O5.toml"
    copy.write_text((DATA / "phases" / "V2O5.toml").read_text())
    library = Library(calibration=_of())
    own, packaged = library.phase(copy).D, library.phase("V2O5").D
    assert own is not None and packaged is not None and own.value != packaged.value
    assert own == Library(calibration=None).phase("V2O5").D


def test_draws_are_joint() -> None:
    """One number of each path a draw: ensembles of different lengths belong to different calibrations."""
    values = _of(ensemble=[1e-17, 2e-17])["values"] | {
        "phases.V2O5.sigma_e": {"value": 1.0, "unit": "S/cm", "ensemble": [1.0]}
    }
    with pytest.raises(HeterofilmError, match="joint draws need one"):
        Library(calibration={"values": values}).ensemble()
    assert Library(calibration=None).ensemble() == ()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (_of(unit="V"), "calibration of 'phases.V2O5.D'"),
        (_of(ensemble="1e-17 3e-17,"), "ensemble"),
        (_of(ensemble="1e-17 nan"), "ensemble"),
        ({"values": {"phases.V2O55.D": {"value": 1.0, "unit": "cm2/s"}}}, "names no entry"),
        ({"values": {"phases.V2O5.name": {"value": 1.0, "unit": "1"}}}, "does not name a quantity"),
        (_of(value="x"), "key 'values.phases.V2O5.D.value'"),
        (_of(colour=1), "no key 'colour'"),
        ({"valus": {}}, "mean 'values'|no key 'valus'"),
    ],
)
def test_what_is_no_calibration(table: dict[str, Any], said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        Library(calibration=table).phase("V2O5")


def test_files_of_calibrations(tmp_path: Path) -> None:
    """None is an empty one; a file without values has no effect and is refused; the packaged one names known paths."""
    assert calibration_of(None) == {}
    (tmp_path / "c.toml").write_text('notes = "none"\n')
    with pytest.raises(HeterofilmError, match="no effect"):
        calibration_of(tmp_path / "c.toml")
    library = Library(calibration=None)
    for path, calibrated in calibration_of(CALIBRATION).items():
        quantity = library.quantity(path)
        assert quantity is not None and (calibrated.rows or calibrated.ensemble), path
