"""Stacks of the library, and devices that cannot be."""

import tomllib

import pytest

from heterofilm.device.budget import budget_table, chip_hours
from heterofilm.device.stack import Rectangle, Stack
from heterofilm.errors import HeterofilmError
from heterofilm.library import names
from heterofilm.library.files import DATA

BASE = (DATA / "devices" / "voc1-polyimide.toml").read_text(encoding="utf-8")
PLAIN = """
name = "mine"
title = "mine"
cell = "voc1-atfb"
span = "10 mm"
"""
LAYERS = [
    ("substrate", "polyimide", "5 um", "20 mm", "20 mm"),
    ("collector", "platinum", "0.2 um", "12 mm", "12 mm"),
    ("cathode", "V2O5-Cu2V2O7", None, "10 mm", "10 mm"),
    ("electrolyte", "LiPON", None, "14 mm", "14 mm"),
    ("anode", "lithium", "2 um", "10 mm", "10 mm"),
]


def text(layers=LAYERS, more: str = "", plain: str = PLAIN) -> str:
    parts = [plain]
    for role, material, thickness, width, length, *extra in layers:
        parts.append(f'[[layers]]\nrole = "{role}"\nmaterial = "{material}"\nwidth = "{width}"\nlength = "{length}"\n')
        parts += [f'thickness = "{thickness}"\n'] if thickness else []
        parts += extra
    return "\n".join([*parts, more])


def changed(place: int, **keys: str | None):
    """The layers with one of them changed."""
    order = ("role", "material", "thickness", "width", "length")
    return [
        tuple(keys.get(key, old) for key, old in zip(order, layer, strict=True)) if k == place else layer
        for k, layer in enumerate(LAYERS)
    ]


@pytest.mark.parametrize("name", names("devices"))
def test_every_packaged_device_stands(name: str) -> None:
    stack = Stack.load(name)
    assert stack.layers[0].role == "substrate"
    for below, above in zip(stack.layers, stack.layers[1:], strict=False):
        assert above.bottom == pytest.approx(below.top)
    assert 0.0 < stack.active_area < stack.footprint
    assert stack.mass(False) < stack.mass(True) and stack.volume(False) < stack.volume(True)


def test_the_overlap_counts(tmp_path) -> None:
    """Collector, film, electrolyte and anode of 12, 10, 14, 10 mm; the anode moved by 4 mm leaves 6 mm of the film."""
    file = tmp_path / "mine.toml"
    file.write_text(text())
    assert Stack.load(file).active_area == pytest.approx(1e-4)
    moved = [*LAYERS[:-1], (*LAYERS[-1], 'x = "4 mm"\n')]
    wide = [(r, m, t, "24 mm" if r == "electrolyte" else "30 mm" if r == "substrate" else w, h, *e)
            for r, m, t, w, h, *e in moved]  # fmt: skip
    file.write_text(text(wide))
    assert Stack.load(file).active_area == pytest.approx(0.6e-4)
    assert Rectangle(0, 1, 0, 1).overlap(Rectangle(2, 3, 0, 1)).area == 0.0


def test_mass_is_density_times_volume() -> None:
    stack = Stack.load("voc1-polyimide")
    film = stack.layer("cathode")
    assert film.mass == pytest.approx(stack.cell.composition.density * 300e-9 * film.opening.area)
    total = sum(layer.density * layer.thickness.si * layer.opening.area for layer in stack.layers)
    assert stack.mass() == pytest.approx(total)


def test_values_are_set_by_their_paths() -> None:
    stack = Stack.load("voc1-polyimide", {"films.VOC1.thickness": "600 nm", "materials.LiPON.toughness": 1.0})
    assert stack.layer("cathode").thickness.si == pytest.approx(600e-9)
    assert stack.layer("electrolyte").material.toughness.value == 1.0
    assert Stack.load("voc1-polyimide", {"devices.voc1-polyimide.layers.0.thickness": "25 um"}).layers[0].top == 25e-6


def test_the_budget_of_a_chip_is_as_measured() -> None:
    for kelvin, hours in ((698.15, 6.0), (723.15, 1.0), (748.15, 0.5)):
        assert chip_hours(kelvin) == pytest.approx(hours)
    assert chip_hours(573.0) > 100.0 and chip_hours(873.0) < 0.1


