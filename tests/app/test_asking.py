"""The tabs of questions in Chromium: film, junction, device, fit and design, atoms, paper; undo, and the numbers of the
script; and how settings are written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from heterofilm.app import words
from heterofilm.app.session.numbers import SCHEMA
from heterofilm.errors import InputError
from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure

from .pages import browsing, needs_chromium, opened, served, until

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.answers import keep, key_of
from heterofilm.app.session.questions.design import AIMS
from heterofilm.app.session.questions.paper import FOLDER, HEAD, Paper
from heterofilm.app.session.questions.question import Answered
from heterofilm.app.tabs.asking import settings_of, settings_text

FIGURE = Figure("rates", "Rates", "x", "y", [Series("a", [0.0, 1.0], [0.0, 1.0])])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One page for all."""
    project = tmp_path_factory.mktemp("asking") / "project"
    with browsing() as browser, served(project) as server, opened(browser, server, 1400) as page:
        page.project = project
        yield page


def asked(page: Any, tab: str, button: str, answer: str) -> None:
    """A tab whose button is pressed until its answer is there."""
    page.get_by_role("tab", name=words.TABS[tab], exact=True).click()
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("region").get_by_text(answer).locator("visible=true").first.wait_for()


def choose(page: Any, field: str, option: str, exact: bool = False) -> None:
    """An option of a list, by the beginning of its words."""
    page.get_by_label(field, exact=True).locator("visible=true").click()
    page.get_by_role("option", name=option, exact=exact).first.click()


def test_settings_are_lines() -> None:
    text = "power.Cu = 1.5 W\nsemiconductors.V2O5.gap = 2.1"
    assert settings_of(text) == {"power.Cu": "1.5 W", "semiconductors.V2O5.gap": 2.1}
    assert settings_of(settings_text(settings_of(text))) == settings_of(text)
    with pytest.raises(InputError, match="not of the form"):
        settings_of("power.Cu 1.5 W")


@needs_chromium
def test_a_film_and_its_microstructure(page: Any) -> None:
    """A recipe grows; its block has the film's share of domains; a wrong setting is answered; undo brings it back."""
    asked(page, "film", words.GROW, "theoretical capacity")
    page.get_by_text("287.01 to 313.38").wait_for()
    share = page.get_by_label(words.DOMAIN_SHARE, exact=True)
    until(lambda: abs(float(share.input_value()) - 0.5795) < 1e-4)
    asked(page, "film", words.BUILD_BLOCK, "interface per volume")
    page.locator(".plot:visible canvas").first.wait_for()
    settings = page.get_by_label(words.SETTINGS, exact=True).locator("visible=true")
    settings.fill("power.Cu = 1.5 V")
    settings.blur()
    page.get_by_role("alert").get_by_text("power.Cu").first.wait_for()
    settings.fill("power.Cu = 2 W")
    settings.blur()
    page.get_by_role("heading", name="power.Cu = 2 W").wait_for()
    page.get_by_role("button", name=words.UNDO).click()
    page.get_by_role("heading", name="Film: grown by VOC1", exact=True).wait_for()
    until(lambda: settings.input_value() == "")


@needs_chromium
def test_a_junction(page: Any) -> None:
    """Its bands; more doping bends them more; the numbers behind a figure are sent."""
    asked(page, "junction", words.WORK_OUT, "contact potential")
    page.get_by_role("group", name="Bands before and after contact").wait_for()
    choose(page, words.SET_WHAT, "semiconductors.Cu2V2O7.doping")
    settings = page.get_by_label(words.SETTINGS, exact=True).locator("visible=true")
    until(lambda: settings.input_value().startswith("semiconductors.Cu2V2O7.doping = "))
    settings.fill("semiconductors.Cu2V2O7.doping = 1e20 1/cm3")
    settings.blur()
    page.get_by_role("heading", name="doping = 1e20 1/cm3").wait_for()
    page.get_by_role("group", name="Potential").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"{words.EXPORT} CSV").locator("visible=true").nth(1).click()
    assert "Distance" in Path(download.value.path()).read_text().splitlines()[0]


@needs_chromium
def test_a_device_and_its_months(page: Any) -> None:
    page.get_by_role("tab", name=words.TABS["device"], exact=True).click()
    choose(page, words.DEVICE, "voc1-polyimide", exact=True)
    page.get_by_label(words.RADIUS, exact=True).fill("5")
    asked(page, "device", words.DRAW_STACK, "smallest safe radius")
    asked(page, "device", words.HOW_LONG, "months of service")
    page.get_by_text("Ageing over the years is not modelled.").wait_for()


@needs_chromium
def test_atoms(page: Any) -> None:
    pytest.importorskip("ase")
    """A structure and the recorded results; another one; its picture."""
    asked(page, "atoms", words.SHOW_STRUCTURE, "V2O5-barrier")
    page.locator(".plot:visible canvas").first.wait_for()
    choose(page, words.STRUCTURE, "Cu2V2O7")
    page.get_by_role("heading", name="Cu2V2O7").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"{words.EXPORT} SVG").locator("visible=true").first.click()
    assert Path(download.value.path()).read_text().startswith("<?xml")


