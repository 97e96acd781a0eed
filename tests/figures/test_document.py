"""The page that stands alone: its policy allows what is in it and no more, and Plotly comes out as it went in."""

import base64
import hashlib
import json
import re
from pathlib import Path

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from chromium import browser, needs_chromium
from heterofilm.figures.document import document, plot_html
from heterofilm.reports.page import Chapter, page
from pages import unpacked
from reports.test_chapters import CHAPTER, FIGURE


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(text: str) -> dict[str, str]:
    (said,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    return dict(part.split(" ", 1) for part in said.split("; "))


def test_the_policy_knows_the_scripts_and_sheets_of_the_page_by_hash_and_no_address() -> None:
    text = document("t", plot_html(go.Figure(), "f"))
    rules = policy(text)
    (own,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert rules["script-src"].split() == [hashed(own), hashed(get_plotlyjs())]
    assert rules["style-src"].split() == [hashed(s) for s in re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)]
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data: 'self'" and "connect-src" not in rules
    assert not re.search(r"https?:|unsafe-eval|\*", text.split("<title>")[0])


def test_plotly_comes_out_as_it_went_in_and_only_where_there_are_figures() -> None:
    packed = unpacked(document("t", plot_html(go.Figure(), "f")))
    assert packed[-1] == get_plotlyjs()
    assert not unpacked(document("t", "", static=True))
    assert policy(document("t", "", static=True))["script-src"].count("sha256") == 1


def test_a_figure_comes_out_as_it_went_in() -> None:
    """Whatever its words are: packed, they cannot end the element they stand in."""
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4], name="</script><script>"))
    (packed,) = unpacked(plot_html(figure, "f"))
    drawn = json.loads(packed)
    assert drawn["data"][0]["name"] == "</script><script>" and drawn["data"][0]["y"] == [3, 4]


def test_the_same_page_is_the_same_file() -> None:
    assert page("t", [CHAPTER]) == page("t", [CHAPTER])


@needs_chromium
def test_a_page_in_a_browser(tmp_path: Path) -> None:
    """Folded chapters draw when they are opened, dark and light redraw, printing opens and draws everything, nothing
    is asked for and nothing complains; at 800 px nothing is wider than the page."""
    second = [Chapter(f"c{k}", figures=[FIGURE], sentences=["word " * 80]) for k in range(4)]
    file = tmp_path / "page.html"
    file.write_text(page("t", [CHAPTER, *second]), encoding="utf-8")
    drawn = "[...document.querySelectorAll('.plot')].map(p => p.dataset.drawn || '')"
    with browser(800) as chromium:
        chromium.open(file)
        assert chromium.ask(drawn) == ["", "", "", "", ""]  # the first is a picture until it is pointed at
        assert chromium.ask("document.querySelectorAll('details.chapter[open]').length") == 0
        # printed at once: what could not be drawn yet says so, and no longer when the page is back on the screen
        said = "[...document.querySelectorAll('.plot:not(.still)')].map(p => p.textContent.includes('button Print'))"
        chromium.ask("dispatchEvent(new Event('beforeprint'))")
        assert all(a or b for a, b in zip(chromium.ask(said), chromium.ask(drawn)[1:], strict=True))
        chromium.ask("dispatchEvent(new Event('afterprint'))")
        assert not any(chromium.ask(said))
        chromium.ask("location.hash = '#chapter-1'")  # as a click in the contents does
        chromium.until(f"{drawn}[1] === 'light'")
        chromium.ask("document.getElementById('theme').click()")
        chromium.until(f"{drawn}[1] === 'dark'")
        assert chromium.ask("document.documentElement.scrollWidth <= innerWidth")
        # a figure saves itself, dark on white even from a dark page
        chromium.ask(
            "URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return '#'; };"
            "HTMLAnchorElement.prototype.click = function () { window.named = this.download; };"
            "document.querySelectorAll('figcaption button.save')[1].click()"
        )
        chromium.until("!!window.saved")
        assert chromium.ask("saved.startsWith('<svg') && saved.includes('rgb(31, 41, 51)')")
        chromium.until("/[.]svg$/.test(window.named)")
        chromium.ask("document.getElementById('unfold').click()")
        chromium.until(f"{drawn}.filter(one => one).length >= 2")
        before = "dispatchEvent(new Event('beforeprint'))"  # draws what is unpacked by then, at once
        chromium.until(f"{before} && {drawn}.slice(1).every(one => one === 'light')")
        assert chromium.ask("document.querySelectorAll('details:not([open])').length") == 0
        assert len(chromium.call("Page.printToPDF")["data"]) > 10_000
        assert chromium.requests == [file.resolve().as_uri()] and chromium.complaints == []
