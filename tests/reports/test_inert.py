"""Names from users and files are text wherever they appear: no page runs or loads anything because of them, every
report and figure exists, tables do not calculate, and nothing is written outside its folder."""

from __future__ import annotations

import csv
import re
import tomllib
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest

from chromium import browser, needs_chromium
from heterofilm import run_study
from heterofilm.cli import main
from heterofilm.errors import HeterofilmError
from heterofilm.figures.elements import Band, Drawing, Note, Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.panels import save_sheet
from heterofilm.figures.words import REORDERING
from heterofilm.files import FORMULA, NUMBER
from heterofilm.library import Library, Recipe
from heterofilm.library.schema import CellSpec, Film
from heterofilm.library.writer import to_toml
from heterofilm.reports.page import Cell, Chapter, Table, write_chapters
from heterofilm.samples import analyse, load_sample
from heterofilm.samples.analyse import write
from heterofilm.samples.sample_file import FileEntry, SampleFile
from heterofilm.study.plan import ContributionPlan, Study, Test
from synthetic_files import FILES

RAN = "document.title='ran'"
HOSTILE = {
    "image": f'<img src=x onerror="{RAN}">',
    "script": f"</script></style></title><script>{RAN}</script>",
    "attribute": f'"\'><svg onload={RAN}><a href="javascript:{RAN}">a</a> onclick={RAN} x="',
    "template": "<b>$title ${title} {title} %{x} %s</b> &lt;img&gt; $\\frac$ \\",
    "path": "../../up/VOC1 / Pt\\..\\C:",
    "long": "x" * 260,
    "lines": f"one\r\ntwo\ttabs\x0bthree\x00\x1b[31m{'<i>'}",
    "right to left": "\u202eright\u200f to \u2066left\u2069 \u0627\u0644",
    "formula": '=HYPERLINK("http://there/","here")',
    "hidden": "_nolegend_",
}
TAGS = {  # all that a page of this package is made of
    "html", "head", "meta", "title", "style", "body", "script", "template", "noscript", "a", "div", "header", "nav",
    "details", "summary", "ol", "ul", "li", "main", "section", "h1", "h2", "h3", "p", "span", "small", "code",
    "figure", "figcaption", "img", "button", "table", "thead", "tbody", "tr", "th", "td", "wbr",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "src", "alt", "type", "hidden", "open",
    "role", "aria-label", "tabindex", "scope", "colspan", "data-height",
}  # fmt: skip
BENIGN = {"film": "VO", "matrix": "V2O5", "electrolyte": "liquid-1M", "anode": "Li"}


