"""Diffraction of films: measured mixtures, virtual films, sizes, axis settings."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.analysis.structure.peaks import Line
from heterofilm.analysis.structure.phase_evidence import Observed
from heterofilm.analysis.structure.phases import identify
from heterofilm.analysis.structure.xrd import Crystallite, _mean, _not_blended, analyse_xrd, scherrer, translate_hkl
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from heterofilm.library.patterns import pattern
from heterofilm.synthetic.raman import RamanTruth, write_labspec
from heterofilm.synthetic.xrd import XrdTruth, write_xrdml, write_xy
from real_data import real_file


@pytest.mark.parametrize(
    ("name", "partner"),
    [
        ("dara_V2O5_0p8011-ZrO2_0p2012--8min", "ZrO2"),
        ("dara_V2O5_0p8011-ZrO2_0p2012--2min", "ZrO2"),
        ("dara_V2O5_0p3015-TiO2_0p6998--8min", "anatase-TiO2"),
        ("dara_V2O5_0p4005-NiO_0p6016--8min", "NiO"),
        ("dara_V2O5-2ZnO_400C_60min", "ZnO"),
        ("dara_Cr2O3-V2O5_400C_60min", "Cr2O3"),
    ],
)
def test_mixtures_of_v2o5_hold_v2o5_and_their_partner_and_nothing_else(name: str, partner: str) -> None:
    """Weighed mixtures (what is in them is known by weighing) and two heated ones (precursors known)."""
    found = analyse_xrd(read(real_file(f"xrd/{name}.xrdml"))).identification
    assert set(found.named("present")) == {"V2O5", partner} and not found.named("possible")
    v2o5 = next(p for p in found.phases if p.name == "V2O5")
    by_label = {a.label: a.position for a in v2o5.lines}
    if "(001)" in by_label:
        assert 20.2 < by_label["(001)"] < 20.65


def test_mno_is_mno() -> None:
    assert analyse_xrd(read(real_file("xrd/autoanalyzer_MnO.xy"))).identification.named("present") == ("MnO",)


def test_virtual_films_are_what_they_are_in_19_of_20(tmp_path: Path) -> None:
    """Texture, strain to 0.6 %, a substrate's lines, displaced samples, K-alpha2, noise; amorphous films among them."""
    films: list[list[str]] = [["V2O5"], ["V2O5", "beta-Cu2V2O7"], ["beta-Cu2V2O7"], ["CuO", "V2O5"], ["LiCoO2"],
                              ["LiMn2O4"], ["LiFePO4"], []]  # fmt: skip
    substrates = ["Si", "Pt", "austenite", "Au", "corundum", "quartz"]
    rng = np.random.default_rng(7)
    right = sizes = sized = 0
    for k in range(20):
        film, below = films[k % len(films)], substrates[k % len(substrates)]
        truth = XrdTruth(
            {n: float(rng.uniform(300, 3000)) for n in film},
            {below: float(rng.uniform(1000, 20000))},
            {n: float(rng.uniform(-0.006, 0.006)) for n in film},
            {n: float(rng.uniform(10, 50)) for n in film},
            halo=0.0 if film else 300.0, displacement_deg=float(rng.uniform(-0.08, 0.08)), step_deg=0.03, seed=k,
        )  # fmt: skip
        result = analyse_xrd(read(write_xrdml(tmp_path / "a.xrdml", truth)), substrates=(below,))
        found = result.identification
        right += set(found.named("present")) - {below} == set(film) and found.amorphous is not bool(film)
        for name in film:
            if some := [c for c in result.crystallites if c.phase == name and not c.bound]:
                size, sd = _mean(some)
                sizes += abs(size - truth.size_nm[name]) < 2.0 * sd
                sized += 1
    assert right >= 19 and sizes >= 0.95 * sized and sized >= 15


def test_an_amorphous_film_shows_its_halo_and_a_crystalline_one_none(tmp_path: Path) -> None:
    glass = analyse_xrd(read(write_xy(tmp_path / "a.xy", XrdTruth({}, halo=400.0))))
    assert glass.identification.amorphous and glass.halo == pytest.approx(25.0, abs=2.0)
    assert glass.identification.summary.startswith("amorphous")
    crystal = analyse_xrd(read(write_xy(tmp_path / "b.xy", XrdTruth({"V2O5": 1000.0}))))
    assert not crystal.identification.amorphous and crystal.halo is None


