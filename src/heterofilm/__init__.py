"""heterofilm: thin-film batteries from the crystal to the discharge curve.

>>> import heterofilm
>>> record = heterofilm.simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V")
>>> 40 < record.capacity("uAh/cm2/um") < 60
True

Nothing is loaded before it is used, so that the import itself takes no time. Which names there are, and where they
live, stands in ``__init__.pyi``.
"""

from importlib import import_module
from typing import Any

from ._version import __version__ as __version__
from .records import drawing


def _homes() -> dict[str, tuple[str, str]]:
    """Of every public name the module it lives in, and what it is called there."""
    homes: dict[str, tuple[str, str]] = {}
    with open(f"{__file__.rpartition('.')[0]}.pyi", encoding="utf-8") as stub:
        for line in stub:
            words = line.split()
            if line.startswith("from ."):  # from MODULE import OWN as NAME
                homes[words[5]] = (words[1], words[3])
            elif words[1:2] == ["="]:  # NAME = _ALIAS.OWN, of a module imported so
                alias, _, own = words[2].partition(".")
                homes[words[0]] = (".".join(homes[alias]), own)
    return {name: home for name, home in homes.items() if name == "__version__" or not name.startswith("_")}


_HOMES = _homes()
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'heterofilm' has no attribute '{name}'")
    home, own = _HOMES[name]
    value = getattr(import_module(home, __name__), own)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _draw(record: Any) -> Any:
    from .plots.record import record_figure

    return record_figure(record)


drawing.draw = _draw
