"""Every block of every page runs, and every link within the project leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from doc_pages import Page, blocks

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if not {"_build", "generated", "api"} & set(page.relative_to(ROOT).parts)
)
TEXTS = [*PAGES, ROOT / "CONTRIBUTING.md"]
ELSEWHERE = {"atoms.md"}  # hours of first principles: tests/test_examples.py checks its commands and runs its Python
EXTRAS = {"pybamm.md": "pybamm"}
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page) and page.name not in ELSEWHERE], ids=named)
def test_every_block_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, each page in an empty folder of its own."""
    if page.name in EXTRAS:
        pytest.importorskip(EXTRAS[page.name], reason=f"the extra '{EXTRAS[page.name]}' is not installed")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    monkeypatch.chdir(tmp_path)
    try:
        Page(page, tmp_path).run()
    finally:
        pyplot.close("all")


@pytest.mark.parametrize("page", TEXTS, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links to files of the project, and to headings on their pages; those to the web cannot be followed here."""
    text = re.sub(r"^(`{3,}).*?^\1", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in (first or second for first, second in _LINK.findall(text)):
        if re.match(r"[a-z]+:", link):
            assert link.startswith("https://"), link
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if "generated" in target.parts:
            assert target.name in {"equations_values.md", "library.md", "commands.md"}, link
            continue
        assert target.exists(), f"{named(page)}: {link}"
        assert not anchor or anchor in anchors(target), f"{named(page)}: {link}"


def anchors(page: Path) -> set[str]:
    """Names of the headings of a page, as GitHub and MyST make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_is_short() -> None:
    """Under 150 lines, with one figure and one table."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) < 150
    assert text.count("![") == 1
    assert len(re.findall(r"^\|[-|]+\|$", text, re.MULTILINE)) == 1


def test_there_are_ten_questions() -> None:
    """And the list of them is whole."""
    folder = ROOT / "docs" / "questions"
    pages = {page.stem for page in folder.glob("*.md")} - {"index"}
    assert len(pages) >= 10
    assert pages <= set((folder / "index.md").read_text("utf-8").split())
