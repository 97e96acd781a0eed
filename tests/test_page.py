"""The page loads nothing, says what was run, and escapes what it is given."""

import re
from html.parser import HTMLParser

import pytest

from heterofilm.cell import Cell
from heterofilm.paper.claims import claims
from heterofilm.paper.reference import reference
from heterofilm.reports.study.page import page, write_page
from heterofilm.reports.study.profiles import banded, plain
from heterofilm.reports.study.summary import pretty, sentences
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
    return results, table, banded(results) + plain(results)


@pytest.fixture(scope="module")
def text(made):
    return page(*made)


def test_nothing_is_loaded(text):
    seen = Loads()
    seen.feed(text)
    assert seen.addresses, "the static figures for readers without scripts"
    assert all(not re.match(r"(https?:)?//", address) for address in seen.addresses)
    assert "link" not in seen.tags and "iframe" not in seen.tags
    outside = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "http://" not in outside and "https://" not in outside and "@import" not in outside


def test_plotly_is_inside_once(text):
    assert text.count("plotly.js v") == 1


def test_everything_is_there(made, text):
    _, _, drawn = made
    for figure in drawn:
        assert f'id="figure-{figure.name}"' in text
    for name in claims():
        assert f"id='claim-{name}'" in text
    assert "phases.Cu2V2O7.D" in text and "five" in text
    names = {figure.name for figure in drawn}
    assert {
        "profiles-half",
        "dqdv-half",
        "rate-half",
        "rate-atfb",
        "oxidation-voc1",
        "unused-capacity",
    } <= names


def test_text_is_escaped(text):
    assert "A &lt;title&gt;" in text and "It &lt;b&gt;failed" in text and "<b>failed" not in text


def test_sentences_carry_numbers(made):
    results, table, _ = made
    said = " ".join(sentences(results, table))
    assert f"VOC1 {results.main.capacity('voc1-half', 5.0):.1f} (paper 76.4)" in said
    assert f"Of the {table.height} rows" in said
    wrong = table.filter(table["verdict"] == "disagrees").height
    assert said.count("Paper and model disagree") == wrong


def test_stacked_losses_add_up(made):
    results, _, drawn = made
    figure = next(f for f in drawn if f.name == "losses-voc1-half")
    frame = results.main.discharge("voc1-half", 5.0).frame
    total = 1e3 * (frame["equilibrium_V"] - frame["voltage_V"]).to_numpy()
    assert sum(s.y[-1] for s in figure.series) == pytest.approx(total[-1], abs=0.2)


def test_bars_reach_the_theoretical_capacity(made):
    results, _, drawn = made
    figure = next(f for f in drawn if f.name == "unused-capacity")
    cell = results.main.cells["voc1-half"]
    assert sum(s.y[0] for s in figure.series) == pytest.approx(
        cell.theoretical_capacity / cell.thickness / 3.6e7, abs=0.5
    )


def test_written_whole(made, tmp_path):
    path = write_page(*made, tmp_path / "r.html")
    assert path.read_text().rstrip().endswith("</html>")
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_pretty():
    assert pretty("5 uA cm^-2") == "5 µA cm⁻²"
    assert pretty("3.4;3.2") == "3.4; 3.2"
