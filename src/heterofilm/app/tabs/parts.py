"""What the tabs are made of: tables, notes, zones for files, sliders. All text is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nicegui import ui

from ...figures.words import html
from .. import words

__all__ = ["code", "drop_zone", "fault", "heading", "lead", "notes", "offer", "short", "slider", "table"]

THROTTLE = 0.03  # s between two words of a slider on its way


def heading(text: str, level: int = 2) -> Any:
    return ui.html(html(text), sanitize=False, tag=f"h{level}")


def lead(text: str) -> Any:
    return ui.html(html(text), sanitize=False, tag="p").classes("lead")


def fault(text: str = "") -> Any:
    """A sentence that says what is wrong, read out by screen readers when it changes."""
    return ui.label(text).classes("fault").props('role="status" aria-live="polite"')


def code(text: str, label: str) -> Any:
    return (
        ui.html(html_lines(text), sanitize=False, tag="pre")
        .classes("code")
        .props(f'tabindex=0 role="region" aria-label="{label}"')
    )


def html_lines(text: str) -> str:
    """Text of several lines, each escaped."""
    return "\n".join(html(line) for line in text.split("\n"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Any:
    """A table of texts, which scrolls by itself where it is wider than the page."""
    body = "".join(f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    top = "".join(f'<th scope="col">{html(cell)}</th>' for cell in head)
    named = f"<caption>{html(caption)}</caption>" if caption else ""
    text = f'<table class="numbers">{named}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
    label = html(caption or ", ".join(word for word in head if word)).replace('"', "")
    made = ui.html(text, sanitize=False).classes("sheet")
    made.props["tabindex"], made.props["role"], made.props["aria-label"] = 0, "region", label
    return made


def notes(title: str, sentences: Iterable[str], plain: bool = False) -> Any:
    """What is to be minded beside numbers."""
    items = "".join(f"<li>{html(one)}</li>" for one in sentences)
    made = ui.html(f"<strong>{html(title)}</strong><ul>{items}</ul>", sanitize=False)
    return made.classes("said plain" if plain else "said")


def drop_zone(purpose: str, several: bool = True) -> Any:
    """Where files are dropped, or chosen with the keyboard; ``static/app.js`` sends them."""
    folder = (
        f"<label>{words.CHOOSE_FOLDER}<input type=file webkitdirectory data-kind=folder></label>" if several else ""
    )
    many = " multiple" if several else ""
    made = ui.html(
        f"<strong>{words.DROP}</strong>"
        f"<label>{words.CHOOSE_FILES}<input type=file{many} data-kind=files></label>{folder}"
        f'<progress hidden aria-label="{words.FILES}"></progress>',
        sanitize=False,
    ).classes("drop")
    made.props["data-purpose"] = purpose
    return made


def slider(label: str, place: int, places: int, moved: Callable[[float], Any]) -> Any:
    """The browser's own slider, with all its keys; `moved` is told where it is, also on the way."""
    made = ui.element("input").classes("range")
    made.props.update({"type": "range", "min": 0, "max": places, "step": 1, "value": place, "aria-label": label})

    def on_its_way(event: Any) -> None:
        with made.props.suspend_updates():  # the browser has it there already
            made.props["value"] = round(float(event.args))
        moved(float(event.args))

    made.on(
        "input",
        on_its_way,
        throttle=THROTTLE,
        js_handler="(e) => emit(e.target.valueAsNumber)",
    )
    return made


def offer(select: Any, options: list[str] | dict[str, str], value: Any) -> None:
    """Other options, or another choice; nothing is sent where both stay, which could undo what is clicked meanwhile."""
    if select.options != options:
        select.set_options(options, value=value)
    elif select.value != value:
        select.set_value(value)


def short(value: float) -> str:
    """A number as it stands in a field."""
    return f"{value:.6g}"
