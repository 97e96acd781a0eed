"""Which films give 40 uAh cm-2 um-1: a sample over what is uncertain, in a folder that resumes, asked afterwards.

``python examples/hundred_thousand_runs.py 100000 runs`` takes a minute on two cores; stop it and start it again.
"""

import sys
import tempfile

import polars as pl

import heterofilm as hf

STUDY = {
    "title": "what a film needs",
    "cell": "vo-half",
    "protocol": "Discharge at 20 uA/cm2 until 2.15 V",
    "values": {
        "phases.V2O5.D": {"low": "1e-14 cm2/s", "high": "1e-12 cm2/s", "scale": "log"},
        "films.VO.thickness": {"low": "50 nm", "high": "1 um"},
        "electrolytes.liquid-1M.cathode_interface.i0": {"low": "1 uA/cm2", "high": "1 mA/cm2", "scale": "log"},
    },
    "sample": {"kind": "latin", "runs": 200},
}
ENOUGH = 40.0  # uAh cm-2 um-1


def main(runs: int = 200, folder: str | None = None) -> pl.DataFrame:
    """Run the study; print and return, for each decade of L^2/D, which share of the films gives enough."""
    study = STUDY | {"sample": STUDY["sample"] | {"runs": runs}}
    with tempfile.TemporaryDirectory() as place:
        sweep = hf.run_sweep(study, folder or place, progress=True)
        hours = (pl.col("films.VO.thickness") * 1e-7) ** 2 / pl.col("phases.V2O5.D") / 3600.0
        table = (
            sweep.scan()
            .filter(pl.col("error").is_null())
            .group_by(hours.log10().floor().alias("decade"))
            .agg((pl.col("capacity_uAh_cm2_um") > ENOUGH).mean().alias("share"), pl.len().alias("films"))
            .sort("decade")
            .collect()
        )
    for decade, share, films in table.iter_rows():
        print(f"L^2/D from 1e{decade:+.0f} to 1e{decade + 1:+.0f} h: {100 * share:3.0f} % of {films} films")
    return table


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