def test_the_anneal_is_what_decides() -> None:
    """573 K is borne by polyimide and by a chip; the anneal of LiCoO2 by neither."""

    def anneal(name: str) -> dict:
        return next(row for row in budget_table(Stack.load(name)).iter_rows(named=True) if row["step"] == "anneal")

    assert anneal("voc1-polyimide")["margin_K"] > 0 and anneal("voc1-silicon")["chip_budget"] < 1.0
    assert anneal("lco-polyimide")["margin_K"] < 0 and "too hot" in anneal("lco-polyimide")["note"]
    assert anneal("lco-silicon")["chip_budget"] > 1.0


STEP = '[[steps]]\nname = "heat"\nlayer = "{0}"\ntemperature = "{1}"\ntime = "1 h"\n'
IMPOSSIBLE = {
    "no substrate": (text(LAYERS[1:]), "at least 4|needs one substrate"),
    "two substrates": (text([LAYERS[0], *LAYERS]), "one substrate, got 2"),
    "substrate on top": (text([*LAYERS[1:], LAYERS[0]]), "first layer"),
    "no electrolyte": (text([*LAYERS[:3], LAYERS[4]]), "one electrolyte, got 0"),
    "two anodes": (text([*LAYERS, LAYERS[4]]), "one anode, got 2"),
    "electrolyte below the cathode": (text([*LAYERS[:2], LAYERS[3], LAYERS[2], LAYERS[4]]), "in this order"),
    "anode without thickness": (text(changed(4, thickness=None)), "anode needs a thickness"),
    "substrate without thickness": (text(changed(0, thickness=None)), "substrate needs a thickness"),
    "negative thickness": (text(changed(1, thickness="-1 um")), "positive"),
    "thickness in volts": (text(changed(1, thickness="1 V")), "quantity in um"),
    "width of nothing": (text(changed(2, width="0 mm")), "positive"),
    "unknown material": (text(changed(1, material="platnum")), "platnum"),
    "unknown role": (text(changed(1, role="roof")), "role"),
    "cathode beside the anode": (text([*LAYERS[:-1], (*LAYERS[-1], 'x = "50 mm"\n')]), "do not overlap"),
    "film beyond the substrate": (text(changed(3, width="30 mm")), "reaches beyond the substrate"),
    "anode touches cathode": (text(changed(3, width="8 mm")), "touches the cathode"),
    "liquid electrolyte": (text(plain=PLAIN.replace("voc1-atfb", "voc1-half")), "liquid electrolyte"),
    "no such cell": (text(plain=PLAIN.replace("voc1-atfb", "voc9")), "voc9"),
    "no span": (text(plain=PLAIN.replace('span = "10 mm"', "")), "span"),
    "span of nothing": (text(plain=PLAIN.replace("10 mm", "0 mm")), "positive"),
    "a trace of lithium": (text(changed(4, thickness="0.0000001 um")), "anode hold"),
    "step at no layer": (text(more=STEP.format("encapsulation", "300 K")), "no layer of the device"),
    "step below absolute zero": (text(more=STEP.format("cathode", "-5 K")), "positive"),
    "crack that releases nothing": (text(plain=PLAIN + "crack_driving_force = 0.1\n"), "at least 0.5"),
    "contact lost twice": (text(plain=PLAIN + "cracked_contact = 2\n"), "at most 1"),
    "unknown key": (text(plain=PLAIN + "spam = 2\n"), "spam"),
    "no layers": (PLAIN, "layers"),
}


@pytest.mark.parametrize("why", IMPOSSIBLE)
def test_impossible_devices_are_refused_in_a_sentence(why: str, tmp_path) -> None:
    content, said = IMPOSSIBLE[why]
    tomllib.loads(content)  # a file that can be read
    file = tmp_path / "mine.toml"
    file.write_text(content)
    with pytest.raises(HeterofilmError, match=said) as caught:
        Stack.load(file)
    assert "\n" not in str(caught.value) and str(caught.value).rstrip().endswith((".", "?"))


def test_a_value_that_does_not_act_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="does not act"):
        Stack.load("voc1-polyimide", {"films.VO.thickness": "500 nm"})
    with pytest.raises(HeterofilmError, match=r"does not act|no entry"):
        Stack.load("voc1-polyimide", {"materials.silicon.toughness": 1.0})
