"""The examples run as they stand; what the pages show is run by tests/docs."""

import ast
import importlib.util
import inspect
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from heterofilm.cli import _parser
from heterofilm.protocol import Protocol
from heterofilm.samples import load_sample

ROOT = Path(__file__).parent.parent


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_limits_this_film() -> None:
    """The causes add up to the theoretical capacity of the composite (147.9 uAh cm-2 um-1)."""
    shares = load("what_limits_this_film").main()
    assert sum(shares.values()) == pytest.approx(147.9, abs=0.1)
    assert shares["diffusion in the matrix"] > shares["cathode charge transfer"]


def test_your_own_cell() -> None:
    """The stated 150 mAh/g, less what the rate costs; a faster interface gives more of it, never more than all."""
    slow, fast = load("your_own_cell").main()
    assert 120.0 < slow < fast < 151.0


def test_your_own_film() -> None:
    """Half the film, half the charge."""
    thick, thin = load("your_own_film").main()
    assert thin == pytest.approx(thick / 2, rel=0.02)


def test_hundred_thousand_runs(tmp_path: Path) -> None:
    """Two hundred of them: the longer Li needs through the film, the fewer films give enough; all runs are counted."""
    table = load("hundred_thousand_runs").main(200, str(tmp_path / "runs"))
    enough = table.filter(table["films"] > 10)["share"].to_list()
    assert table["films"].sum() == 200 and enough == sorted(enough, reverse=True) and enough[0] > 0.3 > enough[-1]


def test_table_from_data() -> None:
    """A cell from the table of a slow cycle gives the charge of the one that was measured within 3 %; couples meet the
    table within 3 mV."""
    share, missed = load("table_from_data").main()
    assert share == pytest.approx(1.0, abs=0.03)
    assert missed < 3e-3


def test_fit_half_cell() -> None:
    """The truth lies within two widths of each 95 % interval, which has both ends."""
    for value, low, high, truth in load("fit_half_cell").main().values():
        assert low < value < high
        assert low - (high - low) < truth < high + (high - low)


def test_which_arc_is_which() -> None:
    """A fitted circuit finds the intercept and the charge transfers that the model put in."""
    found = load("which_arc_is_which").main()
    assert found["R0"] == pytest.approx(found["series"] + found["electrolyte"] + found["film_ohmic"], rel=0.01)
    assert found["R1"] == pytest.approx(found["anode"], rel=0.02)
    assert found["R2"] == pytest.approx(found["charge_transfer"] + found["exchange"], rel=0.02)


def test_bent_device() -> None:
    """Half a turn changes less than a percent, far from the first crack; twice the area lights about twice as long."""
    found = load("bent_device").main()
    assert abs(found["change"]) < 1.0 and found["radius"] < 5e-3
    assert found["larger"] == pytest.approx(2 * found["light"], rel=0.1)  # brighter too, as it polarises less


def test_rate_test() -> None:
    """The faster, the less; and the first current gives its capacity back."""
    shares = load("rate_test").main()
    assert shares[0] == pytest.approx(1.0) and shares[0] > shares[1] > shares[2] and shares[3] > shares[1]


def test_another_pair() -> None:
    """Electrons go to the higher work function; the first solid named is the matrix."""
    found = load("another_pair").main()
    assert found["V2O5-Cu2V2O7"] == pytest.approx(0.75)
    assert found["LiCoO2-LiNbO3"] == pytest.approx(1.3)


def test_from_files() -> None:
    """What the synthetic sample was made with comes back within three standard deviations."""
    rows = load("from_files").main()
    assert len(rows) == 6
    for name, (value, sigma, truth) in rows.items():
        assert abs(value - truth) < 3.0 * sigma, name


def test_interface_from_first_principles(tmp_path: Path) -> None:
    """With an engine that binds every ion by the same energy, every side gives it; the real one is CHGNet."""
    pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
    pytest.importorskip("pymatgen", reason="the extra 'atoms' (ase, pymatgen) is not installed")
    from atomistic_engines import BOUND, Exact, bound_ions

    picture = tmp_path / "lithium.png"
    engine = Exact(bound_ions)
    found = load("interface_from_first_principles").main(engine, str(tmp_path / "store"), str(picture), tries=1)
    assert set(found) == {"substrate", "interface", "film"}
    assert list(found.values()) == pytest.approx([-BOUND] * 3, abs=1e-9)
    assert picture.stat().st_size > 3000


def test_the_sheet_of_the_docs_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample file in docs/sample_analysis.md is read, with its uncertainties."""
    text = (ROOT / "docs" / "sample_analysis.md").read_text()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample.toml").write_text(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0])
    sheet = load_sample(tmp_path).sheet
    assert sheet.thickness is not None and sheet.thickness.sigma == 10.0
    assert [f.what for f in sheet.files] == ["", "xps", "", "", "", "", "", "ignore"]


def test_the_docs_of_first_principles() -> None:
    """The Python of docs/atoms.md runs, and every command in it exists with its options."""
    pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
    from heterofilm.atomistic.engines import gpaw as gpaw_engine
    from heterofilm.atomistic.results import reduction

    text = (ROOT / "docs" / "atoms.md").read_text()
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "atoms.md", "exec"), {})
    for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL):  # hours of DFT: its calls fit their functions
        calls = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Call)]
        made = next(call for call in calls if ast.unparse(call.func) == "reduction.record_interface")
        signature = inspect.signature(reduction.record_interface)
        signature.bind(*made.args, **{str(word.arg): word.value for word in made.keywords})
        settings = next(call.keywords for call in calls if ast.unparse(call.func) == "engines.get")
        assert {word.arg for word in settings} <= set(gpaw_engine.DEFAULTS)
    commands = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    ours = [line.partition(" #")[0] for line in commands if line.startswith("heterofilm ")]
    assert len(ours) > 15
    for line in ours:
        _parser().parse_args(shlex.split(line)[1:])


def test_the_protocol_of_the_readme_can_be_read(tmp_path: Path) -> None:
    """And survives its own text."""
    (block,) = re.findall(r"```text\n(Rest for 30 min.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "load.csv").write_text("time_s,current_uA\n0,1\n1,1\n")
    protocol = Protocol.parse(block, tmp_path)
    assert len(protocol.items) == 10
    assert Protocol.parse(str(protocol)) == protocol


def test_two_films() -> None:
    """Titanate stands near 1.55 V, copper plates lithium at 0 V; 20 nm of lithium are 4.12 uAh/cm2, and then end."""
    found = load("two_films").main()
    assert found["lco-lto anode"] == pytest.approx(1.55, abs=0.05) and abs(found["lco-cu anode"]) < 0.01
    assert found["lco-cu"] == pytest.approx(found["lco-lto"], rel=0.1)
    assert found["thin"] == pytest.approx(4.123, rel=1e-3)
    assert 0.1 < found["warming"] < 10.0


def test_design_sensor_node() -> None:
    """Less area for more film, and every design of the front holds what the load needs."""
    found = load("design_sensor_node").main(40)
    front = found.best.sort("area_cm2")
    assert front.height > 4 and front["film_volume"].is_sorted(descending=True)
    assert (front["load_uWh"] >= 100.0).all()
