"""Layers of a cross-section by their elements, and maps: from files to verdicts, with their figures."""

from pathlib import Path

import numpy as np
import tifffile
from scipy.ndimage import gaussian_filter
from scipy.special import ndtr

from heterofilm.samples import analyse, write


def test_a_cell_in_section_and_its_maps(tmp_path: Path) -> None:
    """Film on platinum on silicon with interfaces as wide as stated; copper and vanadium apart in the maps."""
    rng = np.random.default_rng(0)
    x = np.arange(0.0, 1200.0, 8.0)
    edges = ndtr((x - 400.0) / 30.0), ndtr((x - 700.0) / 20.0)
    percent = {"V": 30.0 * (1.0 - edges[0]), "Pt": 90.0 * edges[0] * (1.0 - edges[1]), "Si": 95.0 * edges[1]}
    rows = [",".join([f"{a:g}", *(f"{max(v[k] + rng.normal(0.0, 0.8), 0.0):.3f}" for v in percent.values())])
            for k, a in enumerate(x)]  # fmt: skip
    (tmp_path / "line.csv").write_text("Distance (nm),V (at%),Pt (at%),Si (at%)\n" + "\n".join(rows) + "\n")
    f = gaussian_filter(rng.standard_normal((160, 160)), 8.0, mode="wrap")
    f /= f.std()
    for name, sign in (("V", 0.3), ("Cu", -0.3)):
        counts = rng.poisson(12.0 * np.maximum(1.0 + sign * f, 0.0)).astype(np.uint16)
        tifffile.imwrite(tmp_path / f"film_{name} K.tif", counts)
    (tmp_path / "sample.toml").write_text(
        'name = "section"\n[[files]]\npath = "line.csv"\n'
        + "".join(f'[[files]]\npath = "film_{n} K.tif"\nwhat = "element maps"\npixel = "20 nm"\n' for n in ("V", "Cu"))
    )
    done = analyse(tmp_path)
    assert not done.failed and done.files["line.csv"] == "line scan"
    found = {r.quantity: r for r in done.results}
    assert found["order of layers"].value == "V | Pt | Si"
    for name, place, width in (("interface V | Pt", 400.0, 60.0), ("interface Pt | Si", 700.0, 40.0)):
        at, wide = found[name], found[f"{name}, width 16-84 %"]
        assert abs(at.value - place) <= 3.0 * at.uncertainty and at.uncertainty < 10.0
        assert abs(wide.value - width) <= 3.0 * wide.uncertainty
    thick = found["thickness of the layer of Pt"]
    assert abs(thick.value - 300.0) <= 3.0 * thick.uncertainty
    assert found["V and Cu maps"].value == "apart" and found["V map"].value == "uneven"
    assert any("beam's spread" in note for note in done.findings["line scan"].notes)
    page = write([done], tmp_path / "out", formats=["png"])
    assert page.is_file() and len(list((tmp_path / "out" / "figures").iterdir())) == 3


def test_a_map_of_no_element_is_said(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "grey.tif", np.ones((64, 64), np.uint16))
    (tmp_path / "sample.toml").write_text('name = "a"\n[[files]]\npath = "grey.tif"\nwhat = "element maps"\n')
    assert "does not say of which element" in analyse(tmp_path).failed[0][1]


def test_cracks_before_and_after_cycling(tmp_path: Path) -> None:
    """A film that cracks between two images: the change of the share is more than its uncertainty."""
    rng = np.random.default_rng(2)
    sheet = 'name = "a"\n'
    for cycle in (0, 100):
        image = 120.0 + 8.0 * gaussian_filter(rng.standard_normal((256, 256)), 3.0) * 10.0
        if cycle:
            image[:, 60:66] -= 90.0
            image[150:156, :] -= 90.0
        tifffile.imwrite(tmp_path / f"c{cycle}.tif", np.clip(image, 0, 255).astype(np.uint8))
        sheet += f'[[files]]\npath = "c{cycle}.tif"\nwhat = "surface"\npixel = "5 nm"\ncycle = {cycle}\n'
    (tmp_path / "sample.toml").write_text(sheet)
    done = analyse(tmp_path)
    found = {r.quantity: r for r in done.results}
    change = found["crack share, cycle 100 less cycle 0"]
    assert found["cracks"].value == "none" and abs(change.value - 4.6) < 2.0 * change.uncertainty < 4.0
    assert len(done.findings["surface"].figures) == 2
