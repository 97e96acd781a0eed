"""The table of a paper's supporting information: values rounded by their uncertainties, in csv and in LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ..records.result import Result

__all__ = ["latex", "si_table"]

HEAD = ("Sample", "Quantity", "Value", "Unit", "Method", "Note")
SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "µ": r"\textmu{}", "°": r"$^\circ$",
    "Å": r"\AA{}", "⁰": "$^{0}$", "¹": "$^{1}$", "²": "$^{2}$", "³": "$^{3}$", "⁴": "$^{4}$", "⁵": "$^{5}$",
    "⁺": "$^{+}$", "⁻": "$^{-}$", "₂": "$_{2}$", "–": "--", "−": "$-$", "Ω": r"$\Omega$", "α": r"$\alpha$",
    "θ": r"$\theta$", "√": r"$\surd$", "σ": r"$\sigma$", "ν": r"$\nu$",
}  # fmt: skip


def si_table(results: Iterable[Result]) -> pl.DataFrame:
    """One row a result, its value with two digits of its uncertainty as `Result` prints it, the unit apart."""
    rows = []
    for r in results:
        unit = "" if r.unit in ("", "1") else r.unit
        rows.append((r.sample, r.quantity, str(r).removesuffix(f" {unit}") if unit else str(r), unit, r.method, r.note))
    return pl.DataFrame(rows, schema=dict.fromkeys(HEAD, pl.String()), orient="row")


def latex(table: pl.DataFrame) -> str:
    """Sample, quantity, value and unit as rows of a longtable with booktabs; every text escaped."""
    names = HEAD[:4]
    rows = [" & ".join(_escaped(cell) for cell in row) + r" \\" for row in table.select(names).iter_rows()]
    head = " & ".join(names) + r" \\"
    return "\n".join(
        ["% needs \\usepackage{booktabs, longtable, textcomp}", r"\begin{longtable}{llll}", r"\toprule", head,
         r"\midrule", r"\endhead", *rows, r"\bottomrule", r"\end{longtable}", ""]
    )  # fmt: skip


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(letter, letter) for letter in " ".join(text.split()))
