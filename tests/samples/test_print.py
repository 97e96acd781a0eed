"""Ready to print: SI table, methods, references, figures in both widths."""

from pathlib import Path

import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.figures.style import load_style
from heterofilm.records.result import Result
from heterofilm.samples import analyse, load_sample, write
from heterofilm.samples.methods import REFERENCES, bibtex
from heterofilm.samples.si_table import latex, si_table
from synthetic_files import write_files

SHEET = """
name = "VO"
area = "1.00 +- 0.02 cm2"
thickness = "300 +- 9 nm"
preparation = "Sputtered at 100 W"

[cell]
kind = "coin cells"
counter = "lithium"
electrolyte = "1 M LiPF6 in EC:DMC"
temperature = "25 degC"

[instruments]
uvvis = "a Cary 60"
"""


def test_values_are_rounded_by_their_uncertainty() -> None:
    rows = [Result("gap", 46.24577, 0.00066, "deg", "fit", "VO"), Result("shift", 0.1234, 0.027, "deg"),
            Result("phase", "V2O5 & Pt_1"), Result("D", 1.234e-13, 2.3e-14, "cm2/s")]  # fmt: skip
    table = si_table(rows)
    assert table["Value"].to_list() == ["46.24577 ± 0.00066", "0.123 ± 0.027", "V2O5 & Pt_1", "(1.23 ± 0.23)e-13"]
    assert table["Unit"].to_list() == ["deg", "deg", "", "cm2/s"]
    text = latex(table)
    assert r"V2O5 \& Pt\_1" in text and r"46.24577 $\pm$ 0.00066" in text and text.count(r"\\") == 5


def test_the_methods_say_what_is_known_and_what_is_not(tmp_path: Path) -> None:
    write_files(tmp_path, "l.txt", "a.mpt")
    (tmp_path / "sample.toml").write_text(SHEET)
    said = analyse(tmp_path).methods()
    for words in ("Sputtered at 100 W.", "an area of 1.000 ± 0.020 cm2",
                  "Coin cells with a counter electrode of lithium",
                  "the electrolyte 1 M LiPF6 in EC:DMC were measured at 25",
                  "UV-vis spectra were measured with a Cary 60.",
                  "[instrument not stated in the sample file; its files are of the format BioLogic EC-Lab text].",
                  "Tauc's plot"):  # fmt: skip
        assert words in said, said
    (tmp_path / "sample.toml").write_text('name = "VO"\narea = "1 cm2"\n')
    assert "[not described in the sample file]" in analyse(tmp_path).methods()


def test_an_instrument_of_no_kind_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text('name = "VO"\n[instruments]\nxpz = "a Kratos"\n')
    with pytest.raises(HeterofilmError, match="'xpz' is no kind of measurement"):
        load_sample(tmp_path)


def test_references_are_those_of_what_was_done() -> None:
    found = bibtex(["eis"])
    assert "@article{boukamp1995" in found and "weppner" not in found and "@software{heterofilm" in found
    assert found.count("{") == found.count("}") and all(one.doi.startswith("10.") for one in REFERENCES.values())


def test_everything_for_a_paper_is_written(tmp_path: Path) -> None:
    """Data with the mark of UTF-8, figures in both widths, which go when a later run does not draw them."""
    write_files(tmp_path, "l.txt")
    (tmp_path / "sample.toml").write_text('name = "VO"\n')
    done, out = analyse(tmp_path), tmp_path / "out"
    write([done], out, style=load_style("acs"), formats=["svg"])
    assert (out / "si_table.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(out / "si_table.csv").columns[0] == "Sample"
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in (out / "data").iterdir())
    assert "tauc1966" in (out / "references.bib").read_text() and (out / "si_table.tex").is_file()
    printed = {path.name for path in (out / "print").iterdir()}
    assert len(printed) == 2 * len(list((out / "figures").glob("*.svg"))) and any(
        n.endswith("-double.pdf") for n in printed
    )
    write([done], out)
    assert not list((out / "print").iterdir()) and not list((out / "figures").iterdir())
    assert list((out / "data").iterdir())
    with pytest.raises(HeterofilmError, match=r"not drawn as 'pfd'\. Did you mean 'pdf'"):
        write([done], out, formats=["pfd"])
