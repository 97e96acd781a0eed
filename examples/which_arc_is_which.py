"""Which arc is which: the impedance of the solid-state cell of VOC1, part by part.

A measured spectrum shows arcs, not their causes. The model knows every part of its spectrum: its resistance, and the
frequency at which its -Im Z is largest. A circuit fitted to the whole is then compared with what is known to be there.

The interface to LiPON is taken as a slow one here. With the fast one of the library its arc lies beneath the diffusion
into the film, and no circuit of these arcs tells the two apart.
"""

import heterofilm as hf
from heterofilm.plots.impedance import contributions

CM2 = 1e4  # ohm cm2 in 1 ohm m2
SLOW = {"electrolytes.LiPON.cathode_interface.i0": "2.4e-4 mA/cm2"}


def main() -> dict[str, float]:
    """Print the parts and the fitted resistances; return both in ohm cm2."""
    cell = hf.Cell.load("voc1-atfb", SLOW)
    record = hf.simulate(cell, "Discharge at 5 uA/cm2 until 2.6 V; Rest for 1 h; EIS from 1 MHz to 1 mHz")
    (spectrum,) = hf.spectra(record)
    found = {}
    for part in contributions(spectrum):
        where = "ohmic" if part.peak_Hz is None else f"{part.peak_Hz:.3g} Hz" if part.closed else "tail"
        resistance = CM2 * (part.ohmic if part.peak_Hz is None else part.resistance)
        print(f"{part.name:18} {where:>12} {resistance:10.4g} ohm cm2")
        found[part.name] = resistance
    fit = hf.fit_circuit(spectrum.frequency_Hz, CM2 * spectrum.impedance, "R0-p(R1,C1)-p(R2-Wo1,C2)")
    for name in ("R0", "R1", "R2"):
        print(f"{name:18} {'fitted':>12} {fit[name].value:10.4g} +- {fit[name].stderr:.2g} ohm cm2")
        found[name] = fit[name].value
    return found


if __name__ == "__main__":
    main()
