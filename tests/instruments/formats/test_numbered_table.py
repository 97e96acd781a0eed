"""Tables of a film library."""

from pathlib import Path

import numpy as np
import pytest

from damage import assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import real_file


def test_loading_is_mass_over_the_area_and_thickness_follows_from_the_density() -> None:
    """Loading l = rho d: 1 mg/cm2 of a density of 1 g/cm3 is 10 um thick."""
    table = read(real_file("thin_film_combinatorial/SiGeSn_df_109.csv"))
    rho, loading, d = (table.column(name) for name in ("ρ (g/cm³)", "l (mg/cm²)", "d (µm)"))
    known = np.isfinite(rho) & np.isfinite(loading) & np.isfinite(d) & (d > 0)
    assert known.sum() > 100
    assert np.allclose(10.0 * loading[known] / rho[known], d[known], atol=0.0016)  # both are rounded to 0.001
    area = table.column("m (g)")[known] * 1e3 / loading[known]  # cm2: one measuring cell for all spots
    assert np.std(area) < 0.02 * np.mean(area)


def test_shares_sum_to_one_and_the_table_says_so() -> None:
    table = read(real_file("thin_film_combinatorial/SiGeSn_df_109.csv"))
    total = sum(table.column(f"{element} (at. %)") for element in ("Si", "Ge", "Sn"))
    assert np.allclose(total, 1.0, atol=1e-6) and "fractions" in table.notes[0]


@pytest.mark.parametrize(("name", "column"), [("pcs_3_raman_xrd", "Raman PC 1"), ("xrd_fit", "a_cubic")])
def test_the_other_tables_of_the_library_have_a_row_for_each_spot(name: str, column: str) -> None:
    table = read(real_file(f"thin_film_combinatorial/SiGeSn_{name}.csv"))
    assert table.technique == "table" and table.table.height == 259 and np.all(np.isfinite(table.column(column)))


def test_prose_is_refused_by_one_sentence() -> None:
    with pytest.raises(HeterofilmError, match="no known layout"):
        read(real_file("thin_film_combinatorial/SiGeSn_README.md"))


def test_damaged_files_give_a_result_or_one_sentence(tmp_path: Path) -> None:
    assault(b",a,b\n0,1,2\n1,3,4\n2,5,6\n", tmp_path / "a.csv", 100)
