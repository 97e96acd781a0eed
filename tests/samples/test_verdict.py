"""A sample on one screen: the gravest doubt first, each once, then its numbers; never longer than a screen."""

import math
from pathlib import Path

from heterofilm.records.result import Result
from heterofilm.samples import Analysed, Findings, load_sample
from heterofilm.samples.verdict import verdict


def analysed(folder: Path, findings: dict[str, Findings], failed: list[tuple[str, str]]) -> Analysed:
    (folder / "sample.toml").write_text('name = "VO"\n')
    return Analysed(load_sample(folder), findings, failed)


def test_the_gravest_comes_first_and_each_once(tmp_path: Path) -> None:
    """Not analysed, not determined, then what most numbers rest on; a note of the method is no doubt."""
    rows = [Result("work function", 5.2, 0.02, "eV", note="assumed: He I; middle of the edge", file="u.csv"),
            Result("valence band edge", 1.8, 0.02, "eV", note="assumed: He I", file="u.csv")]  # fmt: skip
    eis = [Result("R1", "not determined", math.nan, note="the spectrum fails the test", file="z.z")]
    one = verdict(analysed(tmp_path, {"ups": Findings(rows), "eis": Findings(eis)}, [("bad.mpr", "it is damaged")]))
    assert one.doubts == (
        "bad.mpr was not analysed: it is damaged",
        "R1 (z.z): not determined (the spectrum fails the test)",
        "work function (u.csv) and 1 more: assumed: He I",
    )
    assert one.numbers[0] == ("work function", "5.200 ± 0.020 eV") and one.more == 0
    assert str(one).splitlines()[0] == "VO: 3 in doubt"


def test_it_fits_a_screen_whatever_there_is(tmp_path: Path) -> None:
    rows = [Result(f"quantity {k}", 1.0, 0.1, "eV", note=f"assumed: {'x' * 400} {k}") for k in range(80)]
    said = str(verdict(analysed(tmp_path, {"ups": Findings(rows)}, [(f"{k}.csv", "empty") for k in range(30)])))
    assert len(said.splitlines()) <= 24 and max(map(len, said.splitlines())) < 160 and "more, beside" in said


def test_a_clean_sample_says_so(tmp_path: Path) -> None:
    clean = analysed(tmp_path, {"uvvis": Findings([Result("direct gap", 2.3, 0.01, "eV")])}, [])
    assert str(verdict(clean)) == "VO: nothing in doubt\n  direct gap  2.300 ± 0.010 eV"


def test_the_same_doubt_about_several_things_is_one_line(tmp_path: Path) -> None:
    """Sources of two states, neither checked, on the same rows."""
    note = "Cu0: not checked; Cu+: not checked"
    rows = [Result(f"{state} share", 0.5, 0.1, "1", note=note, file="x.vms") for state in ("Cu0", "Cu+")]
    one = verdict(analysed(tmp_path, {"xps": Findings(rows)}, []))
    assert one.doubts == ("Cu0 share (x.vms) and 1 more: Cu0, Cu+: not checked",)