class Parts(HTMLParser):
    """Elements, attributes and addresses of a page, and which scripts it has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {key for key, _ in attrs}
        self.addresses += [value or "" for key, value in attrs if key in ("href", "src")]
        if tag == "script":
            self.scripts.append(dict(attrs).get("type") or "run")


def assert_inert(page: Path) -> None:
    """The page is made of what it is always made of, and of one script of its own."""
    text = page.read_text(encoding="utf-8")
    found = Parts()
    found.feed(text)
    assert found.tags <= TAGS and found.attributes <= ATTRIBUTES
    assert found.scripts.count("run") == 1 and set(found.scripts) <= {"run", "application/gzip+base64"}
    for address in found.addresses:
        assert re.fullmatch(r"(figures|data)/[A-Za-z0-9_+-]+\.(svg|png|pdf|csv)|#[a-z0-9-]+|data:image/png;base64,.*",
                            address), address  # fmt: skip
    assert not REORDERING & set(text) and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
    assert "unsafe-inline" not in text.split('http-equiv="Content-Security-Policy"')[1].split(">")[0].split("attr")[0]


def assert_folder_is_inert(folder: Path) -> None:
    """Plain names within the folder; pictures that can be read; tables that calculate nothing."""
    for path in folder.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9_+.-]{1,100}", path.name), path
        if path.suffix == ".svg":
            tree = ElementTree.parse(path)
            assert not [e for e in tree.iter() if e.tag.endswith(("script", "foreignObject", "image"))
                        or any(key.startswith("on") for key in e.attrib)]  # fmt: skip
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8") as file:
                for row in csv.reader(file):
                    assert not [cell for cell in row if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell)]


def strings(model: Any, prefix: str = "") -> list[str]:
    """The fields of a model that take text."""
    found = []
    for name, field in model.model_fields.items():
        kinds = {field.annotation, *get_args(field.annotation)}
        if str in kinds or any(str in get_args(kind) for kind in kinds):
            found.append(prefix + name)
    return found


def figure(text: str, name: str = "figure") -> Figure:
    """Every word of a figure."""
    xs = [1.0, 2.0, 3.0]
    return Figure(
        name, text, text, text,
        [Series(text, xs, xs, bands=(Band(xs, xs, xs, xs),)), Series(f"{text} 2", xs, xs, "both", right=True)],
        text, notes=(Note(2.0, 2.0, text),), x_ticks=(1.0, 2.0), x_names=(text, text), right_label=text, command=text,
    )  # fmt: skip


def bars(text: str) -> Figure:
    return Figure("bars", text, text, text, [Series(text, [text, f"{text}2"], [1.0, 2.0], "bar")])


def chapter(text: str) -> Chapter:
    table = Table(text, (text, "b"), [(text, Cell(text, text, text))], [text])
    return Chapter(text, text, [text], [figure(text, text), bars(text)], [table], [text], text, [text], text)


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_word_of_a_page_is_text(kind: str, tmp_path: Path) -> None:
    text = HOSTILE[kind]
    numbers = {text: pl.DataFrame({text: [text, "-1.5e-3"], "x": [-1.0, 2.0]})}
    page = write_chapters(text, [chapter(text)] * 2, tmp_path / "out", description=text, command=text, numbers=numbers)
    assert_inert(page)
    assert_folder_is_inert(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert any("-0.0015" in p.read_text() or "-1.5e-3" in p.read_text() for p in (tmp_path / "out" / "data").iterdir())


@pytest.mark.parametrize("kind", HOSTILE)
def test_figures_alone_on_a_page_are_text(kind: str, tmp_path: Path) -> None:
    drawings: list[Drawing] = [figure(HOSTILE[kind]), bars(HOSTILE[kind])]
    assert_inert(save_sheet(drawings, tmp_path / "sheet.html"))
    assert_inert(figure(HOSTILE[kind]).save(tmp_path / "figure.html"))


@needs_chromium
def test_nothing_runs_in_a_browser(tmp_path: Path) -> None:
    """Every hostile text in every place of one page: its figures are drawn, its title is still its own, nothing is
    asked for, and the policy had nothing to stop."""
    page = write_chapters("safe", [chapter(text) for text in HOSTILE.values()], tmp_path / "out", suffixes=("svg",))
    with browser() as chromium:
        chromium.open(page)
        chromium.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
        for k in range(2 * len(HOSTILE)):
            chromium.ask(f"document.querySelectorAll('figure')[{k}].scrollIntoView()")
            chromium.ask(f"document.querySelectorAll('.plot')[{k}].dispatchEvent(new Event('pointerenter'))")
            chromium.until(f"document.querySelectorAll('.plot')[{k}].dataset.drawn === 'light'")
        assert chromium.ask("document.title") == "safe"
        assert chromium.requests == [page.resolve().as_uri()] and chromium.complaints == []
        found = Parts()
        found.feed(chromium.ask("document.body.outerHTML"))
    assert not {"iframe", "object", "embed", "form", "video", "link"} & found.tags
    assert not [name for name in found.attributes if name.startswith("on")]
    assert not [address for address in found.addresses if address.startswith(("javascript", "http"))]


@needs_chromium
def test_the_policy_stops_what_it_is_for(tmp_path: Path) -> None:
    """A script, a handler and a picture put into a page by hand neither run nor load: the policy alone holds them."""
    page = write_chapters("safe", [Chapter("c")], tmp_path / "out")
    evil = f"<script>{RAN}</script><img src='http://127.0.0.1:9/x.png' onerror=\"{RAN}\">"
    page.write_text(page.read_text(encoding="utf-8").replace("<main", f"{evil}<main"), encoding="utf-8")
    with browser() as chromium:
        chromium.open(page)
        chromium.until("document.querySelector('img').complete")
        assert chromium.ask("document.title") == "safe" and len(chromium.complaints) >= 2


def quoted(value: str) -> str:
    """A string of TOML."""
    return '"' + "".join(f"\\u{ord(c):04x}" if c in '"\\' or ord(c) < 32 or ord(c) == 127 else c for c in value) + '"'


def sample(folder: Path, text: str, only: list[str]) -> Path:
    """A sample with `text` in some of its fields."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = {"name": "one", **{name: text for name in only if not name.startswith("files.")}}
    lines = [f"{key} = {quoted(value) if key != 'substrate' else f'[{quoted(value)}]'}" for key, value in sheet.items()]
    for path, what in (("l.txt", "uvvis"), ("g.DTA", "eis")):
        entry = {"path": path, "what": what}
        entry |= {name[6:]: text for name in only if name.startswith("files.") and name[6:] not in entry}
        body = [f"{key} = {quoted(value)}" for key, value in entry.items() if key not in ("columns", "units")]
        lines += ["[[files]]", *body]
    (folder / "sample.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_word_of_a_sample_is_text(kind: str, tmp_path: Path) -> None:
    """Each field takes the text or refuses it in one sentence; with all that take it the report exists and is inert."""
    text, taken = HOSTILE[kind], []
    for name in [*strings(SampleFile), *strings(FileEntry, "files.")]:
        try:
            load_sample(sample(tmp_path / "tried" / "raw", text, [name]))
            taken.append(name)
        except HeterofilmError as error:
            assert str(error)
    folder = sample(tmp_path / "raw", text, [n for n in taken if n not in ("film", "files.circuit", "files.part")])
    for name in ("l.txt", "g.DTA"):
        FILES[name][1](folder / name)
    stranger = re.sub(r"[/\x00]", "_", text)[:200] + ".txt"
    (folder / stranger).write_bytes((folder / "l.txt").read_bytes())
    with (folder / "sample.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[files]]\npath = {quoted(stranger)}\nwhat = "uvvis"\n')
    page = write([analyse(load_sample(folder))], tmp_path / "out", formats=["svg"])
    assert_inert(page)
    assert_folder_is_inert(tmp_path / "out")
    assert list((tmp_path / "out" / "figures").glob("*.svg"))


def study_file(folder: Path, text: str) -> tuple[Path, list[str]]:
    """A study of a cell and a film of its own, `text` in every field that takes it; the fields that refused it."""
    refused: list[str] = []

    def filled(model: Any, content: dict[str, Any], check: Any) -> dict[str, Any]:
        for name in strings(model):
            if name in BENIGN or name in (
                "reference",
                "protocol",
                "cells",
                "recipes",
                "domain",
                "colour",
                "utilisation",
            ):
                continue
            try:
                check({**content, name: text})
                content[name] = text
            except (HeterofilmError, ValueError):
                refused.append(name)
        return content

    library = Library()
    film = filled(Film, tomllib.loads(to_toml(library.film("VO"))), Film.model_validate)
    film["thickness"] = {**film["thickness"], "source": text}
    cell = tomllib.loads(to_toml(library.cell("vo-half").spec))
    cell = filled(CellSpec, {**cell, "film": "film.toml"}, CellSpec.model_validate)
    (folder / "film.toml").write_text(to_toml(Film.model_validate(film)), encoding="utf-8")
    (folder / "cell.toml").write_text(to_toml(CellSpec.model_validate(cell)), encoding="utf-8")
    protocol = "Discharge at 5 uA/cm2 until 2.15 V"
    test = filled(Test, {"name": "d5", "protocol": protocol}, Test.model_validate)
    plan = filled(
        Study, {"cells": ["cell.toml"], "title": "t", "tests": [{"name": "d5", "protocol": protocol}]},
        Study.model_validate,
    )  # fmt: skip
    lines = [f"title = {quoted(plan['title'])}", f"description = {quoted(plan.get('description', ''))}",
             'cells = ["cell.toml"]', "[[tests]]", *(f"{k} = {quoted(v)}" for k, v in test.items())]  # fmt: skip
    (folder / "study.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "study.toml", refused


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_word_of_a_study_its_cell_and_its_film_is_text(kind: str, tmp_path: Path) -> None:
    """Names that become those of files may refuse a text; titles and sources take any, and the report is inert."""
    (tmp_path / "in").mkdir()
    path, refused = study_file(tmp_path / "in", HOSTILE[kind])
    assert "title" not in refused and set(refused) <= {"name", "atomic_ratio"}  # which names elements
    results = run_study(path, tmp_path / "out", progress=False, members=0)
    assert not results.failed
    assert_inert(tmp_path / "out" / "report.html")
    assert_folder_is_inert(tmp_path / "out")


def grown(folder: Path, text: str) -> tuple[Path, list[str]]:
    """A recipe with `text` in every field that takes it, its numbers' sources included; the fields that refused it."""
    content = tomllib.loads(to_toml(Library().entry(Recipe, "VOC1")))
    refused = []
    for name in strings(Recipe):
        if name in content or name in ("title", "source", "notes"):
            try:
                Recipe.model_validate({**content, name: text})
                content[name] = text
            except ValueError:
                refused.append(name)
    for value in content.values():
        if isinstance(value, dict) and "source" in value:
            value["source"] = text
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.toml").write_text(to_toml(Recipe.model_validate(content)), encoding="utf-8")
    return folder / "recipe.toml", refused


@pytest.mark.parametrize("kind", ["image", "script", "attribute", "path", "formula"])
def test_every_word_of_a_recipe_is_text(kind: str, tmp_path: Path) -> None:
    """What `grow` writes of it: entries, tables and figures."""
    path, refused = grown(tmp_path / "in", HOSTILE[kind])
    assert "title" not in refused
    assert main(["grow", str(path), "--out", str(tmp_path / "out")]) in (0, 2)
    assert_folder_is_inert(tmp_path / "out")


@needs_chromium
def test_pages_of_hostile_samples_and_studies_run_nothing_in_a_browser(tmp_path: Path) -> None:
    """Whole reports, every field of their inputs filled with markup: drawn, titled and silent."""
    text = HOSTILE["image"] + HOSTILE["script"] + HOSTILE["attribute"]
    (tmp_path / "in").mkdir()
    path, _ = study_file(tmp_path / "in", text)
    run_study(path, tmp_path / "study", progress=False, members=0)
    taken = [n for n in (*strings(SampleFile), *strings(FileEntry, "files."))
             if n not in ("film", "files.circuit", "files.part")]  # fmt: skip
    kept = []
    for name in taken:
        try:
            load_sample(sample(tmp_path / "tried" / "raw", text, [name]))
            kept.append(name)
        except HeterofilmError:
            continue
    folder = sample(tmp_path / "raw", text, kept)
    for name in ("l.txt", "g.DTA"):
        FILES[name][1](folder / name)
    stranger = re.sub(r"[/\x00]", "_", text)[:200] + ".txt"  # read whatever is refused of the others
    (folder / stranger).write_bytes((folder / "l.txt").read_bytes())
    with (folder / "sample.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[files]]\npath = {quoted(stranger)}\nwhat = "uvvis"\n')
    pages = [tmp_path / "study" / "report.html", write([analyse(load_sample(folder))], tmp_path / "sample")]
    for page in pages:
        with browser() as chromium:
            chromium.open(page)
            chromium.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
            chromium.ask("window.scrollTo(0, document.body.scrollHeight)")
            assert chromium.ask("document.title") != "ran"
            assert chromium.ask("document.querySelectorAll('figure').length") > 0
            assert chromium.requests == [page.resolve().as_uri()] and chromium.complaints == []
            found = Parts()
            found.feed(chromium.ask("document.body.outerHTML"))
        assert not [name for name in found.attributes if name.startswith("on")]
        assert not {"iframe", "object", "embed", "form"} & found.tags


def test_every_input_is_walked() -> None:
    """A field that is added to an input is one that the walk finds."""
    assert {"name", "title", "substrate"} <= set(strings(SampleFile))
    assert {"path", "name", "circuit"} <= set(strings(FileEntry))
    assert {"title", "description"} <= set(strings(Study)) and {"name", "title"} <= set(strings(Test))
    assert {"title", "film"} <= set(strings(CellSpec)) and {"junction", "cell"} <= set(strings(ContributionPlan))
