"""A session as a Python script, and as commands. Both run from the project's folder and make every number of it again.

The script has a line for every action in effect, in their order, and then makes what they ask for.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..._version import __version__
from .actions import cell_in_script
from .questions.question import Question
from .state import Curve, Overlaid, State

__all__ = ["NOW", "commands", "script"]

OVERLAID = (
    "from heterofilm.samples.curves import curves_of_sample", "from heterofilm.samples.overlays import overlays",
)  # fmt: skip
NOW = "now"  # the name of the curve of the cell and test at hand, among those that are kept


def script(actions: Sequence[Any], state: State, found: Mapping[str, Any], without: Mapping[str, str]) -> str:
    """The session as Python.

    `actions`: those in effect; `state`: what they make; `found`: the sheets that lay in the folder before the first.
    `without`: curves that are left out, and why (a job that was cancelled has but a part of its numbers).
    """
    first = State(sheets=dict(found))
    asked = [action for action in actions if isinstance(action, Question)]
    drawn = bool(state.comparison.curves or state.overlaid.what)
    lines = [
        f'"""A session of heterofilm app, written by heterofilm {__version__}: `python session.py` makes its numbers',
        'again, in numbers.csv."""',
        "",
        "from collections import namedtuple",
        "from pathlib import Path",
        "",
        "import heterofilm as hf",
        "from heterofilm.app.session import numbers",
        "from heterofilm.files import write_table",
        "from heterofilm.plots.comparison import comparison_figure",
        "from heterofilm.samples import Sample, SampleFile, analyse",
        "from heterofilm.samples.records import measured",
        *(OVERLAID if state.overlaid.what else []),
        *(["from heterofilm.app.session.questions import rows_of"] if asked else []),
        *sorted({line for one in asked for line in one.imports}),
        "",
        "here = Path(__file__).resolve().parent",
        'Curve = namedtuple("Curve", "cell values test start")',
        f"cell, values = {cell_in_script(first.curve.cell)}, {{}}",
        f"test = hf.Protocol.parse({first.curve.test!r}, here)",
        "start, shown = None, False",
        f"curves, sheets, analysed = {{}}, {dict(found)!r}, {{}}",
        "comparison, overlay, asked = dict(names=[]), None, {}",
        *(['style = dict(style=None, columns="single")'] if drawn else []),
        "",
        "# what was done",
    ]
    before = first
    for action in actions:
        lines.append(action.python(before))
        before = action.apply(before)
    lines += ["", "# what follows from it"]
    for name, why in without.items():
        where = "asked" if name in state.asked else "curves"
        lines += [f"{where}.pop({name!r}, None)  # {' '.join(why.split())}"]
    lines += [
        "if shown:",
        f"    curves[{NOW!r}] = Curve(cell, values, test, start)",
        "records = {",
        "    name: hf.simulate(one.cell, one.test, overrides=one.values, start=one.start)",
        "    for name, one in curves.items()",
        "}",
        "samples = {",
        '    name: Sample(SampleFile.model_validate(sheet), here / name, here / name / "sample.toml")',
        "    for name, sheet in sheets.items()",
        "}",
        "results = {name: analyse(samples[name]).results for name in analysed if name in samples}",
        *(["rows = [row for kind, make in asked.items() for row in rows_of(kind, make())]"] if asked else []),
        "",
        'if __name__ == "__main__":',
        f"    table = numbers(records, results{', rows' if asked else ''})",
        '    write_table(table, here / "numbers.csv")',
        "    print(table)",
        "    for name, record in records.items():",
        "        print(record)",
        '        print(record.meta.get("notes", ""), record.meta.get("values", ""))',
    ]
    if state.comparison.curves:
        lines += [
            "    everything = {**records, **measured(samples)}",
            '    names = [name for name in comparison.pop("names") if name in everything]',
            "    figure = comparison_figure({name: everything[name] for name in names}, **comparison)",
            '    for suffix in ("svg", "pdf"):',
            '        figure.save(here / f"comparison.{suffix}", **style)',
        ]
    if state.overlaid.what:
        lines += [
            "    what, names, how = overlay",
            "    chosen = [samples[name] for name in names or samples if name in samples]",
            "    measured_curves = [curve for sample in chosen for curve in curves_of_sample(sample, what)[0]]",
            "    for figure in overlays(measured_curves, order=list(samples), **how):",
            '        for suffix in ("svg", "pdf"):',
            '            figure.save(here / f"{figure.name}.{suffix}", **style)',
        ]
    return "\n".join(lines) + "\n"


def commands(state: State, without: Collection[str] = ()) -> str:
    """What is in effect as commands of a shell: a record for each curve, a folder of results for each sample."""
    lines = [
        "#!/bin/sh",
        f"# The numbers of a session of heterofilm app, written by heterofilm {__version__}.",
        'cd "$(dirname "$0")" || exit 1',
        "mkdir -p results",
    ]
    curves = {**state.kept, **({NOW: state.curve} if state.shown else {})}
    lines += [_simulate(name, curve) for name, curve in curves.items() if name not in without]
    lines += [
        shlex.join(["heterofilm", "analyse", name, "--out", f"results/{name}", "--fresh"])
        for name in state.analysed
        if name in state.sheets
    ]
    if (one := state.overlaid).what:
        lines.append(_overlay(one))
    for kind, question in state.asked.items():
        lines.append(shlex.join(question.command) if question.command else f"# {kind}: {question.words} (session.py)")
    return "\n".join(lines) + "\n"


def _simulate(name: str, curve: Curve) -> str:
    words = ["heterofilm", "simulate", curve.cell, curve.test]
    for path, value in curve.values.items():
        words += ["--set", f"{path}={value!r}" if isinstance(value, float) else f"{path}={value}"]
    if curve.start:
        words += ["--start", curve.start]
    return shlex.join([*words, "--out", f"results/{name}.nc"])


def _overlay(one: Overlaid) -> str:
    words = ["heterofilm", "overlay", ".", one.what, "--over", one.over, *(["--part", one.part] if one.part else [])]
    words += ["--waterfall"] if one.waterfall else []
    words += ["--scale", one.scaling] if one.scaling else []
    line = shlex.join([*words, "--plot", f"results/overlay-{one.what.replace(' ', '-')}.svg"])
    chosen = f"of all samples; the session shows {', '.join(one.samples)} (session.py)" if one.samples else ""
    return "  # ".join(filter(None, [line, chosen]))
