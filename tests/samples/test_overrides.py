"""What a sample file says about an analysis acts, or is refused: for every key and every kind of measurement."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.samples import Analysed, analyse, load_sample, write
from heterofilm.samples.file_entry import ACTS_ON, AXES, KINDS, FileEntry, idle
from heterofilm.samples.recipe import FACTS, SETTINGS, load_recipe
from real_data import real_file
from synthetic_files import FILES, write_files

SHEET = 'name = "VO"\nfilm = "VO"\narea = "1.00 +- 0.02 cm2"\nthickness = "300 +- 9 nm"\n'
NAME = {kind: name for name, (kind, _) in FILES.items()} | {"ups": "j.csv"}
VALUES = {  # a value of each key that its kinds take
    "circuit": '"R0-p(R1,C1)"', "start": "{ R0 = 90.0 }", "fixed": "{ R0 = 100.0 }", "bounds": "{ R0 = [1.0, 1e4] }",
    "links": '{ R1 = "5*R0" }', "weights": '"unit"', "lowest": '"1 Hz"', "highest": '"1 kHz"', "blocking": "true",
    "conductor": '"R1"', "temperature": '"300 K"', "cycle": "3", "scan_rate": '"1 mV/s"', "baseline": '"tangent"',
    "signal_to_noise": "8.0", "background": '"linear"', "calibration": '"none"',
    "level": "{ V2p = { without = [[519.0, 519.5]] } }",
    "core_levels": '["own.toml"]', "reference": "false", "bias": '"-5 V"', "end_of_life": "0.9", "reference_cycle": "2",
    "range": "[1.0, 2.0]", "without": "[[1.0, 2.0]]", "model": '"direct"', "photon_energy": '"21.22 eV"',
    "pixel": '"0.03 nm"', "potential": '"2.5 V"', "wavelength": '"0.154 nm"', "laser": '"532 nm"', "band": "145.0",
    "ions": '["V+"]', "ratio": '["V", "O"]', "phases": '["V2O5"]', "cifs": '["own.cif"]', "tilt": "30.0",
    "refine": "true",
}  # fmt: skip


def one(folder: Path, kind: str, line: str = "", film: str = "VO") -> Analysed:
    write_files(folder, NAME[kind])
    sheet = SHEET.replace('film = "VO"', f'film = "{film}"')
    (folder / "sample.toml").write_text(f'{sheet}[[files]]\npath = "{NAME[kind]}"\nwhat = "{kind}"\n{line}\n')
    return analyse(folder)


def numbers(done: Analysed) -> dict[str, float]:
    return {r.quantity: r.value for r in done.results if isinstance(r.value, float)}


def table(done: Analysed) -> pl.DataFrame:
    """The first table of the only kind."""
    (found,) = done.findings.values()
    return next(iter(found.tables.values()))


def test_every_key_says_on_what_it_acts() -> None:
    """A key without a place in the table would be taken by every kind and ignored by most."""
    everywhere = {"path", "what", "part", "name", "columns", "units", "because", "decided"}
    assert set(FileEntry.model_fields) - everywhere == set(ACTS_ON) == set(VALUES)
    assert set(SETTINGS) | set(FACTS) == set(ACTS_ON) and all(set(kinds) <= set(KINDS) for kinds in ACTS_ON.values())


@pytest.mark.parametrize("kind", NAME)
def test_a_key_that_has_no_effect_is_refused(kind: str, tmp_path: Path) -> None:
    """Every key of every other kind, without reading the file twice; one of them in a whole run."""
    other = [key for key, kinds in ACTS_ON.items() if kind not in kinds]
    for key in other:
        (tmp_path / "sample.toml").write_text(f'{SHEET}[[files]]\npath = "a"\n{key} = {VALUES[key]}\n')
        (entry,) = load_sample(tmp_path).sheet.files
        assert idle(entry, [kind]) == [key]
    done = one(tmp_path / "whole", kind, f"{other[0]} = {VALUES[other[0]]}")
    assert not done.findings and f"'{other[0]}' has no effect on {kind} data" in done.failed[0][1]


def test_frequencies_and_stretches_are_not_mixed_up(tmp_path: Path) -> None:
    assert "without (frequencies" in one(tmp_path / "a", "eis", "without = [[1.0, 2.0]]").failed[0][1]
    assert "without (stretches" in one(tmp_path / "b", "xrd", 'without = ["50 Hz"]').failed[0][1]


def test_the_window_of_a_gap_acts(tmp_path: Path) -> None:
    """The line is drawn where the sample file says, which the methods repeat; and of one transition alone."""
    plain = numbers(one(tmp_path / "a", "uvvis"))
    done = one(tmp_path / "b", "uvvis", 'range = [2.5, 2.7]\nmodel = "direct"')
    assert set(plain) - set(numbers(done)) == {"indirect gap"} and numbers(done)["direct gap"] != plain["direct gap"]
    assert "the line was drawn from 2.5 to 2.7 eV as the sample file says" in done.methods()


def test_cycles_that_are_left_out_count_nowhere(tmp_path: Path) -> None:
    done = one(tmp_path / "a", "cycling", "without = [[1, 1]]")
    assert "discharge capacity, cycle 1" not in numbers(done) and "discharge capacity, cycle 2" in numbers(done)
    assert table(done)["cycle"].to_list() == [2, 3]
    assert any("1 of 3 cycles left out" in note for note in done.findings["cycling"].notes)
    life = one(tmp_path / "b", "cycling", "end_of_life = 0.95\nreference_cycle = 2")
    assert any(r.method == "95 % of that of cycle 2" for r in life.results)
    assert "retention, cycle 3 of cycle 2" in numbers(life)
    short = one(tmp_path / "c", "cycling", "end_of_life = 0.95\nrange = [1, 2]")
    assert any("needs more than two cycles" in note for note in short.findings["cycling"].notes)


@pytest.mark.parametrize("kind", ["ups", "uvvis", "raman", "xrd", "depth profile"])
def test_stretches_are_left_out_with_a_word(kind: str, tmp_path: Path) -> None:
    place = {
        "ups": (1.0, 1.1),
        "uvvis": (1.6, 1.7),
        "raman": (1200.0, 1210.0),
        "xrd": (70.0, 70.5),
        "depth profile": (0.0, 3.0),
    }
    low, high = place[kind]
    done = one(tmp_path / "a", kind, f"without = [[{low}, {high}]]")
    assert any("points left out by without" in n for n in done.findings[kind].notes), done.failed
    far = one(tmp_path / "b", kind, "without = [[9000.0, 9001.0]]")
    assert "leaves out no point" in far.failed[0][1] and AXES[kind] in far.failed[0][1]


def test_pulses_and_peaks_are_chosen_by_their_potential(tmp_path: Path) -> None:
    every = one(tmp_path / "a", "gitt")
    some = one(tmp_path / "b", "gitt", "range = [2.6, 3.2]")
    assert table(some).height < table(every).height and any("pulses left out" in n for n in some.findings["gitt"].notes)
    assert "leaves out none of the" in one(tmp_path / "c", "gitt", "range = [0.0, 9.0]").failed[0][1]
    cv = one(tmp_path / "d", "cv", "range = [3.7, 3.8]")
    assert any("peaks left out by their potential" in n for n in cv.findings["cv"].notes)
    assert any("leave out no peak" in n for n in one(tmp_path / "e", "cv", "range = [0.0, 9.0]").findings["cv"].notes)


def test_ions_ratio_phases_and_fringes_are_those_that_are_named(tmp_path: Path) -> None:
    bad = one(tmp_path / "a", "depth profile", 'ions = ["Zz+"]')
    assert "has no ion 'Zz+'" in bad.failed[0][1]
    own = one(tmp_path / "b", "composition", 'ratio = ["V", "O"]')
    assert "V/O atomic ratio" in numbers(own) and "Cu/V atomic ratio" not in numbers(own)
    alone = one(tmp_path / "c", "xrd", 'phases = ["NiO"]')
    assert not any(r.quantity == "V2O5 (XRD)" for r in alone.results)
    assert "There is no xrd pattern 'V205'" in one(tmp_path / "d", "xrd", 'phases = ["V205"]').failed[0][1]
    assert "not 0.1 to 0.15 nm" in one(tmp_path / "e", "hrtem", "range = [0.1, 0.15]").failed[0][1]
    cropped = one(tmp_path / "f", "cross-section", "range = [0.0, 1e4]")
    assert "leaves all of" in cropped.failed[0][1]


def test_a_band_of_ones_own_is_followed(tmp_path: Path) -> None:
    done = one(tmp_path, "raman map", "band = 285.0\nrange = [270.0, 305.0]")
    assert "area of the band at 285 cm-1, as the sample file says" in done.methods()
    assert (
        "does not hold the band" in one(tmp_path / "b", "raman map", "band = 285.0\nrange = [10.0, 30.0]").failed[0][1]
    )


def test_a_stated_ratio_of_any_elements_tells_the_phases(tmp_path: Path) -> None:
    """V/O of V2O5 with Cu2V2O7 for Cu/V: the same film by the same mass balance; a ratio that tells none is said."""
    (tmp_path / "a.txt").write_text("x,y\n1,2\n")
    film = Cell.load("voc1-half").composition
    share = "volume fraction of Cu2V2O7"
    for stated, told in (
        ('cu_to_v = "0.46 +- 0.03"', True), (f'atomic_ratio = {{ "V/O" = "{film.ratio("V/O")} +- 0.001" }}', True),
        ('atomic_ratio = { "Mn/Co" = "0.3 +- 0.1" }', False),
    ):  # fmt: skip
        head = SHEET.replace('film = "VO"', f'film = "VOC1"\n{stated}')
        (tmp_path / "sample.toml").write_text(f'{head}[[files]]\npath = "a.txt"\nwhat = "ignore"\n')
        done = analyse(tmp_path)
        if told:
            assert film.domain is not None
            assert numbers(done)[share] == pytest.approx(film.domain.volume_fraction, rel=1e-9)
        else:
            assert "Mn/Co atomic ratio" in numbers(done) and share not in numbers(done)
            assert "not told by Mn/Co of the sample file" in " ".join(done.findings["composition"].notes)


def test_without_a_pattern_of_the_film_the_strongest_band_of_the_data_is_followed(tmp_path: Path) -> None:
    """That of the synthetic V2O5 at 145 cm-1, found in the data alone, and said; a film that has one goes by it."""
    own = one(tmp_path / "a", "raman map", film="VOC2")  # a glass, of which no bands are known
    said = " ".join(own.findings["raman map"].notes)
    assert "strongest band of the mean spectrum, at 14" in said and "is assumed to be the film's" in said, own.failed
    named = one(tmp_path / "b", "raman map", film="VO")
    assert "the strongest of V2O5" in named.methods() and "assumed to be the film's" not in str(named.findings)
    back = [next(r.value for r in done.results if r.quantity == "reversibility of the mode") for done in (own, named)]
    assert back[0] == pytest.approx(back[1], abs=1e-6)


def test_a_range_of_words_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(f'{SHEET}[[files]]\npath = "a"\nrange = ["ten", "80 deg"]\n')
    with pytest.raises(HeterofilmError, match="file 1, range, 1: expected a number without quotation marks"):
        load_sample(tmp_path)


def test_only_one_kind_is_analysed_beside_the_whole(tmp_path: Path) -> None:
    write_files(tmp_path, "l.txt", "r.txt")
    (tmp_path / "sample.toml").write_text(SHEET)
    done = analyse(tmp_path, only=["uvvis"])
    assert list(done.findings) == ["uvvis"] and list(done.files) == ["l.txt"]
    with pytest.raises(HeterofilmError, match=r"There is no kind of measurement 'uvviz'\. Did you mean 'uvvis'"):
        analyse(tmp_path, only=["uvviz"])
    with pytest.raises(HeterofilmError, match="has no eis measurement"):
        analyse(tmp_path, only=["eis"])


def test_settings_of_another_sample_are_taken_over_and_said(tmp_path: Path) -> None:
    """Its settings, not its facts; what a line says itself goes first."""
    write_files(tmp_path / "old", "g.DTA", "l.txt")
    write_files(tmp_path / "new", "g.DTA", "l.txt")
    eis = '[[files]]\npath = "g.DTA"\nwhat = "eis"\n'
    (tmp_path / "old" / "sample.toml").write_text(
        SHEET + eis + 'circuit = "R0-p(R1,C1)"\nlowest = "1 Hz"\ntemperature = "300 K"\n'
        '[[files]]\npath = "l.txt"\nmodel = "indirect"\n'
    )
    (tmp_path / "new" / "sample.toml").write_text(SHEET + eis + 'lowest = "10 Hz"\n[[files]]\npath = "l.txt"\n')
    recipe = load_recipe(tmp_path / "old")
    done = analyse(tmp_path / "new", again=recipe)
    told = {(d.file, d.what): (d.value, d.source) for d in done.decisions}
    assert told == {
        ("g.DTA", "circuit"): ("R0-p(R1,C1)", "the sample VO"),
        ("g.DTA", "lowest"): ("10 Hz", ""),
        ("l.txt", "model"): ("indirect", "the sample VO"),
    }
    assert "was set as for the sample VO" in done.methods() and "direct gap" not in numbers(done)


def test_a_recipe_file_serves_a_batch_and_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[uvvis]\nmodel = "direct"\n')
    assert load_recipe(recipe).settings == {"uvvis": {"model": "direct"}}
    for text, word in (
        ('[uvviz]\nmodel = "direct"\n', "'uvviz' is no kind of measurement"),
        ('[uvvis]\nbias = "1 V"\n', "'bias' is no setting of an analysis"),
        ('[uvvis]\ncircuit = "R0"\n', "'circuit' has no effect on uvvis data"),
        ('[uvvis]\nmodel = "best"\n', "'best' is no model for gaps"),
        ("[uvvis]\n", "makes no setting"),
    ):
        recipe.write_text(text)
        with pytest.raises(HeterofilmError, match=word):
            load_recipe(recipe)


def test_decisions_go_into_the_methods_with_date_and_reason(tmp_path: Path) -> None:
    done = one(tmp_path, "uvvis", 'model = "direct"\nbecause = "V2O5 is direct here"\ndecided = 2026-11-30')
    assert "For l.txt, model = direct was set by hand on 2026-11-30 (reason: V2O5 is direct here)." in done.methods()
    write([done], tmp_path / "out")
    row = pl.read_csv(tmp_path / "out" / "decisions.csv").row(0, named=True)
    assert row["what"] == "model" and row["decided"] == "2026-11-30" and row["because"] == "V2O5 is direct here"
    silent = one(tmp_path / "b", "uvvis", 'model = "direct"')
    assert "by hand, no reason is stated" in silent.methods()
    assert np.isfinite(numbers(silent)["direct gap"])


NINE = {  # kind -> a measured file, and what its line corrects, by hand
    "cycling": ("biologic/yadg_gcpl.issue_149.mpt", "reference_cycle = 2"),
    "cv": ("cv/ixdat_Pt_poly_cv_CUT.mpt", ""),
    "eis": ("eis/pyimpspec_data.mpt", 'circuit = "R(RC)(RW)"'),
    "xps": ("xps/lg4x_0-150W.vms", ""),
    "ups": ("ups/lg4x_170109_1712_Ef.csv", "reference = true"),
    "uvvis": ("uvvis/taucauto_spectrum_1.txt", 'model = "direct"'),
    "raman": ("raman/datalab_raman_example.txt", ""),
    "xrd": ("xrd/dara_V2O5_0p8011-ZrO2_0p2012--8min.xrdml", 'phases = ["V2O5"]'),
    "depth profile": (
        "tofsims/I231115u_D_MeO-2PACz_5f_neg-C2_-_NF.txt", 'ions = ["O-", "^206PbI_3-"]',
    ),
}  # fmt: skip


def test_one_sample_of_nine_techniques_is_corrected_by_its_sample_file_alone(tmp_path: Path) -> None:
    """Measured files of nine techniques: five decisions and a fact change what they concern and no more."""
    sources = {kind: real_file(name) for kind, (name, _) in NINE.items()}
    (tmp_path / "raw").mkdir()
    for source in sources.values():
        shutil.copy(source, tmp_path / "raw")
    head = 'name = "nine"\narea = "1 cm2"\nthickness = "300 nm"\n'
    (tmp_path / "sample.toml").write_text(head)
    before = analyse(tmp_path)
    assert set(before.findings) | {"ups"} == set(NINE)  # a Fermi edge alone is refused until it is called a reference
    lines = [f'[[files]]\npath = "raw/{Path(name).name}"\n' + (f'{said}\nbecause = "by eye"\n' if said else "")
             for name, said in NINE.values()]  # fmt: skip
    (tmp_path / "sample.toml").write_text(head + "\n".join(lines))
    after = analyse(tmp_path)
    assert set(after.findings) == set(NINE) and not after.failed
    assert {d.what for d in after.decisions} == {"reference_cycle", "circuit", "model", "phases", "ions"}
    assert len(after.decided()) >= 5 and all(said in after.methods() for said in after.decided())

    def found(done: Analysed, kind: str) -> dict[str, object]:
        return {r.quantity: r.value for r in done.findings[kind].results} if kind in done.findings else {}

    changed = {kind for kind in NINE if found(before, kind) != found(after, kind)}
    assert changed == {kind for kind, (_, said) in NINE.items() if said}
    assert found(after, "eis")["R1"] == pytest.approx(100.0, rel=0.02)  # ohm cm2, of which the spectrum was made
    assert abs(float(str(found(after, "ups")["Fermi edge of the reference"]))) < 0.05  # eV
    assert [name for name in found(after, "uvvis") if "gap" in name] == ["direct gap"]
    assert "ZrO2" in str(found(before, "xrd")["phases (XRD)"]) and "ZrO2" not in str(
        found(after, "xrd")["phases (XRD)"]
    )
    assert found(after, "depth profile")["order of layers"] == "^206PbI_3- | O-"
