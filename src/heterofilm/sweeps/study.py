"""What a sweep is: a cell, a protocol, values and how they are chosen. Everything is checked before any work begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..errors import HeterofilmError
from ..files import is_file
from ..library.toml import model_of
from ..library.value import Entry
from ..protocol import Protocol
from ..simulation.arguments import mechanisms_of

MOST = 1_000_000_000  # runs
Given = float | str  # a number in the unit of the entry, or a text with its unit


class Range(Entry):
    """Values from ``low`` to ``high``: so many in a grid, or as a sample finds them."""

    low: Given
    high: Given
    scale: Literal["linear", "log"] = "linear"
    """Even in the value or in its logarithm."""
    count: Annotated[int | None, Field(ge=1, le=MOST)] = None
    """Of a grid."""


class Sample(Entry):
    """How values are combined."""

    kind: Literal["grid", "list", "sobol", "latin"] = "grid"
    """Every combination; the first of each, the second of each, ...; a Sobol sequence; a Latin hypercube."""
    runs: Annotated[int | None, Field(ge=1, le=MOST)] = None
    """Of a Sobol sequence or a Latin hypercube."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0


class Keep(Entry):
    """What of each run is kept besides its numbers."""

    step: Annotated[int | None, Field(ge=1, le=10_000)] = None
    """The step that the numbers and the curve are of; the last discharge by default, else the last step."""
    points: Annotated[int, Field(ge=0, le=10_000)] = 100
    """Of its curve, even in time."""


class Settings(Entry):
    """How a run is done."""

    rtol: Annotated[float, Field(ge=1e-12, le=0.1)] = 1e-3
    """Local error per time step."""
    ageing: bool | tuple[str, ...] = True
    """Whether the cell ages, or by which mechanisms."""
    start: float | str | None = None
    """A potential at rest or a state of charge; the upper cut-off by default."""

    @field_validator("ageing")
    @classmethod
    def _known(cls, ageing: bool | tuple[str, ...]) -> bool | tuple[str, ...]:
        try:
            mechanisms_of(ageing)
        except HeterofilmError as error:
            raise ValueError(str(error)) from error
        return ageing


class Study(Entry):
    """A sweep."""

    title: str = ""
    cell: str
    """A name of the library, or a file beside the study."""
    protocol: str
    """A text, the name of a ready-made protocol, or a ``.txt`` file beside the study."""
    values: Annotated[dict[str, Range | tuple[Given, ...]], Field(min_length=1, max_length=100)]
    """By dotted path: a list of values, or a range."""
    sample: Sample = Sample()
    keep: Keep = Keep()
    settings: Settings = Settings()

    @model_validator(mode="after")
    def _countable(self) -> Self:
        kind, runs = self.sample.kind, self.sample.runs
        drawn = kind in ("sobol", "latin")
        if drawn != (runs is not None):
            raise ValueError(
                f"a sample of kind '{kind}' {'needs' if drawn else 'takes no'} runs, the number of its points"
            )
        lists = {path: one for path, one in self.values.items() if isinstance(one, tuple)}
        for path, one in self.values.items():
            if isinstance(one, Range) and (one.count is None) != drawn:
                raise ValueError(
                    f"the range of '{path}' {'takes no' if drawn else 'needs a'} count in a sample of kind '{kind}'"
                )
            if isinstance(one, tuple) and not one:
                raise ValueError(f"'{path}' has no values; give at least one")
        if drawn and lists:
            raise ValueError(f"a sample of kind '{kind}' draws from ranges, but '{next(iter(lists))}' is a list")
        if (
            kind == "list"
            and len({len(one) if isinstance(one, tuple) else one.count for one in self.values.values()}) > 1
        ):
            raise ValueError("a sample of kind 'list' takes the values side by side, but they are not equally many")
        if self.count() > MOST:
            raise ValueError(f"it makes {self.count()} runs; at most {MOST} are one sweep")
        return self

    def count(self) -> int:
        """How many runs it makes."""
        if self.sample.runs is not None:
            return self.sample.runs
        counts = [len(one) if isinstance(one, tuple) else one.count or 1 for one in self.values.values()]
        if self.sample.kind == "list":
            return counts[0]
        total = 1
        for one in counts:
            total *= one
        return total


def study_of(given: Study | Mapping[str, Any] | str | Path) -> tuple[Study, Path]:
    """The study that is meant, and the folder that its files are relative to.

    Errors: `HeterofilmError` in one sentence that names every fault.
    """
    return model_of(given, Study, "study")


def protocol_of(study: Study, near: Path) -> Protocol:
    """The protocol of a study; its files are relative to the folder ``near``.

    Errors: `HeterofilmError` for a text that is none, and a file that is not there.
    """
    file = near / study.protocol if study.protocol.endswith(".txt") else None
    if file is not None and is_file(file):
        return Protocol.load(str(file))
    return Protocol.load(study.protocol, near)