@needs_chromium
def test_what_limits_a_cell(page: Any) -> None:
    asked(page, "design", words.WHAT_LIMITS, "diffusion in the domains")
    page.get_by_role("button", name=words.FIT, exact=True).click()
    page.get_by_role("alert").get_by_text("at least one measured curve").wait_for()


@needs_chromium
def test_what_to_measure_next_and_the_best_cell(page: Any) -> None:
    """Protocols by what they tell of a value; a study that is begun with an aim, and its front."""
    page.get_by_role("tab", name=words.TABS["design"], exact=True).click()
    page.get_by_role("button", name=words.MEASURE_NEXT, exact=True).click()
    page.get_by_role("alert").get_by_text("at least one value").wait_for()
    page.get_by_label(words.FREE).fill("films.VOC1.thickness")
    page.get_by_role("option", name="films.VOC1.thickness").click()
    page.keyboard.press("Escape")
    page.get_by_label(words.PROTOCOLS).fill("Discharge at 80 uA/cm2 until 2.15 V")
    asked(page, "design", words.MEASURE_NEXT, "information of Discharge")
    page.get_by_label(words.AIM).click()
    page.get_by_role("option", name=AIMS[1]).click()
    study = page.get_by_label(words.STUDY)
    until(lambda: "most = 24" in study.input_value())  # what the aim begins
    study.fill(study.input_value().replace("most = 24", "most = 8"))
    asked(page, "design", words.DESIGN_IT, "design 1: per_volume")


@needs_chromium
def test_the_paper_is_a_job(page: Any) -> None:
    """Its study is begun, shown among the jobs, and cancelled; the tab says so. Where its answer lies in the project a
    claim is chosen by its name, and shown with its figure."""
    page.get_by_role("tab", name=words.TABS["paper"], exact=True).click()
    page.get_by_role("button", name=words.RUN_STUDY, exact=True).click()
    page.get_by_role("button", name=words.JOBS).click()
    job = page.get_by_role("group", name="paper")
    job.get_by_text("is worked out").wait_for()
    job.get_by_role("button", name=words.CANCEL).click()
    job.get_by_text("cancelled").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Cancelled.", exact=True).locator("visible=true").first.wait_for()
    row = ("cap-1", "VOC1", "half", "capacity", "5 uA/cm2", "1", "2", "uAh", "1", "agrees", "predicted", "rates", "")
    made = {"of": "paper", "step": None, "quantity": "cap-1", "value": 2.0, "sigma": None, "unit": "uAh", "words": ""}
    found = Answered([made], notes=("1 rows: 1 agrees.",), tables=(("Claims", HEAD, [row]),))
    keep(found, "paper", key_of(Paper()), page.project)
    picture = page.project / FOLDER / "figures" / "rates.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    FIGURE.save(picture)
    page.get_by_role("button", name=words.LIGHT_DARK).click()  # it looks again
    page.get_by_text("1 rows: 1 agrees.").wait_for()
    choose(page, words.CLAIM, "cap-1")
    page.get_by_role("img", name="rates").wait_for()
    page.get_by_role("button", name=words.LIGHT_DARK).click()
    page.get_by_role("button", name=f"{words.REMOVE}: {words.RUN_STUDY}").click()


@needs_chromium
def test_a_recipe_to_the_months_of_a_sensor(page: Any) -> None:
    """What may be set is offered, and changed; the film that grows is in a device, which serves a sensor."""
    page.get_by_role("tab", name=words.TABS["film"], exact=True).click()
    page.get_by_role("button", name=f"{words.REMOVE}: {words.GROW}").click()
    choose(page, words.SET_WHAT, "power.Cu = 1 W")
    settings = page.get_by_label(words.SETTINGS, exact=True).locator("visible=true")
    until(lambda: settings.input_value() == "power.Cu = 1 W")
    settings.fill("power.Cu = 1.1 W")
    asked(page, "film", words.GROW, "296.61 to 324.61")
    page.get_by_role("button", name=words.INTO_DEVICE).click()
    page.get_by_role("alert").get_by_text("Cell and Test have the film now").wait_for()
    page.get_by_role("tab", name=words.TABS["device"], exact=True).click()
    own = "cells/VOC1-grown/VOC1-grown-device.toml"
    until(lambda: page.get_by_label(words.DEVICE, exact=True).input_value() == own)
    asked(page, "device", words.HOW_LONG, "months of service")
    page.get_by_role("heading", name=f"Load: {own} serves temperature-sensor").wait_for()
    page.get_by_role("button", name=f"{words.REMOVE}: {words.HOW_LONG}").click()
    page.get_by_text("months of service").locator("visible=true").first.wait_for(state="hidden")


@needs_chromium
def test_the_script_makes_every_answer_again(page: Any) -> None:
    """What the tabs before have shown, by a Python of its own."""
    page.get_by_role("tab", name=words.TABS["session"], exact=True).click()
    page.get_by_role("button", name=words.WRITE).click()
    page.get_by_text("Written into").wait_for()
    shown = pl.read_csv(page.project / "numbers.csv", schema=SCHEMA)
    done = subprocess.run(
        [sys.executable, str(page.project / "session.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert shown["of"].n_unique() >= 5
    assert pl.read_csv(page.project / "numbers.csv", schema=SCHEMA).equals(shown)
