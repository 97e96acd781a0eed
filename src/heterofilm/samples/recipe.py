"""The settings of one sample's analyses for the files of others: one recipe for a batch.

A recipe file says for each kind of measurement what a line of a sample file could say of its analysis::

    [eis]
    circuit = "R0-p(R1,CPE1)"
    lowest = "0.1 Hz"

    [xps]
    background = "shirley"

A sample that was analysed before is a recipe too. What a line of a sample's own says goes first; what belongs to one
measurement (its potential, its scan rate, the size of its pixels) is no setting and stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import HeterofilmError, InputError, did_you_mean
from ..library.toml import read_toml
from .file_entry import ACTS_ON, KINDS, FileEntry, idle
from .guess import guess, listed, read_entry
from .sample_file import Sample, load_sample, words_of

__all__ = ["FACTS", "SETTINGS", "Recipe", "load_recipe", "recipe_of", "set_keys"]

FACTS = ("scan_rate", "temperature", "cycle", "potential", "photon_energy", "bias", "pixel", "wavelength", "laser",
         "reference", "core_levels", "cifs", "tilt")  # fmt: skip
"""Keys that tell what a measurement is, and not how it is analysed; own core levels and structures are
files of their sample."""
SETTINGS = tuple(key for key in ACTS_ON if key not in FACTS)


def set_keys(entry: FileEntry) -> dict[str, Any]:
    """The settings that a line of a sample file makes."""
    return {key: getattr(entry, key) for key in SETTINGS if key in entry.model_fields_set}


@dataclass(frozen=True)
class Recipe:
    """Kind of measurement -> settings by key; `source`: where they are from, in words."""

    settings: Mapping[str, Mapping[str, Any]]
    source: str

    def applied(self, entry: FileEntry, kinds: Iterable[str]) -> tuple[FileEntry, tuple[str, ...]]:
        """A line with the settings for its kinds that it does not make itself, and the keys that were added."""
        added: dict[str, Any] = {}
        for kind in kinds:
            for key, value in self.settings.get(kind, {}).items():
                if key not in entry.model_fields_set:
                    added.setdefault(key, value)
        return (entry.model_copy(update=added), tuple(added)) if added else (entry, ())


def load_recipe(path: str | Path) -> Recipe:
    """A recipe file; or a sample file, a folder with one: the settings of that sample.

    Errors: `HeterofilmError` for a file that is missing or makes no sense, a setting without effect, and a sample whose
    files of one kind are analysed differently.
    """
    place = Path(path)
    if place.is_dir():
        return recipe_of(load_sample(place))
    data = read_toml(place, "recipe")
    if "name" in data or "files" in data:
        return recipe_of(load_sample(place))
    settings: dict[str, dict[str, Any]] = {}
    for kind, said in data.items():
        if kind not in KINDS or kind == "ignore":
            raise InputError(
                f"The recipe '{place}': '{kind}' is no kind of measurement; known: {', '.join(KINDS)}."
                f"{did_you_mean(kind, KINDS)}"
            )
        if not isinstance(said, dict):
            raise InputError(f"The recipe '{place}', {kind}: expected a table of settings, [{kind}].")
        wrong = next((key for key in said if key not in SETTINGS), None)
        if wrong is not None:
            raise InputError(
                f"The recipe '{place}', {kind}: '{wrong}' is no setting of an analysis.{did_you_mean(wrong, SETTINGS)}"
            )
        try:
            entry = FileEntry.model_validate({"path": "recipe", "what": kind, **said})
        except ValidationError as error:
            raise InputError(f"The recipe '{place}', {kind}, {words_of(error)}") from None
        if without := idle(entry, [kind]):
            raise InputError(f"The recipe '{place}', {kind}: '{without[0]}' has no effect on {kind} data.")
        settings[kind] = set_keys(entry)
    if not any(settings.values()):
        raise InputError(f"The recipe '{place}' makes no setting: it would have no effect.")
    return Recipe(settings, f"the recipe {place.name}")


def recipe_of(sample: Sample) -> Recipe:
    """The settings that the lines of a sample file make, by the kind of their files.

    Errors: `HeterofilmError` where it makes none, and where files of one kind are analysed differently.
    """
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for entry in listed(sample):
        own = set_keys(entry)
        if not own:
            continue
        for kind in _kinds(sample, entry):
            fitting = {key: value for key, value in own.items() if kind in ACTS_ON[key]}
            other = found.setdefault(kind, (entry.path, fitting))
            if other[1] != fitting:
                raise InputError(
                    f"'{other[0]}' and '{entry.path}' of {sample.name} are both {kind} and analysed differently: write "
                    f"a recipe file with the settings of one, [{kind}], and name it."
                )
    if not found:
        raise InputError(f"The sample file of {sample.name} makes no setting of an analysis that could be taken over.")
    return Recipe({kind: own for kind, (_, own) in found.items()}, f"the sample {sample.name}")


def _kinds(sample: Sample, entry: FileEntry) -> list[str]:
    if entry.what:
        return [entry.what]
    try:
        return list(dict.fromkeys(guess(m, sample.path(entry)) for m in read_entry(sample, entry)))
    except HeterofilmError:
        return []
