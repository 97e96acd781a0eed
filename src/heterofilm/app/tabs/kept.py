"""What is drawn on a page stays there as long as it shows the same. A click that is under way and a text that is being
typed belong to an element of the page, and are lost with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from nicegui import ui

__all__ = ["Boxed", "Region", "Rows", "Same", "Typed"]

K = TypeVar("K", bound=Hashable)
P = TypeVar("P", bound="Boxed")


class Same:
    """A thing that equals itself alone, for what cannot be compared, or not quickly; it is held, so that no other one
    takes its place in memory."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    __hash__ = None  # type: ignore[assignment]


class Region:
    """A part of the page that is drawn again when what it shows is another, and only then."""

    def __init__(self, classes: str = "stack") -> None:
        self.box = ui.element("div").classes(classes)
        self._shown: Any = Same(self)  # nothing yet, which equals nothing that is shown

    def draw(self, shown: Any, drawing: Callable[[], Any]) -> None:
        """`shown`: all that decides what `drawing` puts there."""
        if shown == self._shown:
            return
        self._shown = Same(self)
        if self.box.default_slot.children:
            self.box.clear()
        with self.box:
            drawing()
        self._shown = shown


class Boxed(Protocol):
    """A part of the page within one element of its own."""

    box: Any


class Rows(Generic[K, P]):
    """Parts of one kind below or beside each other, each kept by its key: the others can come, go and change places."""

    def __init__(self, box: Any, build: Callable[[K], P]) -> None:
        """`build` draws the part of a key that is new."""
        self.box = box
        self.build = build
        self.own: dict[K, P] = {}

    def show(self, keys: Iterable[K]) -> dict[K, P]:
        """The parts of these keys, in their order, and no others."""
        wanted = dict.fromkeys(keys)
        for key in [key for key in self.own if key not in wanted]:
            self.own.pop(key).box.delete()
        for key in wanted:
            if key not in self.own:
                with self.box:
                    self.own[key] = self.build(key)
        self.own = {key: self.own[key] for key in wanted}
        for place, part in enumerate(self.own.values()):
            if self.box.default_slot.children[place] is not part.box:
                part.box.move(target_index=place)
        return self.own


class Typed:
    """A field that is told when it is left or ended by Enter. A text that is typed and not told yet stays, whatever
    comes from elsewhere meanwhile."""

    def __init__(self, field: Any, told: Callable[[Any], object]) -> None:
        """`told`: is given the text, or the number of a field of numbers; False where it is refused."""
        self.field = field
        self._told = told
        self._session = self._begun = self.given  # what the session has; what the typing began with
        field.on("blur", self._ended, [])
        field.on("keydown.enter", self._ended, [])

    @property
    def given(self) -> Any:
        """What the field holds."""
        value = self.field.value
        return value.strip() if isinstance(value, str) else "" if value is None else value

    def show(self, value: Any) -> None:
        """What the session has now."""
        self._session = value
        if self.given == self._begun:
            self._put()

    def empty(self) -> None:
        """Another text is to be typed."""
        self._session = ""
        self._put()

    def _put(self) -> None:
        self._begun = self._session
        if self.given != self._session:
            self.field.set_value(self._session)

    def _ended(self) -> None:
        given = self.given
        if given != self._begun:
            self._begun = given
            self._told(given)  # which shows what has become of it
        if given == self.given:
            self._put()
