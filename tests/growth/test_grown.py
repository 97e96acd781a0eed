"""A grown film: nominal values, draws, and the phases that its composition makes."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.growth.grow import Grown, grow
from heterofilm.library import names


@pytest.fixture(scope="module")
def films() -> dict[str, Grown]:
    return {name: grow(name) for name in names("recipes")}


def test_phases_fill_the_film(films: dict[str, Grown]) -> None:
    """Volume fractions of the phases that are there add up to one."""
    for name, film in films.items():
        assert sum(film.phases.values()) == pytest.approx(1.0), name
        assert all(share > 0.0 for share in film.phases.values())


def test_nominal_values_lie_among_the_draws(films: dict[str, Grown]) -> None:
    """Between the least and the largest draw, and the interval between 5 and 95 % within them too."""
    for name, film in films.items():
        drawn = np.asarray(film.draws.thickness, float)
        low, high = film.interval("thickness")
        assert drawn.min() <= low < high <= drawn.max() and drawn.min() <= film.thickness <= drawn.max(), name


def test_crystalline_is_more_than_half_and_its_likelihood_a_share(films: dict[str, Grown]) -> None:
    for film in films.values():
        assert film.crystalline == (float(film.state.crystallised) > 0.5)
        assert film.likelihood == np.mean(np.asarray(film.draws.crystallised) > 0.5)


def test_the_copper_of_the_phases_is_that_of_the_film(films: dict[str, Grown]) -> None:
    """Mass balance: Cu/V of the mixture, counted over the phases' own atoms and molar volumes."""
    for name, film in films.items():
        if film.ratio is None:
            continue
        atoms = {"Cu": 0.0, "V": 0.0}
        for phase_name, share in film.phases.items():
            phase = film.entries.phases[phase_name]
            for element in atoms:
                atoms[element] += share * phase.density.si / phase.molar_mass.si * phase.atoms.get(element, 0.0)
        assert atoms["Cu"] / atoms["V"] == pytest.approx(film.ratio, rel=1e-6, abs=1e-9), name
