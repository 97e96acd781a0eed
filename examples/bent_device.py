"""A device on a thin polymer: how far it bends, what that does to its capacity, and how long it lights a diode."""

from __future__ import annotations

import math

import heterofilm as hf
from heterofilm.device.loads import Lamp, discharge
from heterofilm.library import Diode, Library


def main() -> dict[str, float]:
    stack = hf.Stack.load("vo-polyimide")
    bent = hf.bend(stack, 5e-3)
    safe = hf.safe_radius(stack, draws=100)
    print(f"film: {100 * bent.layer('cathode').bending:+.4f} % at 5 mm; first crack at {1e3 * safe.radius:.2g} mm")

    turned = hf.capacity_against(stack, angles=[0, 180], current=20.0)
    print(f"capacity after half a turn: {turned['change_percent'][1]:+.3f} %")

    source = hf.source(stack, currents=(2.0, 10.0, 40.0, 160.0))
    lamp = Lamp(Library().entry(Diode, "blue"), resistor=47e3)
    run = discharge(source, lamp, least=lamp.faintest)
    larger = discharge(source.sized(2 * source.area), lamp, least=lamp.faintest)
    print(
        f"a blue diode behind 47 kohm is seen {run.seconds / 60:.0f} min; on twice the area {larger.seconds / 60:.0f}"
    )
    return {
        "change": turned["change_percent"][1],
        "radius": safe.radius if math.isfinite(safe.radius) else math.inf,
        "light": run.seconds,
        "larger": larger.seconds,
    }


if __name__ == "__main__":
    main()
