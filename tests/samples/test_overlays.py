"""Curves of samples, cycles and potentials: what is laid over what, and what is left out with a word."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.samples import load_sample
from heterofilm.samples.curves import CURVES, Curve, curves_of_sample
from heterofilm.samples.overlays import overlays
from heterofilm.samples.sample_file import KINDS
from synthetic_files import FILES, write_files

SHEET = 'name = "VO"\narea = "2.00 +- 0.02 cm2"\nthickness = "300 +- 9 nm"\n'
WITHOUT = {
    "ion maps",
    "composition",
    "hrtem",
    "cross-section",
    "element maps",
    "surface",
    "ignore",
}  # images, and a table of numbers


def curve(sample: str, part: str = "V2p", height: float = 1.0, file: str = "a.vms", **at: float) -> Curve:
    x = np.linspace(0.0, 1.0, 20)
    return Curve(sample, file, "xps", part, "Binding energy / eV", "Intensity", x, height * x, scaled=True, **at)  # type: ignore[arg-type]


def test_every_kind_that_is_a_curve_has_one() -> None:
    assert set(CURVES) | WITHOUT == set(KINDS)


@pytest.mark.parametrize("name", [name for name, (kind, _) in FILES.items() if kind in CURVES])
def test_every_technique_gives_curves_of_finite_numbers(name: str, tmp_path: Path) -> None:
    """As measured: as many x as y, with labels; a cell's capacity goes with one over its area."""
    write_files(tmp_path, name)
    kind = FILES[name][0]
    (tmp_path / "sample.toml").write_text(f'{SHEET}[[files]]\npath = "{name}"\nwhat = "{kind}"\n')
    found, failed = curves_of_sample(load_sample(tmp_path), kind)
    assert found and not failed
    for one in found:
        assert one.x.size == one.y.size > 2 and one.kind == kind and one.file == name and one.x_label and one.y_label
        assert np.isfinite(one.y).sum() > 2
        # a line of X-rays or electrons may be as narrow as one point: cosmic rays are looked for in light alone
        assert one.camera == (kind in ("raman", "raman map", "photoluminescence"))


def test_a_capacity_is_per_volume_of_film(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mpt")
    tops = []
    for area in ("1.00", "2.00"):
        (tmp_path / "sample.toml").write_text(SHEET.replace("2.00", area))
        found, _ = curves_of_sample(load_sample(tmp_path), "cycling")
        tops.append(found[0].x.max())
        assert "µm" in found[0].x_label and {c.part for c in found} == {"discharge", "charge"}
        assert [c.cycle for c in found if c.part == "discharge"] == [1, 2, 3]
    assert tops[0] == pytest.approx(2.0 * tops[1])


def test_samples_measured_alike_are_compared() -> None:
    """By part and potential; of two files alike the first, which the caption says."""
    curves = [curve("A"), curve("B"), curve("A", file="again.vms"), curve("A", potential_V=2.9), curve("A", "O1s")]
    (figure,) = overlays(curves)
    assert [s.label for s in figure.series] == ["A", "B"] and "A: the first of 2" in figure.caption
    assert figure.title == "XPS: V2p"


def test_a_sample_has_its_colour_in_every_figure() -> None:
    """Also where others are not measured; spectra of impedance have axes of one scale."""
    both, less = overlays([curve("A"), curve("B"), curve("C"), curve("B", "O1s"), curve("C", "O1s")])
    colours = {s.label: s.colour for s in both.series}
    assert {s.label: s.colour for s in less.series} == {"B": colours["B"], "C": colours["C"]}
    (alone,) = overlays([curve("B"), curve("C")], order=["A", "B", "C"])
    assert [s.colour for s in alone.series] == [colours["B"], colours["C"]]
    assert not both.equal and overlays([curve("A", "Nyquist"), curve("B", "Nyquist")])[0].equal


def test_values_are_in_order_and_those_of_two_tests_do_not_mix() -> None:
    curves = [curve("A", potential_V=p) for p in (2.9, 2.1, 2.5, 2.5)] + [curve("B", potential_V=2.9)]
    (figure,) = overlays(curves, "potentials", waterfall=True)
    assert [s.label for s in figure.series] == ["2.1 V", "2.5 V", "2.9 V"] and "1 further" in figure.caption
    tests = [curve("A", file=f, cycle=c) for f in ("slow.mpt", "fast.mpt") for c in (1, 2, 3)]  # type: ignore[arg-type]
    both = overlays(tests, "cycles")
    assert [len(f.series) for f in both] == [3, 3] and {"slow" in f.title for f in both} == {True, False}


def test_many_cycles_are_told_by_a_bar_of_their_numbers() -> None:
    (figure,) = overlays([curve("A", cycle=c) for c in range(1, 40, 3)], "cycles")  # type: ignore[arg-type]
    assert figure.scale is not None and figure.scale.names[:3] == ("1", "4", "7") and figure.scale.label == "Cycle"
    (by_potential,) = overlays([curve("A", potential_V=2.0 + 0.1 * k) for k in range(12)], "potentials")
    assert by_potential.scale is not None and by_potential.scale.label == "Potential / V"
    assert by_potential.scale.names[:2] == ("2", "2.1") and by_potential.series[1].label == "2.1 V"


def test_a_flat_curve_is_left_out_with_a_word() -> None:
    (figure,) = overlays([curve("A"), curve("B"), curve("C", height=0.0)])
    assert [s.label for s in figure.series] == ["A", "B"] and "flat, and not drawn: C" in figure.caption


def test_what_cannot_be_compared_is_one_sentence() -> None:
    with pytest.raises(HeterofilmError, match="no two samples measured alike among 1"):
        overlays([curve("A")])
    with pytest.raises(HeterofilmError, match="no 'Zn2p' among the curves; there are V2p"):
        overlays([curve("A"), curve("B")], part="Zn2p")
    with pytest.raises(HeterofilmError, match="no two different temperatures of one sample"):
        overlays([curve("A"), curve("B")], "temperatures")
