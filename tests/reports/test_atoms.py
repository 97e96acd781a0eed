"""The page of the recorded results: it is written in seconds, stands alone, and shows what is recorded."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.results.evidence import Evidence, evidence
from heterofilm.paper.dft_answers import answers, statements
from heterofilm.reports.atoms import atoms_chapters, short_chapter, write_atoms_page
from made_interface import made


def test_the_shipped_page_stands_alone_with_figures_and_data(tmp_path: Path) -> None:
    page = write_atoms_page(tmp_path / "out", statements=statements())
    text = page.read_text(encoding="utf-8")
    assert "https://" not in text.split("<main>")[0] and 'src="http' not in text
    for one in answers():
        assert one.statement in text and one.verdict in text
    figures = {path.stem for path in (tmp_path / "out" / "figures").iterdir()}
    # ELF is not recorded at the best level, but is not lost for that
    assert {"adsorption", "barrier", "interface-difference", "interface-elf", "interface-elf-slice"} <= figures
    claims = pl.read_csv(tmp_path / "out" / "data" / "claims.csv")
    assert claims["verdict"].to_list() == [one.verdict for one in answers()]
    bars = pl.read_csv(tmp_path / "out" / "data" / "adsorption.csv")
    assert bars["y"].drop_nans()[0] == evidence().numbers["adsorption-V2O5"].value


def test_a_recorded_interface_gets_its_chapter_with_surfaces_and_curves(tmp_path: Path) -> None:
    known = evidence()
    chapters = atoms_chapters(Evidence(known.numbers, (made(tmp_path, spins=2),), known.curves))
    chapter = next(c for c in chapters if "the electrons of the interface" in c.title)
    names = [figure.name for figure in chapter.figures]
    assert names[:4] == [
        "interface-difference",
        "interface-difference-slice",
        "interface-charge",
        "interface-potential",
    ]
    assert {"interface-elf", "interface-elf-slice", "interface-states-film", "interface-states-interface"} <= set(names)
    assert "0.40 electrons move from V2O5 to Cu2V2O7" in chapter.sentences[0]


def test_the_chapter_of_a_study_holds_the_verdicts_and_needs_no_atoms() -> None:
    chapter = short_chapter(statements=statements())
    assert len(chapter.tables[0].rows) == len(answers())
    assert "against what the paper says" in chapter.lead and short_chapter().tables == ()
    assert {figure.name for figure in chapter.figures} == {"adsorption", "barrier"}
