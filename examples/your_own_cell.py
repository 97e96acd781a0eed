"""A cell of your own as data: another element, a diffusion coefficient that changes, a measured capacity."""

import heterofilm as hf

CELL = {
    "name": "lno", "title": "Li | LiPON | LiNiO2", "electrolyte": "LiPON", "area": "1 cm2",
    "series_resistance": "5 ohm cm2", "lower_voltage": "3 V", "upper_voltage": "4.2 V",
    "film": {
        "name": "film", "title": "LiNiO2, 500 nm", "thickness": "500 +- 20 nm", "capacity": "150 mAh/g",
        "matrix": {
            "name": "LiNiO2", "title": "LiNiO2, an example: numbers of no particular film", "formula": "LiNiO2",
            "charged": "NiO2", "atoms": {"Li": 1, "Ni": 1, "O": 2}, "density": "4.8 g/cm3", "utilisation": 1,
            "D": "1e-11 cm2/s", "D_of_filling": {"log10": [0.0, 1.0, -2.0]}, "sigma_e": "1e-3 S/cm",
            "couples": [
                {"name": "upper", "element": "Ni", "oxidised": 4, "reduced": 3, "U0": "4.15 V", "lithium": 0.3,
                 "omega": 2, "hysteresis": "10 mV"},
                {"name": "lower", "element": "Ni", "oxidised": 4, "reduced": 3, "U0": "3.75 V", "lithium": 0.7,
                 "omega": 4, "hysteresis": "10 mV", "dU0_dT": "-0.2 mV/K"},
            ],
        },
    },
}  # fmt: skip


def main() -> tuple[float, float]:
    """Capacities (mAh/g) at C/20 of the nominal capacity, with a slow interface to LiPON and with LiPON's own."""
    cell = hf.Cell.from_dict(CELL).replace(nominal_capacity="150 mAh/g")
    slow = cell.replace(cathode_i0="1e-3 mA/cm2")
    capacities = [hf.simulate(one, "Discharge at C/20 until 3 V").capacity("mAh/g") for one in (slow, cell)]
    print(f"{capacities[1]:.1f} mAh/g; with i0 = 0.001 mA/cm2 {capacities[0]:.1f} mAh/g")
    for sentence in (cell.nominal, slow.values, *slow.remarks):
        print(sentence)
    return capacities[0], capacities[1]


if __name__ == "__main__":
    main()
