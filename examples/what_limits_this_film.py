"""What limits a film, by how much, and what would help most.

A discharge ends at the cut-off with part of the capacity unused. Each cause is taken away in turn,
from the outside of the cell inwards, and the discharge is run again: the gains add up to what was
missing. Then every value that acts on a cause is changed by a realistic step. For VOC1 at a high
current it is the supply of Li through the V2O5 between the domains; `heterofilm diagnose` does the same.
"""

import heterofilm as hf


def main() -> dict[str, float]:
    """Print causes and steps for VOC1 in its half-cell; return the causes in uAh cm-2 um-1."""
    found = hf.diagnose("voc1-half", current="80 uA/cm2", draws=10)
    for cause, capacity, low, high, _ in found.capacity.rows():
        print(f"{cause:34} {capacity:6.1f} uAh cm-2 um-1 ({low:.1f} to {high:.1f})")
    for one in found.levers[:5]:
        print(f"{one.path} from {one.step}: {100 * one.energy:+.0f} % of energy")
    print(*found.notes, sep="\n")
    return dict(zip(found.capacity["cause"], found.capacity["capacity_uAh_cm2_um"], strict=True))


if __name__ == "__main__":
    main()
