"""A film of your own: an amorphous-looking LiMn2O4 of half the thickness, in a LiPON cell.

Single library values change by their dotted path, in the unit of the entry.
"""

import heterofilm as hf


def main() -> tuple[float, float]:
    """Capacities (uAh cm-2) of the library's film and of one half as thick."""
    protocol = "Discharge at 20 uA/cm2 until 3.5 V"
    thick = hf.simulate("lmo-atfb", protocol)
    thin = hf.simulate("lmo-atfb", protocol, overrides={"films.LMO.thickness": 150.0})
    capacities = thick.capacity("uAh/cm2"), thin.capacity("uAh/cm2")
    print(f"300 nm: {capacities[0]:.2f} uAh cm-2, 150 nm: {capacities[1]:.2f} uAh cm-2")
    return capacities


if __name__ == "__main__":
    main()
