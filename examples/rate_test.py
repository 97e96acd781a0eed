"""A rate test: the same film at rising currents, cycle by cycle and summed up.

Each current is held for three cycles; the first current comes back at the end and shows what was lost for good.
"""

import heterofilm as hf

CYCLE = "{label}: 3 x (Discharge at {i} uA/cm2 until 2.15 V; Charge at {i} uA/cm2 until 3.8 V)"
CURRENTS = (5, 20, 80, 5)


def main() -> list[float]:
    """Print the cycles and the rates; return the share of the slowest rate that each current keeps."""
    protocol = "\n".join(CYCLE.format(label=f"rate{k}", i=i) for k, i in enumerate(CURRENTS, 1))
    record = hf.simulate("voc1-half", protocol, detail=False)
    for row in hf.cycle_table(record).iter_rows(named=True):
        back = row["coulombic_efficiency"]  # none where no charge came before
        efficiency = "" if back is None else f"efficiency {100 * back:5.1f} %, "
        print(
            f"{row['label']} cycle {row['cycle']:2}: {row['discharge_uAh_cm2_um']:5.1f} uAh cm-2 um-1, "
            f"{efficiency}polarisation {row['polarisation_V']:.2f} V"
        )
    summary = hf.rate_summary(record)
    for row in summary.iter_rows(named=True):
        print(
            f"{100 * row['current_A_m2']:4.0f} uA cm-2: {row['mean_uAh_cm2_um']:5.1f} +- {row['sd_uAh_cm2_um']:.1f}, "
            f"last {row['last_uAh_cm2_um']:5.1f} uAh cm-2 um-1, {100 * row['share']:3.0f} % of the slowest"
        )
    return summary["share"].to_list()


if __name__ == "__main__":
    main()
