"""A junction of your own: is the field inside a coated particle worth talking about?

LiCoO2 particles in a coat of LiNbO3. Nothing here is special to V2O5 and Cu2V2O7: the same functions, other names.
"""

import numpy as np

from heterofilm.junction import field_against_lithium, hopping_gain, load_pair


def main() -> dict[str, float]:
    """Print what the junction is and what lithium does to it; return its numbers."""
    found = {}
    for name in ("LiCoO2-LiNbO3", "V2O5-Cu2V2O7"):
        pair = load_pair(name)
        print(f"{pair.entry.title}\n  {pair.contact.words}")
        field = pair.field
        gain = float(hopping_gain(abs(field.field_max_V_m), pair.matrix.hop_length.si))
        print(
            f"  domains of {1e9 * pair.diameter:.0f} nm bend by {1e3 * abs(field.bending_A_V):.1f} mV, the coat of "
            f"{1e9 * pair.shell:.1f} nm by {1e3 * abs(field.bending_B_V):.1f} mV; "
            f"hops gain a factor of {gain:.3f} at most"
        )
        curve = field_against_lithium(pair.domain, pair.matrix, pair.geometry, np.array([0.0, 0.01, 0.1]))
        for x, bending, length in zip(curve.x, curve.numbers.bending_A_V, curve.screening_domain_m, strict=True):
            print(f"  x = {x:4.2f}: {1e3 * bending:7.1f} mV inside, screening over {1e9 * length:.2f} nm")
        found[name] = pair.contact.built_in_V
    return found


if __name__ == "__main__":
    main()
