"""From instrument files to a paper's table: a synthetic sample is measured, analysed, and held against its truth.

`heterofilm example` writes such files in the instruments' own formats; with real ones only the first line changes.
"""

import tempfile
from pathlib import Path

from heterofilm.samples import analyse
from heterofilm.synthetic.project import write_project


def main() -> dict[str, tuple[float, float, float]]:
    """Print a few rows of the table with the truth beside them; return (value, uncertainty, truth) by quantity."""
    with tempfile.TemporaryDirectory() as folder:
        truth = write_project(Path(folder) / "project")["VOC1"]
        found = analyse(Path(folder) / "project" / "VOC1")
    wanted = {
        "discharge capacity, cycle 1": truth["first_discharge_uAh_cm2_um"],
        "work function": truth["work_function_eV"],
        "direct gap": truth["gap_eV"],
        "Cu/V atomic ratio": truth["cu_to_v"],
        "film thickness": truth["thickness_nm"],
        "domain diameter": truth["domain_diameter_nm"],
    }
    rows = {}
    for result in found.results:
        if result.quantity in wanted and result.quantity not in rows and isinstance(result.value, float):
            rows[result.quantity] = (result.value, result.uncertainty, wanted[result.quantity])
            print(f"{result.quantity:30} {result!s:28} truth {wanted[result.quantity]:.4g}   ({result.file})")
    print(found.methods()[:200], "...")
    return rows


if __name__ == "__main__":
    main()