def test_a_fibre_textured_film_is_recognised_by_one_axis(tmp_path: Path) -> None:
    truth = XrdTruth({"V2O5": 3000.0}, fibre={"V2O5": (0, 0, 1)}, texture=0.2, two_theta_deg=(10.0, 88.0))
    found = analyse_xrd(read(write_xy(tmp_path / "a.xy", truth))).identification
    assert found.phases[0].name == "V2O5" and found.phases[0].verdict != "absent"
    assert found.phases[0].axis == "001" and "textured" in found.phases[0].reason


def test_strain_is_told_from_a_misplaced_sample(tmp_path: Path) -> None:
    truth = XrdTruth({"V2O5": 3000.0}, strain={"V2O5": 0.006}, displacement_deg=0.1, texture=0.2)
    found = analyse_xrd(read(write_xy(tmp_path / "a.xy", truth))).identification
    assert found.phases[0].shift == pytest.approx(0.006, abs=0.0015)


@given(st.floats(5.0, 60.0), st.floats(15.0, 80.0))
def test_scherrer_gives_back_the_size_that_broadens_a_line(size: float, two_theta: float) -> None:
    """beta = K lambda / (L cos theta) without an instrument is inverted exactly."""
    theta = math.radians(two_theta / 2)
    width = math.degrees(0.9 * 0.15406 / (size * math.cos(theta)))
    line = Line(two_theta, 0.001, 100.0, 1.0, 10.0, 0.1, width, 0.001 * width, 1.0, 50.0)
    found, sd, bound = scherrer(line, 1.5406, (0.0, 0.0))
    assert found == pytest.approx(size, rel=1e-9) and not bound and 0.05 < sd / found < 0.06


def test_a_line_as_narrow_as_the_instrument_gives_a_lower_bound() -> None:
    line = Line(30.0, 0.001, 100.0, 1.0, 10.0, 0.1, 0.11, 0.005, 0.5, 50.0)
    size, sd, bound = scherrer(line, 1.5406, (0.10, 0.03))
    assert bound and math.isnan(sd) and size > 30.0


def test_the_two_axis_settings_of_v2o5_by_name() -> None:
    """The 0.34 nm spacing is (101) in PDF 001-0359 and (110) in Pmmn."""
    assert translate_hkl((1, 0, 1), "PDF 001-0359", "Pmmn", "V2O5") == (1, 1, 0)
    assert translate_hkl((0, 1, 0), "PDF 001-0359", "Pmmn", "V2O5") == (0, 0, 1)
    with pytest.raises(HeterofilmError, match="Did you mean 'Pmmn'"):
        translate_hkl((1, 0, 0), "Pmnm", "Pmmn", "V2O5")


SETTINGS = pattern("xrd", "V2O5").settings


@given(st.tuples(*[st.integers(-9, 9)] * 3), st.sampled_from(list(SETTINGS)), st.sampled_from(list(SETTINGS)))
def test_translation_there_and_back_is_the_identity(hkl: tuple[int, int, int], a: str, b: str) -> None:
    assert translate_hkl(translate_hkl(hkl, a, b, "V2O5"), b, a, "V2O5") == hkl


def test_results_hold_verdicts_lines_and_sizes(tmp_path: Path) -> None:
    result = analyse_xrd(read(write_xrdml(tmp_path / "a.xrdml", XrdTruth({"V2O5": 2000.0}), "VO")))
    rows = {r.quantity: r for r in result.results("VO film")}
    assert rows["V2O5 (XRD)"].value == "present" and rows["crystallite size V2O5"].unit == "nm"
    assert all(r.sample == "VO film" and r.file == "a.xrdml" for r in rows.values())
    d, sd = result.spacing(result.lines.lines[0])
    assert d == pytest.approx(0.5756, abs=0.003) and 0.0 < sd < 0.001


