"""What computes energies: engines by name, each behind ASE's calculator interface.

An engine says what it is (`level`, `version()`), what it can give (`capabilities`) and which elements it knows. A task
takes any engine that can give what the task needs; a result carries the engine's `level`, version and settings.

>>> engine = get("emt")
>>> str(engine.level), "forces" in engine.capabilities
('EMT (a test engine, no chemistry of oxides)', True)
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from io import StringIO
from typing import TYPE_CHECKING, Any

from ...errors import InputError, MissingExtraError, brings, did_you_mean, require
from ..engine import CAPABILITIES, Engine
from ..level import Level

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import BaseCalculator

__all__ = ["CAPABILITIES", "ENGINES", "Chgnet", "Emt", "Engine", "get", "names", "package_version"]

EMT, CHGNET = Level("EMT (a test engine, no chemistry of oxides)"), Level("CHGNet 0.3.0")


@dataclass(frozen=True)
class Emt:
    """Effective-medium theory of ASE: fast, for a few metals; it is here so that every task can be tested."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = "emt"
    level: Level = EMT
    capabilities: frozenset[str] = frozenset({"energy", "forces", "stress"})
    elements: frozenset[str] | None = frozenset({"Al", "Cu", "Ag", "Au", "Ni", "Pd", "Pt", "H", "C", "N", "O"})

    def version(self) -> str:
        return package_version("ase")

    def calculator(self, atoms: Atoms, **settings: Any) -> BaseCalculator:
        """ASE's EMT; it takes no settings."""
        known_settings(self.name, {**self.settings, **settings}, ())
        from ase.calculators import emt

        made: BaseCalculator = emt.EMT()
        return made


@dataclass(frozen=True)
class Chgnet:
    """The universal potential CHGNet with its 0.3.0 weights, trained on PBE and PBE+U relaxations (Materials Project).

    Its energies carry that project's mixing corrections; only differences mean anything. Runs on the processor, because
    a task must give the same numbers everywhere.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = "chgnet"
    level: Level = CHGNET
    capabilities: frozenset[str] = frozenset({"energy", "forces", "stress", "moments"})
    elements: frozenset[str] | None = None

    def version(self) -> str:
        return f"{package_version('chgnet')}, weights 0.3.0, {package_version('torch')}"

    def calculator(self, atoms: Atoms, **settings: Any) -> BaseCalculator:
        """CHGNet's own ASE calculator; it takes no settings."""
        known_settings(self.name, {**self.settings, **settings}, ())
        with redirect_stdout(StringIO()):  # it announces itself
            from chgnet.model.dynamics import CHGNetCalculator

            class Quiet(CHGNetCalculator):  # type: ignore[misc]
                def calculate(self, *given: Any, **named: Any) -> None:
                    with warnings.catch_warnings():  # of its own, at each first step; no number depends on it
                        warnings.filterwarnings("ignore", "Converting a tensor with requires_grad=True", UserWarning)
                        super().calculate(*given, **named)

            made: BaseCalculator = Quiet(_chgnet_weights(), use_device="cpu", on_isolated_atoms="error")
            return made


@cache
def _chgnet_weights() -> Any:
    from chgnet.model import CHGNet

    return CHGNet.load(model_name="0.3.0", use_device="cpu", verbose=False)


@dataclass(frozen=True)
class Registered:
    """Where an engine lives (module of this room and class), and what must be installed for it."""

    module: str
    factory: str
    packages: tuple[str, ...]
    extra: str
    words: str


ENGINES: dict[str, Registered] = {
    "chgnet": Registered("base", "Chgnet", ("ase", "chgnet"), "mlp", "machine-learned potential, the default"),
    "gpaw": Registered("gpaw", "Gpaw", ("ase", "gpaw"), "dft", "DFT, plane waves or LCAO"),
    "cp2k": Registered("cp2k", "Cp2k", ("ase",), "atoms", "DFT by the program CP2K, a second opinion"),
    "emt": Registered("base", "Emt", ("ase",), "atoms", "for tests: metals only"),
}


def names() -> tuple[str, ...]:
    """The names of all engines, installed or not."""
    return tuple(ENGINES)


def get(name: str, **settings: Any) -> Engine:
    """The engine of that name, made with `settings`.

    Errors: `HeterofilmError` for an unknown name (with the nearest), and for a package that is not installed (with the
    extra that brings it).
    """
    if name not in ENGINES:
        raise InputError(f"There is no engine '{name}'; known: {', '.join(ENGINES)}.{did_you_mean(name, ENGINES)}")
    entry = ENGINES[name]
    for package in entry.packages:
        require(package, entry.extra, f"The engine '{name}'")
    try:
        factory = getattr(import_module(f".{entry.module}", __package__), entry.factory)
    except ImportError as error:
        raise MissingExtraError(
            f"The engine '{name}' cannot be loaded ({error}): install it with {brings(entry.extra)}."
        ) from None
    try:
        engine: Engine = factory(settings=settings)
    except TypeError as error:
        raise InputError(f"The engine '{name}' does not take these settings: {error}.") from None
    return engine


def known_settings(engine: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Errors: `HeterofilmError` for a setting that the engine does not know."""
    for word in given:
        if word not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise InputError(
                f"The engine '{engine}' does not know the setting '{word}'; {takes}.{did_you_mean(word, known)}"
            )


def settings_within(program: str, chosen: Mapping[str, Any], ranges: tuple[tuple[str, float, float], ...]) -> None:
    """Errors: `HeterofilmError` for a setting that is no number within its (name, lowest, highest)."""
    for word, low, high in ranges:
        value = chosen[word]
        if not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"{program} takes {word} from {low:g} to {high:g}, not {value!r}.")


def package_version(package: str) -> str:
    """``"ase 3.26.0"``, or the name alone where no version is known."""
    try:
        return f"{package} {installed_version(package)}"
    except PackageNotFoundError:
        return package
