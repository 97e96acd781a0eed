"""The calibration overlay: numbers by dotted path, with their uncertainty, rows and joint draws."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from ..errors import HeterofilmError, InputError
from ..units import convert
from .change import Change, change_path
from .toml import read_toml, sentence, stamp_of
from .value import Entry, Layer, Quantity, Value

__all__ = ["CALIBRATION", "Calibrated", "Calibration", "CalibrationFile", "calibrate", "calibration_of", "drawn"]

FEWEST = 20  # draws that have 5 and 95 % quantiles
CALIBRATION = Path(__file__).parent / "data" / "calibration.toml"


def _numbers(given: Any) -> Any:
    """Numbers of a text: hundreds of draws as a list would cost every start of the program 30 ms in the TOML parser."""
    return [float(number) for number in given.split()] if isinstance(given, str) else given


class Calibrated(Entry):
    """One calibrated number: ``ensemble`` holds joint posterior draws, the same length for every path.

    In a file they are a list, or a text of numbers apart by spaces.
    """

    value: float
    unit: str
    sigma: float | None = None
    rows: tuple[str, ...] = ()
    ensemble: Annotated[tuple[float, ...], BeforeValidator(_numbers)] = ()
    source: str = ""

    @property
    def band(self) -> tuple[float, float] | None:
        """5 and 95 % quantiles of the draws, where there are enough to have them."""
        n = len(self.ensemble)
        if n < FEWEST:
            return None
        ordered = sorted(self.ensemble)
        return ordered[round(0.05 * (n - 1))], ordered[round(0.95 * (n - 1))]


class CalibrationFile(Entry):
    """``data/calibration.toml``: free notes, and a table per dotted path."""

    values: dict[str, Calibrated] = Field(default_factory=dict)
    notes: str = ""


def calibrate(path: str, calibrated: Calibrated) -> Change:
    """The change that puts a calibrated number in place of the one of the file."""
    rows = ", ".join(calibrated.rows)
    new: dict[str, Any] = {
        "value": calibrated.value,
        "unit": calibrated.unit,
        "kind": "calibrated",
        "source": calibrated.source or (f"calibrated on {rows}" if rows else "calibrated"),
        "sigma": calibrated.sigma,
        "rows": calibrated.rows,
    }
    band = calibrated.band
    new["draws"] = len(calibrated.ensemble) if band else None

    def change(present: Any, _: Quantity | None) -> Any:
        if not isinstance(present, Value):
            if present is None:
                return Value(**new, interval=band).on(Layer.CALIBRATION)
            raise InputError(f"The calibration's '{path}' does not name a quantity.")
        try:
            scale = [
                None if x is None else convert(x, calibrated.unit, present.unit)
                for x in (calibrated.value, calibrated.sigma, *(band or ()))
            ]
        except HeterofilmError as error:
            raise InputError(f"The calibration of '{path}': {error}") from None
        kept: dict[str, Any] = {
            "unit": present.unit,
            "low": present.low,
            "high": present.high,
            "method": present.method,
        }
        kept |= {"value": scale[0], "sigma": scale[1], "interval": tuple(scale[2:]) or None}
        return Value(**new | kept).on(Layer.CALIBRATION, present)

    return change


def drawn(path: str, number: float) -> Change:
    """The change that puts a draw of the calibration, in the entry's own unit, in place of its best value."""

    def change(present: Any, quantity: Quantity | None) -> Any:
        kept: dict[str, Any] = {"source": "a draw of the calibration", "kind": "calibrated", "value": number}
        if isinstance(present, Value):
            kept |= {key: getattr(present, key) for key in ("unit", "low", "high", "rows", "method")}
            return Value(**kept).on(Layer.CALIBRATION, present)
        if quantity is None:
            raise InputError(f"The calibration's '{path}' does not name a quantity.")
        return Value(**kept, unit=quantity.unit).on(Layer.CALIBRATION)

    return change


class Calibration(dict[str, Calibrated]):
    """Calibrated numbers by dotted path, and the packaged entries that they were laid over already."""

    def __init__(self, values: Mapping[str, Calibrated]) -> None:
        super().__init__(values)
        self._laid: dict[tuple[str, str], tuple[Entry, Entry]] = {}

    def over(self, kind: str, name: str, entry: Entry) -> Entry:
        """The entry ``name`` with its calibrated numbers; what is only drawn stays as its file says."""
        before, laid = self._laid.get((kind, name), (None, entry))
        if before is entry:
            return laid
        laid = entry
        for path, calibrated in self.items():
            if path.startswith(f"{kind}.{name}.") and (calibrated.rows or not calibrated.ensemble):
                laid = change_path(laid, path, tuple(path.split(".")[2:]), calibrate(path, calibrated))
        self._laid[kind, name] = entry, laid
        return laid


def calibration_of(calibration: Path | str | Mapping[str, Any] | None) -> Calibration:
    """The calibration in a file, or in a table of the same content; an empty one for None."""
    if calibration is None:
        return Calibration({})
    if isinstance(calibration, Mapping):
        return _calibration_table(calibration, "The calibration")
    file = Path(calibration)
    if file == CALIBRATION and not file.exists():
        return Calibration({})
    return _calibration_file(file, stamp_of(file))


@lru_cache(maxsize=16)
def _calibration_file(file: Path, stamp: tuple[int, int]) -> Calibration:
    found = _calibration_table(read_toml(file), f"File {file.name}")
    if not found:
        raise InputError(f"File {file.name} holds no calibrated value, so it has no effect: leave it out.")
    return found


def _calibration_table(table: Mapping[str, Any], what: str) -> Calibration:
    try:
        return Calibration(CalibrationFile.model_validate(dict(table)).values)
    except ValidationError as error:
        raise InputError(sentence(error, what)) from None
