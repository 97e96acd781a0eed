"""A system that the package does not have, as files: molybdenum oxide with copper. Its numbers are made up.

MoO3, CuMoO4 and, beyond Cu/Mo = 1, CuO, which takes up no lithium.
"""

from __future__ import annotations

from pathlib import Path

from heterofilm.library import Crystallisation, Library, Phase, Target
from heterofilm.library.writer import to_toml

__all__ = ["write_system"]

SYSTEM = """
name = "Mo-Cu-O"
title = "Molybdenum oxide with copper"
host = "Mo"
added = "Cu"
sufficient = ["O"]
phases = ["MoO3.toml", "CuMoO4.toml", "CuO"]
inert = ["CuO"]
crystallisations = ["poor.toml", "rich.toml"]
assumes = "Oxygen suffices."
source = "made up"
"""
RECIPE = """
name = "mine"
title = "Molybdenum oxide with copper"
system = "system.toml"
pressure = "0.7 Pa"
distance = "8 cm"
time = "120 min"
domain_size = "15 nm"
power = { "target.toml" = "100 W", Cu = "0.8 W" }
anneal = { temperature = "800 K", time = "2 h" }
"""


def write_system(folder: Path) -> Path:
    """System, phases, kinetics, target and a recipe; the path of the recipe."""
    library = Library(calibration=None)
    whole, target = library.phase("V2O5"), library.entry(Target, "V2O5")
    kinetics = library.entry(Crystallisation, "V2O5")
    couples = [one.model_dump(exclude={"element", "oxidised", "reduced"}) for one in whole.couples]
    plain = whole.model_dump(exclude={"couples", "molar_mass", "nucleation", "ageing", "charged"}, exclude_none=True)
    for name, atoms, density in (
        ("MoO3", {"Mo": 1, "O": 3}, "4.7 g/cm3"), ("CuMoO4", {"Cu": 1, "Mo": 1, "O": 4}, "4.9 g/cm3"),
    ):  # fmt: skip
        formula = "".join(f"{element}{n if n > 1 else ''}" for element, n in atoms.items())
        own = {"name": name, "formula": formula, "atoms": atoms, "density": density, "material": ""}
        phase = Phase.model_validate(plain | own | {"couples": [one | {"barrier": "0 V"} for one in couples]})
        (folder / f"{name}.toml").write_text(to_toml(phase))
    for name, limit in (("poor", "0.5"), ("rich", None)):
        own = kinetics.model_dump(exclude={"ratio_limit"}, exclude_none=True) | {"name": name}
        own |= {} if limit is None else {"ratio_limit": float(limit)}
        (folder / f"{name}.toml").write_text(to_toml(Crystallisation.model_validate(own)))
    own_target = target.model_dump(exclude_none=True) | {"name": "MoO3", "phase": "MoO3.toml"}
    own_target |= {"atoms": {"Mo": 1, "O": 3}, "density": "4.7 g/cm3"}
    (folder / "target.toml").write_text(to_toml(Target.model_validate(own_target)))
    (folder / "system.toml").write_text(SYSTEM)
    recipe = folder / "recipe.toml"
    recipe.write_text(RECIPE)
    return recipe
