"""Offsets and work functions of potentials that were drawn with known steps."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.fields.alignment import BulkLevels, band_offsets, check_vacuum, work_function
from heterofilm.atomistic.fields.averages import Profile
from heterofilm.errors import HeterofilmError

H, N = 48.0, 2400
Z = np.arange(N) * H / N


def superlattice(step: float) -> Profile:
    """A (period 2 Å) up to 24 Å, then B (period 3 Å), `step` higher."""
    A, B = 6.0 * np.cos(2 * np.pi * Z / 2.0), step + 9.0 * np.cos(2 * np.pi * Z / 3.0)
    return Profile(Z, np.where(Z < 24.0, A, B), H, "eV")


@pytest.mark.parametrize(
    ("step", "kind"), [(-0.4, "staggered"), (0.3, "straddling"), (-3.5, "broken"), (4.0, "broken"), (1.5, "staggered")]
)
def test_offsets_are_the_step_of_the_potential_plus_the_levels_of_the_bulks(step: float, kind: str) -> None:
    bulk_A, bulk_B = BulkLevels(1.0, 3.0), BulkLevels(0.8, 2.6)
    if kind == "straddling":
        bulk_B = BulkLevels(0.9, 2.2)
    found = band_offsets(superlattice(step), (2.0, 3.0), (8.0, 16.0), (32.0, 40.0), bulk_A, bulk_B)
    assert found.potential_eV == pytest.approx(step, abs=2e-3)
    assert found.valence_eV == pytest.approx(step + bulk_B.valence_eV - bulk_A.valence_eV, abs=2e-3)
    assert found.conduction_eV - found.valence_eV == pytest.approx(bulk_B.gap_eV - bulk_A.gap_eV)
    assert found.kind == kind


def test_a_window_at_the_interface_is_no_plateau() -> None:
    bulk = BulkLevels(1.0, 3.0)
    with pytest.raises(HeterofilmError, match="no plateau"):
        band_offsets(superlattice(1.0), (2.0, 3.0), (22.0, 26.0), (32.0, 40.0), bulk, bulk)


def slab(lower: float, upper: float) -> Profile:
    """A slab from 18 to 30 Å; the vacuum below at `lower`, above at `upper`, the dipole layer at the cell's edge."""
    values = np.where(Z < 18.0, lower, np.where(Z > 30.0, upper, -5.0))
    return Profile(Z, values, H, "eV")


def test_each_face_has_its_work_function_and_the_dipole_is_their_difference() -> None:
    found = work_function(slab(4.0, 4.5), -0.3, (18.5, 29.5))
    assert (found.lower_eV, found.upper_eV, found.dipole_step_eV) == pytest.approx((4.3, 4.8, 0.5))
    assert found.flatness_eV == 0.0


def test_a_slab_over_the_end_of_the_cell_is_read_alike() -> None:
    rolled = slab(4.0, 4.5)
    rolled = Profile(Z, np.roll(rolled.values, N // 2), H, "eV")
    found = work_function(rolled, -0.3, (42.5, 53.5))
    assert (found.lower_eV, found.upper_eV) == pytest.approx((4.3, 4.8))


def test_vacuum_is_two_margins_and_2_A() -> None:
    check_vacuum(12.0, (1.0, 5.0), 3.0)
    with pytest.raises(HeterofilmError, match=r"leaves 7\.9 Å of vacuum.*8\.0 Å"):
        check_vacuum(11.9, (1.0, 5.0), 3.0)
    with pytest.raises(HeterofilmError, match="margin"):
        check_vacuum(12.0, (1.0, 5.0), float("nan"))


def test_too_little_vacuum_and_a_slope_in_it_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="vacuum"):
        work_function(slab(4.0, 4.0), 0.0, (1.0, 45.0))
    tilted = Profile(Z, Z * 0.3, H, "eV")
    with pytest.raises(HeterofilmError, match="no plateau"):
        work_function(tilted, 0.0, (18.0, 30.0))
