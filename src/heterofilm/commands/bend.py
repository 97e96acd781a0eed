"""``heterofilm bend``: bend a device: strains, cracks, capacity against angle, safe radius."""

from __future__ import annotations

import argparse
import math

from ..device.bending import bend, radius_of, safe_radius, strain_table
from ..device.stack import Stack
from ..errors import InputError
from ..files import check_folder
from ..simulation.device import capacity_against
from . import answer
from .inputs import lines, quantity, setting
from .options import chapters_out

GROUP = "devices"
FULL_TURN = math.degrees(math.tau)
EXAMPLES = (
    "heterofilm bend voc1-polyimide --angles 0,45,90,135,180 --out bend",
    "heterofilm bend voc1-steel --radius '5 mm' --substrates voc1-mica,voc1-silicon",
)
PAST = (2.0, 1.5, 1.1, 1.02, 0.999, 0.99, 0.97, 0.95, 0.9, 0.8)  # radii over the safe one, on the way through it


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "name", nargs="?", default="voc1-polyimide", metavar="DEVICE", help="a device of the library, or a file"
    )
    parser.add_argument(
        "--angles",
        default="0,30,60,90,120,150,180",
        metavar="LIST",
        help="bending angles over the span, in degrees (default: 0,30,60,90,120,150,180)",
    )
    parser.add_argument(
        "--radius", metavar="LENGTH", help="radius at which strains are listed (default: that of the largest angle)"
    )
    parser.add_argument("--inward", action="store_true", help="bend with the layers on the inside, in compression")
    parser.add_argument(
        "--lithiation",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="share of the discharge, 0 being charged (default: 0)",
    )
    parser.add_argument(
        "--current", default="5uA/cm2", metavar="CURRENT", help="current of the discharges (default: 5uA/cm2)"
    )
    parser.add_argument(
        "--draws", type=int, default=500, metavar="N", help="draws for the uncertainty of the radius (default: 500)"
    )
    parser.add_argument(
        "--substrates", default="", metavar="LIST", help="further devices whose safe radii are compared"
    )
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value")
    parser.add_argument("--out", metavar="DIR", help="write a page with figures and their numbers")


def run(given: argparse.Namespace) -> int:
    """Print strains, the capacity against angles, and safe radii; write the page."""
    from tqdm import tqdm

    if given.out is not None:
        check_folder(given.out)
    angles = _angles(given.angles)
    current = 100.0 * quantity(given.current, "A/m2", "current", "5uA/cm2")
    stack = Stack.load(given.name, dict(setting(text) for text in given.set))
    others = [Stack.load(name.strip()) for name in given.substrates.split(",") if name.strip()]
    radius = (
        radius_of(stack, math.radians(max(angles)))
        if given.radius is None
        else quantity(given.radius, "m", "radius", "5mm")
    )
    outward = not given.inward
    bent = bend(stack, radius, outward=outward, lithiation=given.lithiation)
    found = {
        one.entry.name: safe_radius(one, outward=outward, lithiation=given.lithiation, draws=given.draws)
        for one in (stack, *others)
    }
    safe = found[stack.entry.name]
    past = [x * safe.radius for x in PAST if math.isfinite(safe.radius) and x * safe.radius > 1.01 * stack.thickness]
    with tqdm(total=len(angles) + len(past), unit="run", delay=2.0, dynamic_ncols=True) as bar:
        every = capacity_against(
            stack,
            angles=angles,
            radii=past,
            outward=outward,
            lithiation=given.lithiation,
            current=current,
            progress=lambda: bar.update() and None,
        )
    table, beyond = every[: len(angles)], every[len(angles) :]
    answer.frame(every, "capacity")
    from ..reports import device as report

    where = "flat" if math.isinf(radius) else f"bent to a radius of {1e3 * radius:.4g} mm"
    print(f"{stack.entry.title}, {where}: neutral axis {1e6 * bent.neutral_axis:.4g} um above the lower face\n")
    rows = [
        (r["layer"], f"{r['strain_low_percent']:.4f}", f"{r['strain_high_percent']:.4f}", f"{r['onset_percent']:.3g}",
         f"{r['stress_MPa']:.3g}", "cracked" if r["cracked"] else "")
        for r in strain_table(bent).iter_rows(named=True)
    ]  # fmt: skip
    print(lines(("layer", "least/%", "most strain/%", "cracks at/%", "stress/MPa", "state"), rows))
    runs = [
        (f"{r['angle_deg']:.4g}" if r["angle_deg"] <= FULL_TURN else "-", f"{1e3 * r['radius_m']:.4g}",
         f"{r['capacity_uAh']:.5g}", f"{r['change_percent']:+.3f}", r["state"])
        for r in every.iter_rows(named=True)
    ]  # fmt: skip
    print("\n" + lines(("angle/deg", "radius/mm", "capacity/uAh", "change/%", "state"), runs) + "\n")
    if past:
        print("- Rows without an angle are radii that no angle over this span reaches: where the first crack comes.")
    for name, one in found.items():
        print(f"- {name}: {report.radius_sentence(one)}")
    for sentence in stack.assumed:
        print(f"! {sentence}")
    chapter = report.bending_chapter(
        stack, table, found, beyond if past else None, outward=outward, lithiation=given.lithiation
    )
    chapters_out(given.out, stack.entry.title, [chapter])
    return 0


def _angles(text: str) -> list[float]:
    """Errors: `InputError` for anything but numbers between 0 and 360."""
    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        found = []
    if not found or not all(0.0 <= a <= 360 for a in found):
        raise InputError(f"--angles '{text}' is not a list of degrees between 0 and 360, for example 0,90,180.")
    return found
