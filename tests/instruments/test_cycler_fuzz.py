"""Damaged cycler files: a result or one sentence, never a crash, a hang or a silent NaN."""

from collections.abc import Callable
from pathlib import Path

import pytest

from damage import all_finite, assault
from draws import EXPLORE
from heterofilm.instruments import Measurement
from heterofilm.synthetic.cycling import write_arbin_csv, write_csv, write_mpt, write_neware_csv
from instruments.formats.test_land import ENGLISH, ROWS
from instruments.formats.test_testers import PEC
from instruments.test_workbook import make_workbook
from made_cell import made_cell
from real_data import FOLDER

MUTATIONS = 100 if EXPLORE else 15


def real(name: str, keep: int = 2_000_000) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        source = FOLDER / name
        if not source.is_file():
            pytest.skip(f"measured data '{name}' not found in '{FOLDER}': set HETEROFILM_REAL_DATA to their folder")
        path = folder / source.name
        path.write_bytes(source.read_bytes()[:keep])
        return path

    return make


def text(name: str, content: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_text(content)
        return folder / name

    return make


CELL = made_cell(1, points=15)
LAND = "\n".join("\t".join(map(str, row)) for row in [ENGLISH, *ROWS])
ARBIN = [["Test_Time(s)", "Voltage(V)", "Current(A)", "Step_Index"], *([k, 3.0 + k, 1e-3, 1] for k in range(5))]
SOURCES: dict[str, Callable[[Path], Path]] = {
    "mpt": lambda folder: write_mpt(CELL, folder / "a.mpt"),
    "mpt with commas": lambda folder: write_mpt(CELL, folder / "b.mpt", decimal_comma=True),
    "mpt of a spectrum": real("biologic/yadg_peis.mpt"),
    "mpr": real("biologic/yadg_peis.mpr"),
    "mpr of steps": real("biologic/yadg_gcpl.issue_149.mpr"),
    "ndax": real("neware/fastnda_21_10_7_85.ndax"),
    "nda": real("neware/navani_test.nda"),
    "nda in zip": real("neware/fastnda_new_nda_file.nda.zip"),
    "neware csv": lambda folder: write_neware_csv(CELL, folder / "c.csv"),
    "arbin csv": lambda folder: write_arbin_csv(CELL, folder / "d.csv"),
    "arbin xlsx": lambda folder: make_workbook(folder / "a.xlsx", {"Channel_1_1": ARBIN}),
    "arbin res": real("arbin/arbin_example.res", 20_000),
    "maccor": real("cycling_csv/cellpy_maccor_002.txt", 8_000),
    "basytec": real("cycling_csv/pyprobe_sample_data_basytec.txt"),
    "novonix": real("cycling_csv/pyprobe_sample_data_novonix.csv"),
    "pec": text("p.csv", PEC),
    "land": text("l.txt", LAND),
    "land xlsx": lambda folder: make_workbook(folder / "l.xlsx", {"Record": [ENGLISH, *ROWS]}),
    "bdf csv": lambda folder: CELL.write(folder / "e.csv"),
    "bdf parquet": lambda folder: CELL.write(folder / "e.parquet"),
    "csv": lambda folder: write_csv(CELL, folder / "f.csv"),
    "ccs": real("lanhe/LANHE_GPCL.ccs", 10_000),
}
# Kinds of which no damaged copy can be read: their checksums or tables break at once, or their reader is not installed.
REFUSED = {"arbin res", "ccs", "nda in zip"}


def sound(measured: Measurement) -> None:
    """Finite numbers, and a record can be made of it."""
    all_finite(measured)
    if measured.technique == "cycling" and "time_s" in measured.table.columns:
        measured.record(1e-4)


@pytest.mark.parametrize("kind", SOURCES)
def test_a_damaged_file_gives_a_result_or_one_sentence(kind: str, tmp_path: Path) -> None:
    path = SOURCES[kind](tmp_path)
    read = assault(path.read_bytes(), path, MUTATIONS, check=sound)
    assert kind in REFUSED or read > 0  # the fuzz is no fuzz if nothing gets through