def test_bad_requests_are_one_sentence(tmp_path: Path) -> None:
    raman = read(write_labspec(tmp_path / "a.txt", RamanTruth({"V2O5": 100.0})))
    with pytest.raises(HeterofilmError, match="not XRD"):
        analyse_xrd(raman)
    scan = read(write_xy(tmp_path / "a.xy", XrdTruth({"V2O5": 100.0}, two_theta_deg=(10.0, 20.0))))
    with pytest.raises(HeterofilmError, match="fewer than 30 points"):
        analyse_xrd(scan, two_theta_deg=(40.0, 60.0))
    with pytest.raises(HeterofilmError, match="angstrom"):
        analyse_xrd(scan, wavelength_angstrom=15.4)


def test_the_mean_size_is_that_of_the_mean_width() -> None:
    """Widths are measured: of lines known alike in width, a broad one counts as much as a narrow one, and no more."""
    sizes = [Crystallite("V2O5", "(001)", 20.0, size, 0.2 * size, False) for size in (20.0, 20.0, 20.0, 5.0)]
    inverse = np.array([1.0 / c.size_nm for c in sizes])
    weight = 1.0 / (0.2 * inverse) ** 2
    size, sd = _mean(sizes)
    assert size == pytest.approx(weight.sum() / (weight * inverse).sum()) and sd >= 0.2 * size


@pytest.mark.parametrize("strain", [0.0, 0.004])
@pytest.mark.parametrize("size_nm", [10.0, 25.0])
def test_several_lines_in_one_tell_no_size(size_nm: float, strain: float) -> None:
    """Of eight lines by size and strain, one is doubled in width: it alone is left out, at any place."""
    b, lam = 0.1, 0.709317
    two_theta = np.array([9.3, 10.0, 12.0, 14.1, 15.6, 18.7, 20.5, 23.0])
    theta = np.radians(two_theta / 2.0)
    beta = np.degrees(0.09 * lam / (size_nm * np.cos(theta)) + 4.0 * strain * np.tan(theta))
    full = beta / 2.0 + np.sqrt(beta**2 / 4.0 + b**2)  # true_width(full, b) = beta
    for blend in (None, 0, 3, 7):
        width = full * np.where(np.arange(8) == blend, 2.0, 1.0)
        own = [
            (f"({k})", Line(float(t), 0.01, 100.0, 1.0, 10.0, 0.1, float(w), 0.03 * float(w), 0.5, 50.0))
            for k, (t, w) in enumerate(zip(two_theta, width, strict=True))
        ]
        kept, out = _not_blended(own, b)
        assert out == ([] if blend is None else [f"({blend})"]) and len(kept) == 8 - len(out)


def test_a_weak_reflection_that_the_list_leaves_out_is_not_called_a_stranger() -> None:
    """(401), (220) and (202) of V2O5 are none of its list, and weak; a strong line there is of no phase, and so is a
    weak one where the cell has no reflection."""
    v2o5 = pattern("xrd", "V2O5")
    known = v2o5.two_theta_deg(1.540593)
    own = np.isfinite(known) & (known < 60.0) & (v2o5.strength > 0.1)
    own &= np.diff(known, append=99.0) > 0.2  # two that fall together are seen as one
    a, b, c = v2o5.cell[:3]

    def place(h: int, k: int, n: int) -> float:
        return math.degrees(2 * math.asin(1.540593 / 2 * math.sqrt((h / a) ** 2 + (k / b) ** 2 + (n / c) ** 2)))

    left_out = [at for at in (place(4, 0, 1), place(2, 2, 0), place(2, 0, 2)) if np.abs(known - at).min() > 0.3]
    assert left_out
    for strength, stranger in ((0.03, False), (0.9, True)):
        at = np.array([*known[own], *left_out])
        size = np.array([*v2o5.strength[own], *[strength] * len(left_out)])
        order = np.argsort(at)
        seen = Observed(
            at[order], np.full(at.size, 0.01), np.full(at.size, 0.2), size[order], (8.0, 60.0), None, 1.540593
        )
        said = identify(seen, "xrd", patterns=[v2o5]).summary
        assert ("of no phase in the library" in said) is stranger, said
        assert ("reflections of V2O5 that its list leaves out" in said) is not stranger, said
