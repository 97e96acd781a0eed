"""What the actions of ``heterofilm atoms`` share: structures, engines with settings, numbers, progress, outputs."""

from __future__ import annotations

import argparse
import threading
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..atomistic.engines import base as engines
from ..atomistic.store import Store
from ..atomistic.structures import library as structures
from ..bars import progress_bar
from ..errors import HeterofilmError, InputError
from ..files import atomic

if TYPE_CHECKING:
    from ase import Atoms

    from ..atomistic.engine import Engine
    from ..atomistic.tasks import Relaxed

__all__ = [
    "bar", "chosen_engine", "integers", "numbers", "oxidation", "provenance", "read_structure",
    "relaxed", "store_of", "tell", "to", "written",
]  # fmt: skip


def read_structure(text: str) -> tuple[str, Atoms]:
    """Name and atoms of a structure of the library, or of a file."""
    if Path(text).suffix.lower() in structures.FORMATS:
        return Path(text).stem, structures.read_atoms(text)
    known = structures.load(text)
    return known.name, known.atoms


def chosen_engine(given: argparse.Namespace) -> Engine:
    """The engine of ``--engine`` with the settings of ``--set``."""
    return engines.get(given.engine, **settings(given.set))


def store_of(given: argparse.Namespace) -> Store:
    """The store of ``--store``."""
    return Store(given.store, fresh=given.fresh)


def settings(pairs: Sequence[str]) -> dict[str, Any]:
    """Settings from NAME=VALUE: a number, true or false, a list, a word; ``u.V=3.1`` sets one element.

    Errors: `HeterofilmError` for what is no such pair, and a name that is given twice.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        try:
            if not sign or not name.strip() or "\n" in pair:
                raise ValueError
            try:
                one = tomllib.loads(f"{name} = {value}")
            except tomllib.TOMLDecodeError:  # a word without its quotes
                one = tomllib.loads(f'{name} = "{value.strip()}"')
            _merge(found, one)
        except ValueError:
            raise InputError(
                f"--set '{pair}': NAME=VALUE is expected, each name once, for example k_density=1.5 or u.V=3.1."
            ) from None
    return found


def numbers(text: str, count: int, option: str) -> tuple[float, ...]:
    """`count` numbers with commas between them."""
    try:
        values = tuple(float(word) for word in text.split(","))
    except ValueError:
        values = ()
    if len(values) != count or any(x != x or abs(x) > 1e4 for x in values):
        raise InputError(f"{option} '{text}': {count} numbers with commas between them are expected.")
    return values


def integers(text: str, count: int, option: str) -> tuple[int, ...]:
    """`count` whole numbers from 1 to 20."""
    values = numbers(text, count, option)
    if any(x != int(x) or not 1 <= x <= 20 for x in values):
        raise InputError(f"{option} '{text}': {count} whole numbers from 1 to 20 are expected.")
    return tuple(int(x) for x in values)


def provenance(found: Any) -> None:
    """Print where a result comes from."""
    about = found.provenance
    print(f"{about.level} ({about.version}), {about.wall_s:.0f} s; kept as {about.key}")


@contextmanager
def bar(unit: str, total: int | None = None) -> Iterator[Any]:
    """A bar of progress that appears after two seconds; its clock goes on while an engine works."""
    with progress_bar(unit=f" {unit}", total=total) as made:
        done = threading.Event()

        def tick() -> None:
            while not done.wait(1.0):
                made.refresh()

        clock = threading.Thread(target=tick, daemon=True)
        clock.start()
        try:
            yield made
        finally:
            done.set()
            clock.join()


def tell(made: Any, done: int, words: str) -> None:
    """Show a task's own words, and `done` steps (0: one more)."""
    if 0 < done < made.n:
        made.reset()  # the next stage counts anew
    made.set_postfix_str(words, refresh=False)
    made.update(max(done - made.n, 0) if done else 1)


def to(made: Any, done: int, total: int) -> None:
    """Show `done` of `total`."""
    made.total = total
    made.update(done - made.n)


def written(given: argparse.Namespace, atoms: Atoms, title: str) -> None:
    """Write the structure and its picture where they were asked for."""
    if given.out:
        from ase.io import write

        suffix = Path(given.out).suffix.lower()
        kind = "cif" if suffix == ".cif" else "extxyz"
        atomic(Path(given.out), lambda target: write(target, atoms, format=kind))
    if given.plot:
        from ..figures.structure import save_view

        save_view(atoms, given.plot, title)


def relaxed(given: argparse.Namespace, atoms: Atoms, cell: bool) -> Relaxed:
    """`atoms` at their minimum, with a bar of progress."""
    from ..atomistic.tasks import relax

    engine = chosen_engine(given)
    with bar("steps") as shown:
        return relax(
            atoms, engine, cell=cell, fmax=given.fmax, steps=given.steps, store=store_of(given),
            progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip


def oxidation(found: Relaxed) -> None:
    """Print the oxidation states that the moments allow."""
    from ..atomistic.tasks import oxidation_states

    if found.moments is not None:
        try:
            print(oxidation_states(found.atoms, found.moments, level=found.provenance.level).words)
        except HeterofilmError:
            return  # elements without spans: nothing is said


def _merge(held: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(held.get(name), dict) and isinstance(value, dict):
            _merge(held[name], value)
        elif name in held:
            raise ValueError(name)
        else:
            held[name] = value
