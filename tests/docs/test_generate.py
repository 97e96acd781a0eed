"""The pages that are written from the code say what the code does."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import heterofilm as hf
from heterofilm.cli import _parser
from heterofilm.engine.parameters import Film, Interface, Phase

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("key", "field", "law"),
    [
        ("phase.hysteresis_rate", "Phase.K", "msmr.hysteresis"),
        ("phase.nucleation.rate", "Phase.k_n", "msmr.nucleation_rate"),
        ("phase.D", "Diffusion.D", "rates.matrix"),
        ("film.hetero_i0", "Film.i0_h", "rates.exchange"),
        ("film.domain_size", "Film.area_per_volume", "rates.exchange"),
        ("film.transport_factor", "Film.tau", "voltage.film_ohmic_loss"),
        ("electrolyte.cathode_interface.i0", "Interface.i0", "kinetics.butler_volmer"),
        ("electrolyte.dissociation.D_plus", "Electrolyte.D_plus", "voltage.electrolyte_loss"),
        ("cell.series_resistance", "Model.R_s", "voltage.voltage"),
        ("phase.ageing.depth_loss", "Wear.k_c", "ageing.loss"),
        ("electrolyte.interface_growth", "Ageing.k_R", "ageing.aged@cathode"),
    ],
)
def test_a_value_is_followed_to_the_law_that_reads_it(generate: ModuleType, key: str, field: str, law: str) -> None:
    found = generate.reaches()
    assert field in found[key], found.get(key)
    if not law.endswith("@cathode"):
        assert law in found[key][field], found[key][field]
    else:
        assert law.partition("@")[0] in {user.partition("@")[0] for user in found[key][field]}


def test_what_is_followed_is_what_acts(generate: ModuleType) -> None:
    """A value that is said to reach a field changes that field of the assembled model, and no other of its struct."""
    plain = hf.Cell.load("voc1-atfb")
    for path, key, struct, of in (
        ("films.VOC1.hetero_i0", "film.hetero_i0", Film, lambda m: m.film),
        ("phases.V2O5.hysteresis_rate", "phase.hysteresis_rate", Phase, lambda m: m.matrix),
        ("electrolytes.LiPON.cathode_interface.i0", "electrolyte.cathode_interface.i0", Interface, lambda m: m.cathode),
    ):
        value = next(float(v.value) for p, v in _paths(plain) if p == path)
        changed = hf.Cell.load("voc1-atfb", {path: 0.9 * value})
        a, b = of(plain.model), of(changed.model)
        moved = {name for name in struct.__annotations__ if repr(getattr(a, name)) != repr(getattr(b, name))}
        said = {field.partition(".")[2] for field in generate.reaches()[key] if field.startswith(struct.__name__)}
        assert moved == said, key


def _paths(cell: hf.Cell) -> list[tuple[str, object]]:
    from heterofilm.library import value_paths

    return [*value_paths(cell.entries)]


def test_every_section_of_the_cell_has_its_values(generate: ModuleType) -> None:
    """Thermodynamics, film, interfaces, electrolyte, voltage, impedance and ageing."""
    page = generate.equations_values()
    for number in (1, 2, 3, 4, 5, 8, 9):
        assert f"\n## {number}. " in page
    assert "`anode.i0`" not in page.partition("## 9. ")[2], "ageing acts on the cathode's interface alone"


def test_the_library_page_has_a_source_for_every_value(generate: ModuleType) -> None:
    rows = [line for line in generate.library_page().splitlines() if line.startswith("| `")]
    assert len(rows) > 300
    for row in rows:
        assert len([cell for cell in row.split(" | ") if cell.strip(" |")]) >= 4, row
        assert not row.rstrip().endswith("|  |"), row


def test_the_commands_page_has_every_command(generate: ModuleType) -> None:
    page = generate.commands_page()
    choices = next(a.choices for a in _parser()._actions if hasattr(a, "choices") and isinstance(a.choices, dict))
    for name in choices:
        own = page.partition(f"### `heterofilm {name}`\n")[2].partition("\n### ")[0]
        assert "examples:" in own, name
    assert "--folder" in page and "--propose" in page


def test_the_pages_are_written_once(generate: ModuleType, tmp_path: Path) -> None:
    """A second run leaves files as they are, so that nothing is built again for them."""
    generate.write_all(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")}
    assert len(before) == len(generate.PAGES)
    generate.write_all(tmp_path)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")}


def test_the_reference_has_every_public_name(generate: ModuleType) -> None:
    """Once each."""
    listed = re.findall(r"^   (\w+)$", generate.python_names(), re.MULTILINE)
    assert sorted(listed) == sorted(set(hf.__all__) - {"__version__"})
