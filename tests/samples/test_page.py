"""The page of a project: what each sample is, what was found and what was not; nothing of a file becomes markup."""

import re
from pathlib import Path

import polars as pl
import pytest

from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.files import prepare_folder
from heterofilm.records.result import Result
from heterofilm.samples import Analysed, Findings, load_sample
from heterofilm.samples.page import chapter, write_page
from heterofilm.samples.side_by_side import side_by_side

EVIL = "<script>alert(1)</script>"


def analysed(folder: Path, name: str, value: float = 5.0) -> Analysed:
    (folder / name).mkdir(parents=True)
    (folder / name / "sample.toml").write_text(f'name = "{name}"\ntitle = "{EVIL}"\narea = "1.00 +- 0.02 cm2"\n')
    figure = Figure("gap", "Gap", "E (eV)", "absorption", [Series("a", [0.0, 1.0], [0.0, 1.0])])
    rows = [Result("gap", value, 0.1, "eV", "Tauc", name, "l.txt", note=EVIL), Result(f"only {name}", 1.0)]
    found = Findings(rows, [figure], {"numbers": pl.DataFrame({"x": [1.0, 2.0]})}, ["Gaps by Tauc's plot."], [EVIL])
    one = Analysed(load_sample(folder / name), {"uvvis": found}, [("raw/bad.mpr", f"it is damaged {EVIL}")])
    one.hashes["raw/l.txt"], one.files["raw/l.txt"] = "0" * 64, "uvvis"
    return one


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    place = tmp_path_factory.mktemp("page")
    folder = prepare_folder(place / "out")
    page, _ = write_page([analysed(place, "VO"), analysed(place, "VOC1", 6.0)], folder, formats=("svg", "pdf"))
    return page.read_text(encoding="utf-8"), folder


def test_the_page_shows_samples_files_results_and_failures(written: tuple[str, Path]) -> None:
    html, _ = written
    for said in ("Measurements on VO, VOC1", "Samples side by side", "VOC1: UV-vis", "raw/l.txt", "raw/bad.mpr",
                 "Not analysed", "it is damaged", "gap by Tauc", "area 1.000 ± 0.020 cm2"):  # fmt: skip
        assert said in html


def test_nothing_of_a_file_becomes_markup(written: tuple[str, Path]) -> None:
    """Titles, notes and errors quote what strangers wrote: it stays text."""
    html, _ = written
    assert EVIL not in html and "&lt;script&gt;alert(1)" in html


def test_figures_and_numbers_of_several_samples_do_not_meet(written: tuple[str, Path]) -> None:
    _, folder = written
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert figures == {f"{s}-uvvis-gap.{kind}" for s in ("vo", "voc1") for kind in ("svg", "pdf")}
    tables = sorted((folder / "data").glob("*.csv"))
    assert [path.name for path in tables] == [f"{s}-uvvis-{n}.csv" for s in ("vo", "voc1") for n in ("gap", "numbers")]
    assert pl.read_csv(tables[1])["x"].to_list() == [1.0, 2.0]
    assert pl.read_csv(tables[0]).columns == ["a: E (eV)", "a: absorption"]


def test_the_comparison_holds_what_several_samples_have(tmp_path: Path) -> None:
    (table,) = side_by_side([analysed(tmp_path, "VO"), analysed(tmp_path, "VOC1", 6.0)]).tables
    assert list(table.head) == ["Quantity", "VO", "VOC1"]
    assert [tuple(row) for row in table.rows] == [("gap", "5.00 ± 0.10 eV", "6.00 ± 0.10 eV")]


def test_the_comparison_keeps_potentials_apart_and_leaves_out_what_is_only_numbered(tmp_path: Path) -> None:
    """Shares at 2.9 V stand beside shares at 2.9 V; peak 2 of one sample is not peak 2 of another."""
    done = [analysed(tmp_path, name) for name in ("VO", "VOC1")]
    for k, one in enumerate(done):
        rows = [Result("V4+ share", 0.1 * n + k, 0.01, "", file=f"{n}.vms") for n in (1, 2)]
        rows += [Result("gap", 9.0, 0.1, "eV"), Result("peak 2", 1.0, 0.1, "V", numbered=True)]
        one.findings["uvvis"] = Findings([*one.findings["uvvis"].results, *rows])
        files = "".join(f'[[files]]\npath = "{n}.vms"\npotential = "2.{n} V"\n' for n in (1, 2))
        (one.sample.file).write_text(f'name = "{one.sample.name}"\n{files}')
        one.sample = load_sample(one.sample.file)
    (table,) = side_by_side(done).tables
    assert [tuple(row) for row in table.rows] == [
        ("gap", *["7.0 ± 2.8 eV (mean of 2 files)"] * 2),
        ("V4+ share, 2.1 V", "0.100 ± 0.010", "1.100 ± 0.010"),
        ("V4+ share, 2.2 V", "0.200 ± 0.010", "1.200 ± 0.010"),
    ]


def test_a_kind_without_numbers_has_no_table() -> None:
    assert chapter("VO", "xrd", Findings(notes=["nothing"]), several=False).tables == []
    assert chapter("VO", "xrd", Findings(), several=False).title == "XRD"
    assert re.fullmatch("VO: XRD", chapter("VO", "xrd", Findings(), several=True).title)
