"""SurfaceLab depth profiles: the two measured files, and damaged ones."""

from pathlib import Path

import numpy as np
import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import real_file

FACSPI = "tofsims/I231115u_D_MeO-2PACz_5f_neg-C2_-_NF.txt"
MAPI = "tofsims/I241209p_A_MAPI_1f-1nA_neg-B4_-_NF.txt"
SMALL = (
    "# Profile Smoothing is Disabled\r\n"
    "#\t\t\t\ttotal\tO-\tO-\tO- / ( Au- )\t\r\n#\t\t\t\tN/A\t15.9963\t15.9963\tN/A\t\r\n"
    "#Data Point #\tSputter Time (s)\tDose (ions)\tFluence (ions/cm^2)"
    "\tIntensity\tIntensity\tIntensity\tIntensity\t\r\n"
    "1\t0\t2e6\t1e11\t90\t10\t11\tinf\t\r\n2\t1.5\t9e9\t4e12\t80\t12\t13\t0.5\t\r\n3\t3\t9e9\t4e12\t0\t0\t0\tinf\t\r\n"
)


@pytest.mark.parametrize(("name", "rows", "cycle", "ion", "counts"), [
    (FACSPI, 69, 7.3334, "InO_2-", None), (MAPI, 164, 1.4666, "PbI_3-", None),
])  # fmt: skip
def test_measured_profiles_have_their_cycle_time_and_ions(name, rows, cycle, ion, counts) -> None:
    profile = read(real_file(name))
    assert profile.technique == "depth profile" and profile.table.height == rows
    assert np.allclose(np.diff(profile.column("time_s")), cycle, atol=1e-3)
    assert profile.meta["mass_u Ag-"] == 106.905 and profile.column("Ag-").size == rows
    assert np.all(np.isfinite(profile.column(ion))) and profile.column(ion).max() > 1e4


def test_ions_of_one_name_stay_apart_and_empty_points_at_the_end_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text(SMALL, newline="")
    profile = read(path)
    assert profile.table.columns == ["time_s", "dose_ions", "fluence_ions_m-2", "total", "O-", "O- (2)", "O- / ( Au- )"]
    assert profile.table.height == 2 and profile.table["O- / ( Au- )"].to_list() == [None, 0.5]
    assert profile.column("fluence_ions_m-2")[0] == 1e15
    assert any("left out" in note for note in profile.notes)


def test_a_time_that_falls_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text(SMALL.replace("\n2\t1.5", "\n2\t-1.5"), newline="")
    with pytest.raises(HeterofilmError, match="does not rise"):
        read(path)


def test_damaged_files_give_a_result_or_one_sentence(tmp_path: Path) -> None:
    assault(SMALL.encode(), tmp_path / "a.txt", 100, check=all_finite)
