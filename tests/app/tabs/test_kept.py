"""No click and no typed text is lost to a page that is drawn again, and nothing is sent to it where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app import words
from heterofilm.app.tabs import kept
from heterofilm.app.tabs.kept import Region, Rows, Same, Typed
from synthetic_files import write_files

from ..pages import browsing, drop, go, needs_chromium, opened, pressed, saved, served, until

HELD = 60.0  # ms that a button is held: ten times what a restless page needs to be drawn again
LIFE = "5000000 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
# what the server sends from now on
LISTEN = "() => { window.told = []; window.socket.onAny((kind) => window.told.push(kind)); }"


class Element:
    """Of an element of a page its children; `within`: those that are open."""

    within: list[Element] = []  # noqa: RUF012

    def __init__(self, *_: Any) -> None:
        self.children: list[Element] = []
        self.default_slot = self
        self.parent = self.within[-1] if self.within else None
        if self.parent is not None:
            self.parent.children.append(self)

    def __enter__(self) -> Element:
        self.within.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.within.pop()

    def classes(self, _: str) -> Element:
        return self

    def clear(self) -> None:
        self.children = []

    def delete(self) -> None:
        assert self.parent is not None
        self.parent.children.remove(self)

    def move(self, target_index: int) -> None:
        self.delete()
        assert self.parent is not None
        self.parent.children.insert(target_index, self)


class Part:
    def __init__(self, _: str) -> None:
        self.box = Element()


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=6))
def test_rows_are_those_of_the_keys_and_the_same_as_before(showings: list[list[str]]) -> None:
    """In the order of the keys, whatever came and went; a key that stays keeps its part."""
    box = Element()
    rows: Rows[str, Part] = Rows(box, Part)
    before: dict[str, Part] = {}
    for keys in showings:
        now = dict(rows.show(keys))
        assert list(now) == keys and box.children == [part.box for part in now.values()]
        assert all(now[key] is before[key] for key in keys if key in before)
        before = now


def test_a_region_is_drawn_for_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Again for another thing alone, and also where it could not be drawn to its end."""
    monkeypatch.setattr(kept.ui, "element", Element)
    region, drawn = Region(), []

    def fails() -> None:
        Element()
        raise ValueError

    for shown in ([1], [1], [2], [2], None, None):
        region.draw(shown, lambda shown=shown: drawn.append((shown, Element())))  # type: ignore[misc]
    assert [shown for shown, _ in drawn] == [[1], [2], None]
    assert region.box.default_slot.children == [drawn[-1][1]], "and nothing of what was before"
    with pytest.raises(ValueError):
        region.draw("x", fails)
    region.draw("x", lambda: drawn.append(("x", Element())))
    assert len(drawn) == 4 and len(region.box.default_slot.children) == 1


def test_a_thing_is_the_same_as_itself_alone() -> None:
    one, other = [1.0], [1.0]
    assert Same(one) == Same(one) and Same(one) != Same(other) and Same(one) != one


class Field:
    """A field; `leave` and `enter` are what the user does."""

    def __init__(self, value: Any = "") -> None:
        self.value, self.sent, self.told = value, 0, dict[str, Any]()

    def on(self, kind: str, handler: Any, _: Any) -> None:
        self.told[kind] = handler

    def set_value(self, value: Any) -> None:
        self.value, self.sent = value, self.sent + 1

    def leave(self) -> None:
        self.told["blur"]()


def test_what_is_typed_stays_until_it_is_told() -> None:
    """Whatever the session says meanwhile; it is told once, and what the session makes of it is shown."""
    field, told = Field(), list[Any]()
    typed = Typed(field, told.append)
    typed.show("1 cm2")
    typed.show("1 cm2")
    assert (field.value, field.sent) == ("1 cm2", 1)
    field.value = "2 cm"
    typed.show("1 cm2")
    typed.show("3 cm2")
    assert (field.value, told) == ("2 cm", [])
    field.leave()
    assert told == ["2 cm"] and field.value == "3 cm2", "it was refused: as the session has it"
    field.leave()
    assert told == ["2 cm"]
    field.value = "1.50"
    typed._told = lambda text: typed.show(str(float(text)))
    field.told["keydown.enter"]()
    assert field.value == "1.5"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browsing() as browser:
        yield browser


def typed_in(page: Any, label: str, text: str) -> None:
    """Letter by letter, as fingers do; every letter stays."""
    field = page.get_by_label(label, exact=True).locator("visible=true")
    field.press("Control+A")
    page.keyboard.type(text, delay=15.0)
    assert field.input_value() == text


