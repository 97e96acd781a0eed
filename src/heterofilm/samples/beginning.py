"""A sample file to begin with: of the files that lie beside it, each with what it was taken for; and all its keys."""

from __future__ import annotations

from pathlib import Path

from ..errors import HeterofilmError, InputError
from ..files import atomic, check_place, real
from ..library.described import keys
from .file_entry import ACTS_ON, AXES, OFFERED, FileEntry, LevelEntry
from .guess import guess, listed, read_entry
from .sample_file import CellDetails, Sample, SampleFile, load_sample

__all__ = ["new_sample", "sample_keys"]

SAID = {
    "without": 'frequencies, ["50 Hz"], or stretches, [[1.0, 2.0]]', "range": "two rising numbers, [1.0, 2.0]",
    "columns": "our column = its heading, or its number", "units": "our column = a unit", "decided": "a date",
    "instruments": "kind of measurement = words", "links": 'a value = "2*R1"', "bounds": "a value = [low, high]",
    "ratio": "two elements", "window": "two rising energies in eV", "what": "a kind of measurement",
} | {key: " or ".join(f'"{word}"' for word in words) for key, (words, _) in OFFERED.items()}  # fmt: skip
"""What the type of a key does not say."""
HEAD = """\
# A sample for heterofilm: what only the experimenter knows, beside the files that the instruments wrote.
# All keys: heterofilm schema sample. Try it:  heterofilm analyse {place}
name = {name}
# title = "Heterostructure, second run"
# group = "VOC1"                  # samples made alike: statistics over those of one group
# film = "VOC1"                   # of the library (heterofilm library films): which phases to expect
# substrate = ["Pt"]
# area = "1.00 +- 0.02 cm2"       # capacities, conductivities need it
# thickness = "300 +- 10 nm"
# preparation = "Sputtered from a V2O5 target at 100 W onto platinised silicon"

# [cell]                          # for the methods
# counter = "lithium"
# electrolyte = "1 M LiPF6 in EC:DMC (1:1)"

# [instruments]
# xps = "a Kratos Axis Ultra DLD (Al Kalpha, pass energy 20 eV)"
"""


def new_sample(path: str | Path) -> Path:
    """Write a sample file that lists the instrument files of its folder with what they were taken for.

    Errors: `HeterofilmError` for a file that exists, or a place that cannot be written to.
    """
    place = Path(path)
    if place.suffix != ".toml":
        place = place / "sample.toml"
    check_place(place)
    if place.exists():
        raise InputError(f"'{place}' exists; name another file, or remove it.")
    name = real(place).parent.name or "sample"
    sample = Sample(SampleFile(name=name), place.parent, place)
    try:
        entries = listed(sample)
    except HeterofilmError:
        entries = []
    where = place.parent if place.name == "sample.toml" else place
    lines = [HEAD.format(name=_text(name), place=where)]
    for entry in entries:
        lines += ["[[files]]", f"path = {_text(entry.path)}"]
        try:
            kinds = list(dict.fromkeys(guess(m, sample.path(entry)) for m in read_entry(sample, entry)))
            known = [kind for kind in kinds if kind]
            lines.append(f"# what = {_text(' and '.join(known))}" if len(known) != 1 else f"what = {_text(known[0])}")
        except HeterofilmError as error:
            lines += ['what = "ignore"', f"# it cannot be read: {' '.join(str(error).split())[:160]}"]
        lines.append("")
    text = "\n".join(lines).rstrip() + "\n"
    atomic(place, lambda target: target.write_text(text, encoding="utf-8"))
    load_sample(place)
    return place


def _text(words: str) -> str:
    """As a string of TOML."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def sample_keys() -> str:
    """All keys of a sample file as a page of text, those of a file with the kinds of measurement that they act on."""
    tables = (
        ("sample.toml", SampleFile), ("[cell]", CellDetails), ("[[files]], a table for each file", FileEntry),
        ("[files.level.V2p], a table for each core level", LevelEntry),
    )  # fmt: skip
    lines = ["sample", ""]
    for title, model in tables:
        lines.append(f"  {title}")
        for key in keys(model):
            acts = f"   of {', '.join(ACTS_ON[key.name])}" if model is FileEntry and key.name in ACTS_ON else ""
            lines.append(f"    {key.name:16}{SAID.get(key.name, key.expects)}{acts}")
        lines.append("")
    lines.append("  range and without are, of")
    lines += [f"    {kind:20}{unit}" for kind, unit in AXES.items()]
    return "\n".join(lines)
