"""Files to begin with: they run as they are and say what every key means."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from heterofilm.cell import Cell
from heterofilm.cli import main
from heterofilm.errors import HeterofilmError
from heterofilm.library import Layer, Library, names, value_paths
from heterofilm.library.beginning import new, placeholders, table_of
from heterofilm.library.described import keys
from heterofilm.library.template import EXAMPLES, KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_is_its_example(kind: str, tmp_path: Path) -> None:
    """Alone it says what the entry of the library says, every value as a text in its own unit; of a recipe not what was
    measured on the film of the library."""
    model, example = EXAMPLES[kind]
    (file,) = new(kind, tmp_path / "mine.toml")
    plain = Library(calibration=None)
    own, packaged = plain.entry(model, file), plain.entry(model, example)
    stated = [value.si for path, value in value_paths(packaged) if ".outcome." not in path]
    assert [value.si for _, value in value_paths(own)] == pytest.approx(stated)
    assert own.name == "mine"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_stands_in_it(kind: str, tmp_path: Path) -> None:
    text = new(kind, tmp_path / "mine.toml")[0].read_text(encoding="utf-8")
    for key in keys(EXAMPLES[kind][0]):
        assert f"\n{key.name} = " in text or f"\n# {key.name} = " in text or f"[{key.name}]" in text, key.name
        first = key.words.split(".")[0].split(";")[0].replace("``", "")[:40]
        assert first in text, key.name
    assert max(len(line) for line in text.splitlines() if line.startswith("#")) <= 160


def test_a_cell_with_all_its_parts_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """From nothing to the first curve by two commands, the second as the first printed it."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "cell", "mine.toml", "--all"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.removeprefix("written: ") for line in said[:4]] == [
        "mine.toml", "mine-film.toml", "mine-phase.toml", "mine-electrolyte.toml",
    ]  # fmt: skip
    assert said[4] == 'heterofilm simulate mine.toml "Discharge at C/10 until 3 V" --plot first.png'
    assert main(["simulate", "mine.toml", "Discharge at C/2 until 3 V", "--rtol", "0.01"]) == 0
    out = capsys.readouterr().out
    assert "from mine-phase.toml" in out and "C is the theoretical capacity" in out and "lithium metal plated" in out
    assert {str(origin) for origin in Cell.load("mine.toml").entries.origins.values()} == {
        "mine.toml", "mine-film.toml", "mine-phase.toml", "mine-electrolyte.toml", "library",
    }  # fmt: skip


def test_a_phase_with_a_table(tmp_path: Path) -> None:
    rows = "\n".join(f"{x / 20:g},{4.2 - x / 20:g}" for x in range(21))
    (tmp_path / "mine.csv").write_text(f"filling, U [V]\n{rows}\n")
    with pytest.raises(HeterofilmError, match="lithium"):  # a filling needs the Li at a filling of one
        new("phase", tmp_path / "p.toml", ocv=tmp_path / "mine.csv")
    assert not (tmp_path / "p.toml").exists()
    (tmp_path / "mine.csv").write_text(f"x, U [V]\n{rows}\n")
    (file,) = new("phase", tmp_path / "p.toml", ocv=tmp_path / "mine.csv")
    phase = Library().phase(file)
    assert phase.ocv is not None and phase.lithium == pytest.approx(1.0) and phase.couples == ()
    film = new("film", tmp_path / "f.toml", parts=True, ocv=tmp_path / "mine.csv")
    assert Library().phase(film[1]).ocv is not None


