"""Depth profiles: the order of layers in measured stacks, time to depth."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from draws import examples
from heterofilm.analysis.depth.edges import find_edges
from heterofilm.analysis.depth.profile import depth_scale, layers, normalised
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement, read
from real_data import real_file


def profile(**ions: np.ndarray) -> Measurement:
    n = len(next(iter(ions.values())))
    return Measurement("depth profile", "p", pl.DataFrame({"time_s": np.arange(n) * 2.0, **ions}))


def test_the_measured_stack_comes_out_in_its_order() -> None:
    """Perovskite on the phosphonic-acid monolayer on indium tin oxide on glass, whatever the order of asking."""
    stack = read(real_file("tofsims/I231115u_D_MeO-2PACz_5f_neg-C2_-_NF.txt"))
    found = layers(stack, ["SiO_2-", "InO_2-", "PbI_3-", "PO_3-"])
    assert found.ions == ("PbI_3-", "PO_3-", "InO_2-", "SiO_2-") and all(found.certain)
    assert np.isnan(found.interfaces[2][0])  # the run ends before the plateau of glass: no interface is claimed


def test_the_second_measured_stack_comes_out_in_its_order_with_sharp_interfaces() -> None:
    stack = read(real_file("tofsims/I241209p_A_MAPI_1f-1nA_neg-B4_-_NF.txt"))
    found = layers(stack, ["InO_2-", "PO_3-", "PbI_3-"])
    assert found.ions == ("PbI_3-", "PO_3-", "InO_2-") and all(found.certain)
    position, error, width, _ = found.interfaces[0]
    assert 100.0 < position < 112.0 and error < 6.0 and 0.0 < width < 15.0
    assert any(r.quantity == "order of layers" for r in found.results("MAPI"))


def test_an_ion_that_the_stack_lacks_holds_no_layer() -> None:
    stack = read(real_file("tofsims/I231115u_D_MeO-2PACz_5f_neg-C2_-_NF.txt"))
    with pytest.raises(HeterofilmError, match="hold no layer"):
        layers(stack, ["Ag-", "InO_2-"])


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 500)), min_size=1, max_size=5))
@examples(500)
def test_every_interface_lies_at_the_sum_of_thicknesses_above_it(pieces: list[tuple[float, float]]) -> None:
    times = np.cumsum([t for t, _ in pieces])
    thick = [d for _, d in pieces]
    scale = depth_scale(times.tolist(), thick)
    assert scale.depth(times) == pytest.approx(np.cumsum(thick))
    assert scale.depth(np.array([0.0]))[0] == 0.0


def test_the_error_of_a_rate_is_that_of_thickness_and_times() -> None:
    scale = depth_scale([100.0], [50.0], interface_errors_s=[2.0], thickness_errors_nm=[0.5])
    assert scale.rate_nm_s[0] == 0.5
    assert scale.rate_error[0] == pytest.approx(0.5 * np.hypot(0.02, 0.01))
    assert "assumed" in scale.note


def test_depth_replaces_time_in_the_edges() -> None:
    t = np.arange(120) * 2.0
    deep = depth_scale([100.0], [300.0]).applied(profile(A=1000.0 * ndtr((t - 100.0) / 9.0)))
    edge = find_edges(deep, "A")[0]
    assert (
        edge.unit == "nm"
        and edge.position == pytest.approx(300.0, abs=0.2)
        and edge.width == pytest.approx(54.0, rel=0.02)
    )


def test_normalised_point_by_point_sums_to_one() -> None:
    random = np.random.default_rng(0)
    p = profile(A=random.poisson(50, 40).astype(float), B=random.poisson(90, 40).astype(float))
    shares = normalised(p, ["A", "B"], "sum")
    assert np.allclose(shares["A"] + shares["B"], 1.0)
    assert np.allclose(normalised(p, ["A"], "B")["A"], p.column("A") / p.column("B"))
    assert 0.9 < normalised(p, ["A"], "max")["A"].max() < 1.6  # type: ignore[operator]


@pytest.mark.parametrize(("call", "words"), [
    (lambda p: layers(p, ["A"]), "at least two"),
    (lambda p: depth_scale([1.0, 2.0], [3.0]), "as many interfaces"),
    (lambda p: depth_scale([-1.0], [3.0]), "must rise"),
    (lambda p: normalised(p, ["A"], "C"), "no ion 'C'"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(call, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        call(profile(A=np.ones(20), B=np.ones(20)))
