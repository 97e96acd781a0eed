"""The page loads nothing, says what was run, and escapes what it is given."""

import re
import shlex
from html import unescape
from html.parser import HTMLParser

import pytest

from heterofilm import cli
from heterofilm.cell import Cell
from heterofilm.paper.claims import claims
from heterofilm.paper.reference import reference
from heterofilm.reports.page import save_figures
from heterofilm.reports.study.chapters import (
    closing_chapters,
    discharge_chapters,
    first_chapter,
    reference_chapters,
    run_chapters,
)
from heterofilm.reports.study.summary import agreement_sentences, capacity_sentences, findings, pretty
from heterofilm.reports.study.write import study_page
from heterofilm.simulation.run import simulate
from heterofilm.study.results import Results, Runs


class Loads(HTMLParser):
    """Every address a browser would fetch by itself, and every element."""

    def __init__(self):
        super().__init__()
        self.addresses, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for key, value in attrs:
            if key in ("src", "srcset", "data", "poster") or (key == "href" and tag != "a"):
                self.addresses.append(value)


@pytest.fixture(scope="module")
def made():
    cells = {name: Cell.load(name) for name in ("voc1-half", "vo-atfb")}
    records = {
        (name, f"d{i}"): simulate(cell, f"Discharge at {i} uA/cm2 until 2.15 V")
        for name, cell in cells.items()
        for i in (5, 20)
    }
    results = Results("A <title>", "What & why", Runs(cells, records), {"d5": "five", "d20": "twenty"})
    results.failed.append(("vo-atfb", "x", "It <b>failed</b>."))
    results.reference = reference()
    table = results.reference.table(results)
    chapters = [first_chapter(results, table), *discharge_chapters(results), *run_chapters(results)]
    return results, table, [*chapters, *reference_chapters(results, table), *closing_chapters(results)]


@pytest.fixture(scope="module")
def text(made):
    results, _, chapters = made
    return study_page(results, chapters, "heterofilm run study.toml --out there")


@pytest.fixture(scope="module")
def drawn(made):
    return {figure.name: figure for chapter in made[2] for figure in chapter.figures}


def test_nothing_is_loaded(text):
    seen = Loads()
    seen.feed(text)
    assert seen.addresses, "the static figures for readers without scripts"
    assert all(not re.match(r"(https?:)?//", address) for address in seen.addresses)
    assert len(text.encode()) < 3e6
    assert "link" not in seen.tags and "iframe" not in seen.tags
    outside = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "http://" not in outside and "https://" not in outside and "@import" not in outside


def test_everything_is_there(drawn, text):
    for name in drawn:
        assert f'id="figure-{name}"' in text
    assert {"profiles-half", "dqdv-half", "rate-half", "rate-atfb", "oxidation-voc1", "unused-capacity"} <= set(drawn)
    assert "five" in text and "<td>phases.Cu2V2O7.D</td>" in text
    rows = text.split("The paper and the model</h2>")[1].split("</tbody>")[0]
    assert len(re.findall(r'<tr(?: class="noted")?>', rows)) == len(claims()) + 1  # and the head


def test_the_first_chapter_stands_open_and_the_others_are_folded(made, text):
    """What a reader sees first: three findings, a figure, what limits the films and what would help."""
    first, *rest = made[2]
    assert len(first.sentences) == 3 and len(first.figures) == 1 and first.answers
    assert text.count('<section class="chapter"') == 1
    assert text.count('<details class="chapter"') == len(rest)
    contents = re.findall(r'<li><a href="#chapter-(\d+)">', text)
    assert contents == [str(k) for k in range(len(made[2]))]


def test_figures_are_numbered_through_the_page(drawn, text):
    assert re.findall(r"<h3>Figure (\d+)\.", text) == [str(k) for k in range(1, len(drawn) + 1)]


def test_every_figure_names_its_csv_and_its_command(made, drawn, text):
    """The commands are ones that the command line takes."""
    figures = re.findall(r"<figure.*?</figure>", text, flags=re.DOTALL)
    assert len(figures) == len(drawn)
    for figure in figures:
        assert re.search(r'href="data/[\w+-]+\.csv"', figure)
        (command,) = re.findall(r"<code>(.*?)</code>", figure)
        for part in unescape(command).split(" && "):
            program, *words = shlex.split(part)
            assert program == "heterofilm" and cli._parser().parse_args(words)


def test_every_figure_has_its_csv(made, drawn, tmp_path):
    chapters = [chapter for chapter in made[2] if chapter.figures]
    written = set(save_figures(chapters, tmp_path, ("svg",)))
    assert written == {f"figures/{name}.svg" for name in drawn} | {f"data/{name}.csv" for name in drawn}
    assert all((tmp_path / name).stat().st_size for name in written)


def test_captions_speak_of_marks_that_are_there(drawn):
    """A caption that explains diamonds, or a colour of the draws, stands under a figure that has them."""
    for figure in drawn.values():
        if "iamonds" in figure.caption:
            assert any(s.marker == "diamond" and len(s.x) for s in figure.series), figure.name
        if "and: 16 to 84" in figure.caption:
            assert any(s.bands for s in figure.series), figure.name


def test_no_two_entries_of_a_legend_are_alike(drawn):
    for figure in drawn.values():
        names = [s.label for s in figure.series if s.in_legend]
        assert len(names) == len(set(names)) <= 12, figure.name


def test_text_is_escaped(text):
    assert "A &lt;title&gt;" in text and "It &lt;b&gt;failed" in text and "<b>failed" not in text


def test_sentences_carry_numbers(made):
    results, table, _ = made
    said = " ".join([*capacity_sentences(results), *agreement_sentences(table, "paper")])
    assert f"VOC1 {results.main.capacity('voc1-half', 5.0):.1f} (paper 76.4)" in said
    assert f"Of the {table.height} rows" in said
    wrong = table.filter(table["verdict"] == "disagrees").height
    assert said.count("Paper and model disagree") == wrong
    assert "not used in any fit" in findings(results, table)[-1]


def test_stacked_losses_add_up(made, drawn):
    frame = made[0].main.discharge("voc1-half", 5.0).frame
    total = 1e3 * (frame["reversible_V"] - frame["voltage_V"]).to_numpy()
    assert sum(s.y[-1] for s in drawn["losses-voc1-half"].series) == pytest.approx(total[-1], abs=0.2)


def test_pretty():
    assert pretty("5 uA cm^-2") == "5 µA cm⁻²"
    assert pretty("3.4;3.2") == "3.4; 3.2"