def test_what_is_of_another_material_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Beside a table of one's own nothing of LiCoO2 counts as measured or stands there without a word."""
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("x, U [V]\n" + "\n".join(f"{x / 20:g},{4.2 - x / 20:g}" for x in range(21)))
    assert main(["new", "phase", "mine.toml", "--ocv", "mine.csv"]) == 0
    said = capsys.readouterr().out
    foreign = ["title", "formula", "atoms", "density", "utilisation", "D", "sigma_e"]
    assert f"begins as LiCoO2; placeholders, to be replaced by yours: {', '.join(foreign)}." in said
    assert placeholders("mine.toml") == foreign
    text = Path("mine.toml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.split(" = ")[0] in foreign:
            assert "placeholder: that of LiCoO2, replace it" in line
    phase = Library().phase("mine.toml")
    for key in ("density", "utilisation", "D", "sigma_e"):
        value = getattr(phase, key)
        assert value.kind == "assumed" and value.source == "placeholder: that of LiCoO2, replace it"
    assert not phase.charged and not phase.explanation and phase.stable_below is None
    assert "placeholder" in phase.title and "handbook" not in text
    new("phase", "plain.toml")
    assert placeholders("plain.toml") == []


def table(file: Path, upper: float = 4.0) -> Path:
    """A potential that falls by 1 V over the filling, its rows downwards."""
    file.write_text("x;E(V)\n" + "\n".join(f"{x / 20:g};{upper - x / 20:g}" for x in range(20, -1, -1)))
    return file


@pytest.mark.parametrize("how", [{"short": True}, {"parts": True}])
def test_a_cell_of_another_material_and_all_that_is_not_its_own(how: dict[str, bool], tmp_path: Path) -> None:
    """One file or four: the table and its ends are the user's, every other quantity of cell, film, phase is named."""
    written = new("cell", tmp_path / "mine.toml", ocv=table(tmp_path / "ocv.csv"), **how)  # type: ignore[arg-type]
    cell = Library().cell(written[0])
    assert cell.matrix.ocv is not None and cell.matrix.couples == () and cell.matrix.lithium == pytest.approx(1.0)
    assert "it was sorted" in Cell(cell).remarks[-1] and table_of("cell", written) == cell.matrix.ocv
    assert (cell.spec.lower_voltage.value, cell.spec.upper_voltage.value) == pytest.approx((3.0, 4.0))
    assert cell.spec.title == "Cell mine" and cell.film.matrix in ("mine-phase", "mine-phase.toml")
    named = {key.split(".")[-1] for path in written for key in placeholders(path)}
    silent = [
        path for path, value in value_paths(cell)
        if path.split(".")[0] in ("cells", "films", "phases") and value.layer is Layer.FILE
        and path.split(".")[2] not in named | {"lower_voltage", "upper_voltage"}
    ]  # fmt: skip
    assert silent == [] and {"area", "thickness", "utilisation", "D", "sigma_e", "formula"} <= named
    assert "electrolyte" in named or ("conductivity" in named and "i0" in named)


def test_cut_offs_that_are_the_table_s_are_told_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    table(Path("ocv.csv"), upper=3.0)
    assert main(["new", "cell", "mine.toml", "--short", "--ocv", "ocv.csv"]) == 0
    said = capsys.readouterr().out
    assert "from high to low x; it was sorted" in said and "ends of the table, 2 V and 3 V" in said
    assert "mine.toml begins as lco-atfb" in said and "electrolyte, area" in said and "film.matrix.D" in said
    Path("ocv.csv").write_text("x,I (A)\n0,1\n")
    assert main(["new", "cell", "other.toml", "--short", "--ocv", "ocv.csv"]) == 2
    assert not Path("other.toml").exists()


@pytest.mark.parametrize("how", [{"short": True}, {"parts": True}])
def test_values_that_are_not_touched_keep_kind_source_and_range(how: dict[str, bool], tmp_path: Path) -> None:
    """Every value of a file to begin with says of itself what that of the library says."""
    for like in ("lco-atfb", "voc1-atfb"):
        (file, *_) = new("cell", tmp_path / f"{like}.toml", like=like, **how)  # type: ignore[arg-type]
        library = Library() if "short" in how else Library(calibration=None)
        stated = [
            {path.split(".", 2)[-1]: value for path, value in value_paths(library.cell(one))} for one in (file, like)
        ]
        for path, value in stated[1].items():
            assert stated[0][path] == value, path


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    for kind, file, options, words in (
        ("cel", "a.toml", {}, "Did you mean 'cell'"),
        ("cell", "a.txt", {}, "must end in .toml"),
        ("phase", "a.toml", {"parts": True}, "has no parts"),
        ("electrolyte", "a.toml", {"ocv": "a.csv"}, "belongs to a phase"),
        ("cell", "a.toml", {"ocv": "a.csv"}, "add --all .* or --short"),
        ("phase", "a.toml", {"ocv": "no.csv"}, "There is no file"),
        ("phase", "a.toml", {"ocv": __file__}, "must lie in the folder"),
    ):
        with pytest.raises(HeterofilmError, match=words):
            new(kind, tmp_path / file, **options)  # type: ignore[arg-type]
    (tmp_path / "b-phase.toml").write_text("")
    with pytest.raises(HeterofilmError, match=r"b-phase\.toml' exists"):
        new("cell", tmp_path / "b.toml", parts=True)
    assert not (tmp_path / "b.toml").exists(), "nothing is half written"


def test_a_name_with_blanks_and_dots_becomes_one_that_a_path_can_hold(tmp_path: Path) -> None:
    (file,) = new("film", tmp_path / "my film 2.1.toml")
    assert tomllib.loads(file.read_text(encoding="utf-8"))["name"] == "my-film-2-1"


@pytest.mark.parametrize("name", names("cells"))
@pytest.mark.parametrize("short", [True, False])
def test_a_cell_begun_as_another_is_that_cell(name: str, short: bool, tmp_path: Path) -> None:
    """Every value that the model is made of is the same, under names of one's own; calibrated ones in a short file."""
    (file, *_) = new("cell", tmp_path / "mine.toml", like=name, short=short)
    library = Library(calibration=None)
    own, packaged = (Cell.load(file), Cell.load(name)) if short else (Cell(library.cell(one)) for one in (file, name))
    values = [
        {path.split(".", 2)[-1]: value.si for path, value in value_paths(cell.entries)} for cell in (own, packaged)
    ]
    assert values[0].keys() == values[1].keys()
    for path, value in values[1].items():
        assert values[0][path] == pytest.approx(value, rel=1e-5), path  # files have six digits
    assert own.name == "mine" and len(file.read_text().splitlines()) < (45 if short else 400)


@pytest.mark.parametrize("name", names("cells"))
def test_what_stands_in_comments_of_a_short_file_can_be_taken(name: str, tmp_path: Path) -> None:
    """The capacity that a film may state in place of its utilisation is one that the film can hold; where none may be
    stated, against a second film, none is offered. The path that the head names is one of this cell."""
    (file,) = new("cell", tmp_path / "mine.toml", like=name, short=True)
    text = file.read_text(encoding="utf-8")
    ((path, value),) = re.findall(r'--set (electrolytes\.\S+)="(.*)"', text)
    Cell.load(file, overrides={path: value}).entries.check_acts(path)
    if Cell.load(file).entries.anode_film is not None:
        assert "# capacity" not in text
        return
    text = re.sub(r"^utilisation = .*\n", "", text.replace("# capacity", "capacity"), flags=re.M)
    file.write_text(text, encoding="utf-8")
    assert "computed" in Cell.load(file).active


def test_a_key_of_another_part_is_told_where_it_belongs(tmp_path: Path) -> None:
    """Density is one of the phase, the thickness of the electrolyte one of the electrolyte."""
    (file,) = new("cell", tmp_path / "mine.toml", like="lmo-atfb", short=True)
    file.write_text(
        file.read_text(encoding="utf-8").replace("[film]", '[film]\ndensity = "4.2 g/cm3"'), encoding="utf-8"
    )
    with pytest.raises(
        HeterofilmError, match=r"no key 'density' here; it is a key of the phase \(heterofilm schema phase"
    ):
        Cell.load(file)


def test_all_parts_of_another_cell_with_its_table(tmp_path: Path) -> None:
    """A phase whose potential is a table takes the csv along, with its source."""
    written = new("cell", tmp_path / "mine.toml", parts=True, like="lmo-atfb")
    assert [path.name for path in written][-1] == "mine-phase-ocv.csv" and "# Source" in written[-1].read_text()
    own, packaged = Library().phase(tmp_path / "mine-phase.toml"), Library().phase("LiMn2O4-ocv")
    assert (
        own.ocv is not None and packaged.ocv is not None and own.ocv.x == packaged.ocv.x and own.ocv.U == packaged.ocv.U
    )
    (tmp_path / "other-phase-ocv.csv").write_text("mine")
    with pytest.raises(HeterofilmError, match="exists"):
        new("cell", tmp_path / "other.toml", parts=True, like="lmo-atfb")
    assert not (tmp_path / "other.toml").exists() and (tmp_path / "other-phase-ocv.csv").read_text() == "mine"


def test_a_short_file_is_that_of_a_cell(tmp_path: Path) -> None:
    for kind, parts, words in (("film", False, "Only a cell has a short form"), ("cell", True, "give one of the two")):
        with pytest.raises(HeterofilmError, match=words):
            new(kind, tmp_path / "mine.toml", short=True, parts=parts)
    with pytest.raises(HeterofilmError, match="no 'lmo' among the cells"):
        new("cell", tmp_path / "mine.toml", like="lmo")