@needs_chromium
def test_no_click_and_no_letter_is_lost_on_a_restless_page(chromium: Any, tmp_path: Path) -> None:
    """While something is made and a job comes on every few milliseconds: exports are sent, files of samples are
    overruled, texts stay where they are typed, from one field to the next, and a job is cancelled."""
    raw, project = tmp_path / "raw", tmp_path / "project"
    write_files(raw, "m.txt")
    with served(project, restless=True) as server, opened(chromium, server) as page:
        for sample in ("VOC1-08", "VOC1-07"):
            page.get_by_label(words.NEW_SAMPLE).fill(sample)
            drop(page, ("m.txt", (raw / "m.txt").read_text("latin-1")))
            page.get_by_role("heading", name=sample, exact=True).wait_for()
            page.get_by_text("1 of 1 files read").wait_for()
        # from field to field of a sheet: the first is told, and analysed, while the second is typed
        typed_in(page, words.SHEET["title"], "A film of vanadates")
        page.keyboard.press("Tab")
        following = page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.innerText")
        assert following in words.SHEET.values()
        page.keyboard.type("VOC1 on glass", delay=15.0)
        assert page.get_by_label(following, exact=True).input_value() == "VOC1 on glass"
        until(lambda: "A film of vanadates" in (project / "VOC1-07" / "sample.toml").read_text())
        page.get_by_text("1 of 1 files read").wait_for()
        assert page.get_by_label(following, exact=True).input_value() == "VOC1 on glass", "typed, and not told yet"
        page.get_by_label(following, exact=True).press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.press("Tab")
        # figures that a job has written
        assert saved(page, f"{words.EXPORT} SVG", tmp_path, HELD).read_text().startswith("<?xml")
        assert saved(page, f"{words.EXPORT} PDF", tmp_path, HELD).read_bytes().startswith(b"%PDF")
        # a list of choices
        pressed(page.get_by_label(words.OVERRULE), HELD)
        pressed(page.get_by_role("option", name="raman", exact=True), HELD)
        until(lambda: "raman" in (project / "VOC1-07" / "sample.toml").read_text())
        # measurements over each other
        go(page, "compare")
        pressed(page.get_by_label(words.COMPARED, exact=True), HELD)
        pressed(page.get_by_role("option", name="Raman"), HELD)
        page.locator(".plot:visible .legendtext", has_text="VOC1-08").wait_for()
        for suffix in ("SVG", "PDF", "CSV"):
            assert saved(page, f"{words.EXPORT} {suffix}", tmp_path, HELD).stat().st_size > 100
        # from value to value of the cell
        go(page, "cell")
        typed_in(page, "films.VOC1.thickness", "350 nm")
        page.keyboard.press("Tab")
        following = page.evaluate("document.activeElement.ariaLabel")
        assert following.startswith("films.VOC1.")
        if page.evaluate("document.activeElement.tagName") == "INPUT":
            page.keyboard.press("Control+A")
            page.keyboard.type("0.123", delay=15.0)
            assert page.get_by_label(following, exact=True).locator("visible=true").input_value() == "0.123"
        page.get_by_text("was 300 nm").first.wait_for()
        # a job that comes on under the hand that cancels it
        go(page, "test")
        page.get_by_label(words.PROTOCOL, exact=True).fill(LIFE)
        page.get_by_text("5000000 cycles").wait_for()
        page.get_by_label(words.KEEP_AS).fill("life")
        page.get_by_role("button", name=words.KEEP, exact=True).click()
        pressed(page.get_by_role("button", name=words.JOBS), HELD)
        job = page.get_by_role("group", name="life")
        job.locator("progress[max]").wait_for()
        pressed(job.get_by_role("button", name=words.CANCEL), HELD)
        job.get_by_text("cancelled").wait_for()
        pressed(job.get_by_role("button", name=words.FORGET), HELD)
        job.wait_for(state="detached")


@needs_chromium
def test_a_page_at_rest_is_told_nothing(chromium: Any, tmp_path: Path) -> None:
    """Whatever else is made: every tab comes to rest once it is built and has its answers."""
    raw, project = tmp_path / "raw", tmp_path / "project"
    write_files(raw, "m.txt")
    with served(project, restless=True) as server, opened(chromium, server) as page:
        drop(page, ("m.txt", (raw / "m.txt").read_text("latin-1")))
        page.get_by_text("1 of 1 files read").wait_for()
        go(page, "test")
        page.get_by_role("button", name=words.SIMULATE).click()
        page.get_by_text("Simulated in").wait_for()
        page.get_by_role("button", name=words.KEEP, exact=True).click()
        page.get_by_text("simulated, 1 step").wait_for()
        page.evaluate(LISTEN)

        def quiet() -> bool:
            """During tens of looks at it."""
            page.evaluate("window.told.length = 0")
            page.wait_for_timeout(300.0)
            return bool(page.evaluate("window.told.length") == 0)

        for tab in words.TABS:
            go(page, tab)
            until(quiet)
