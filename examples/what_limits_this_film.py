"""What limits a film, and by how much.

A discharge ends at the cut-off with part of the capacity unused. Each cause is taken away in turn,
from the outside of the cell inwards, and the discharge is run again: the gains add up to what was
missing. For VOC1 at a high current it is the supply of Li through the V2O5 between the domains.
"""

import heterofilm as hf

CURRENT = 0.8  # A/m2, 80 uA cm-2
UNIT = 3.6e7  # C/m3 in 1 uAh cm-2 um-1


def main() -> dict[str, float]:
    """Print the causes for VOC1 in its half-cell; return them in uAh cm-2 um-1."""
    cell = hf.Cell.load("voc1-half")
    shares = {share.cause: share.in_order / UNIT / cell.thickness for share in hf.unused_capacity(cell, CURRENT)}
    for cause, share in shares.items():
        print(f"{cause:34} {share:6.1f} uAh cm-2 um-1")
    return shares


if __name__ == "__main__":
    main()
