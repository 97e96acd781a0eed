"""Films, electrolytes and cells: what goes with what, and each contradiction as a sentence."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from heterofilm.library.files import DATA, MODELS


def _text(kind: str, name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / kind / f"{name}.toml").read_text())


FILM, PURE = _text("films", "VOC1"), _text("films", "VO")
SOLID, LIQUID, CELL = _text("electrolytes", "LiPON"), _text("electrolytes", "liquid-1M"), _text("cells", "vo-half")


def _without(table: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}


@pytest.mark.parametrize(
    ("kind", "table", "said"),
    [
        ("films", _without(FILM, "cu_to_v"), "with domains needs cu_to_v"),
        ("films", _without(FILM, "domain_size"), "with domains needs domain_size"),
        ("films", FILM | {"domain_fraction": 0.5}, "cu_to_v and domain_fraction say the same"),
        ("films", FILM | {"atomic_ratio": {"Cu/V": 0.5}}, "cu_to_v and atomic_ratio say the same"),
        ("films", _without(FILM, "cu_to_v") | {"domain_fraction": 1.5}, "at most 1"),
        ("films", _without(FILM, "cu_to_v") | {"atomic_ratio": {"Cu": 0.5}}, 'such as "Cu/V", not .Cu.'),
        ("films", _without(FILM, "cu_to_v") | {"atomic_ratio": {"Xx/V": 0.5}}, "element 'Xx' is not known"),
        ("films", _without(FILM, "cu_to_v") | {"atomic_ratio": {"Cu/Cu": 0.5}}, "names one twice"),
        ("films", _without(FILM, "cu_to_v") | {"atomic_ratio": {"Cu/V": 0.5, "Cu/O": 0.2}}, "one atomic ratio"),
        ("films", PURE | {"domain_fraction": 0.5}, "no domain"),
        ("films", _without(FILM, "domain"), "no domain"),
        ("films", FILM | {"domain": FILM["matrix"]}, "both"),
        ("films", FILM | {"domain_size": "400 nm"}, "do not fit"),
        ("films", PURE | {"capacity": "60 uAh/cm2/um", "utilisation": {"V2O5": 0.5}}, "say the same"),
        ("films", PURE | {"capacity": "60 V"}, "quantity in"),
        ("films", PURE | {"thickness": "0.01 nm"}, "at least 0.1"),
        ("electrolytes", SOLID | {"kind": "gas"}, "kind"),
        ("electrolytes", LIQUID | {"kind": "single-ion"}, "needs|does not take"),
        ("electrolytes", SOLID | {"kind": "liquid"}, "needs|does not take"),
        ("cells", CELL | {"lower_voltage": "4 V"}, "must lie below upper_voltage"),
        ("cells", CELL | {"film": "  "}, "empty text"),
        ("cells", CELL | {"area": "0 cm2"}, "positive"),
        ("cells", CELL | {"cathode_exponent": 1}, "no key 'cathode_exponent'"),
    ],
)
def test_contradictions_are_refused(kind: str, table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MODELS[kind].model_validate(table)


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_packaged_files_are_whole_and_come_back_as_they_are(kind: str) -> None:
    """What a model writes of itself it takes again, unchanged."""
    from heterofilm.library import load, names

    for name in names(kind):
        entry = load(MODELS[kind], name, calibration=None)
        table = getattr(entry, "ocv", None)  # whose file is read and not written
        entry = entry.model_copy(update={"ocv": table.model_copy(update={"file": ""})}) if table else entry
        assert type(entry).model_validate(entry.model_dump()) == entry, name
