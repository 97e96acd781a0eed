"""A phase of a film: what it is made of, its open-circuit potential, and what moves in it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..elements import ELEMENTS
from ..errors import HeterofilmError
from ..units import convert
from .elements import State, Step, Symbol, check_element, check_elements, check_step, step_of
from .formula import atoms_of, differing
from .ocv import BACKGROUND, OpenCircuit, OpenCircuitTable
from .of_filling import OfFilling
from .value import (
    Conductivity,
    Diffusivity,
    Energy,
    Entry,
    Layer,
    Name,
    Positive,
    Quantity,
    Share,
    Value,
    Voltage,
    assumed,
    hint,
)  # fmt: skip

ROUNDED = 0.05  # Li: a charged composition is named by a round number, Li0.5CoO2 for a table from 0.48


def formula_mass(atoms: dict[str, float]) -> float:
    """Mass of a formula unit, g/mol."""
    return math.fsum(ELEMENTS[symbol].mass * n for symbol, n in atoms.items())


class Couple(Entry):
    """One redox couple: ``lithium`` Li and electrons per formula unit at ``U0``, of width ``omega`` RT/F.

    A couple that names no element counts charge only: no oxidation state is followed.
    """

    name: Name
    """For example "V5+/V4+"; letters and signs without dots and spaces."""
    element: Symbol | None = None
    """Symbol of the element that is reduced, with ``oxidised`` and ``reduced``; or none of the three."""
    oxidised: State | None = None
    """Its formal state before lithiation."""
    reduced: State | None = None
    """Its formal state after it."""
    U0: Voltage
    """Midpoint of charge and discharge against Li+/Li at 25 degC; the discharge plateau lies at U0 - hysteresis/2."""
    dU0_dT: Annotated[Value, Quantity("mV/K", minimum=-10.0, maximum=10.0)] = assumed(
        0.0, "mV/K", -1.0, 1.0, "no entropy coefficient unless stated; a few tenths of a mV/K are usual"
    )
    """Entropy coefficient: U0 at another temperature is U0 + dU0_dT (T - 25 degC)."""
    lithium: Positive
    """Li per formula unit."""
    omega: Annotated[Value, Quantity("1", positive=True, usual=(0.02, 20.0))]
    """Width over RT/F: 1 for an ideal lattice gas, small for a plateau."""
    hysteresis: Annotated[Value, Quantity("V", minimum=0.0, maximum=3.0, usual=(0.0, 1.0))]
    """Gap between charge and discharge that no slow rate closes."""
    barrier: Annotated[Value, Quantity("V", minimum=0.0, maximum=3.0, usual=(0.0, 1.0))] = assumed(
        0.0, "V", 0.0, 0.0, "no nucleation barrier unless stated"
    )
    """By how much the potential lies lower until the product has nucleated; needs [nucleation]."""

    @property
    def column(self) -> str:
        """The name as it may stand in a column, for example ``Cu2+_Cu+``."""
        return self.name.replace("/", "_").replace(" ", "_")

    @field_validator("element")
    @classmethod
    def _known(cls, element: str | None) -> str | None:
        return check_element(element)

    @property
    def step(self) -> Step | None:
        """Element, state before and state after, where the couple names one."""
        return step_of(self.element, self.oxidised, self.reduced)

    @model_validator(mode="after")
    def _reduces(self) -> Self:
        check_step(f"couple '{self.name}'", self.element, self.oxidised, self.reduced)
        return self


class Nucleation(Entry):
    """How the product of the couple with a barrier nucleates."""

    rate: Annotated[Value, Quantity("1/s", positive=True)]
    """k_n of the equations."""
    undercooling: Annotated[Value, Quantity("V", positive=True)]
    """eta_0: multiplies the rate by e."""
    seeds: Share
    """n_0: share that counts as nucleated from the start."""
    solubility: Annotated[Value, Quantity("1", minimum=1e-12, maximum=0.5)] = assumed(
        1e-3, "1", 1e-4, 1e-2, "order of the seeds: nuclei begin where some product exists at all; no measurement known"
    )
    """s_0: share of the couple reacted that is in equilibrium with its nuclei; they grow above it, dissolve below."""
    activation_energy: Energy = assumed(
        0.5, "eV", 0.2, 1.0, "no measurement known; that of Li diffusion and electrocrystallisation in oxide glasses"
    )
    """Activation energy of the rate, at a given undercooling."""


class Front(Entry):
    """Two phases that meet in an interface: a miscibility gap, the energy of the interface and its width.

    Without an energy, as by default, both phases are at every place in equilibrium with each other.
    """

    lithium_poor: Annotated[Value, Quantity("1", minimum=0.0)]
    """Li per formula unit at which the gap begins, counted from the charged composition."""
    lithium_rich: Annotated[Value, Quantity("1", positive=True)]
    """Li per formula unit at which it ends."""
    interface_energy: Annotated[Value, Quantity("mJ/m2", minimum=0.0, maximum=1e4, usual=(0.0, 500.0))]
    """gamma of the equations; zero: no front."""
    interface_width: Annotated[Value, Quantity("nm", positive=True, usual=(0.5, 50.0))]
    """w of the equations: the step of the filling over its steepest gradient."""

    @property
    def acts(self) -> bool:
        """Whether there is an energy."""
        return bool(self.interface_energy.value.real > 0.0)

    @model_validator(mode="after")
    def _is_gap(self) -> Self:
        if self.lithium_poor.si.real >= self.lithium_rich.si.real:
            raise ValueError(f"lithium_poor {self.lithium_poor} must lie below lithium_rich {self.lithium_rich}")
        return self


class PhaseAgeing(Entry):
    """What a phase loses per cycle: k_c z^m + k_x <(x - 1)+> + k_s (dx)^2, z the share of ``couple`` that reacts."""

    couple: str
    """Name of the couple whose depth counts."""
    depth_loss: Annotated[Value, Quantity("1", minimum=0.0)]
    """k_c."""
    depth_exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=100.0)]
    """m."""
    overlithiation_loss: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(
        0.0, "1", 0.0, 1e-2, "no row asks for it"
    )
    """k_x."""
    gradient_loss: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(
        0.0, "1", 0.0, 1e-3, "4000 cycles at 20 uA/cm2 with 93 % left allow no more than 2e-5"
    )
    """k_s."""


class Phase(Entry):
    """One phase: composition, thermodynamics and transport.

    ``formula``, ``atoms``, ``molar_mass`` and ``density`` describe the film as made; filling counts Li from
    the fully charged composition. Open-circuit potential: ``couples``, or a table ``ocv``.
    """

    PART: ClassVar = "phase"

    COMPUTED: ClassVar = ("molar_mass", "D", "sigma_e")  # from the rest of the file, where they are left out

    name: Name
    """What films call it; without dots and spaces."""
    material: str = ""
    """Name that its structure, patterns and bands go by in the library; ``name`` unless stated."""
    title: str
    """A line for tables and figures."""
    formula: str
    """Of the film as made; the atoms of a plain formula must be those of ``atoms``."""
    charged: str = ""
    """The fully charged composition; ``formula`` unless stated. Its Li must be the first x of a table ``ocv``."""
    atoms: dict[Symbol, Annotated[float, Field(gt=0)]]
    """Atoms of a formula unit as made, for example { Li = 1, Co = 1, O = 2 }."""
    molar_mass: Annotated[Value, Quantity("g/mol", positive=True)]
    """Of a formula unit as made; computed from ``atoms`` where it is left out."""
    density: Annotated[Value, Quantity("g/cm3", positive=True, maximum=25.0, usual=(0.3, 13.0))]
    """Of the dense phase."""
    utilisation: Share
    """Share of the sites that a film uses; a film may state its own, or its capacity."""
    explanation: str = ""
    """Why ``utilisation`` is not one."""
    stable_above: Voltage | None = None
    """Least potential against Li+/Li at which the phase is known to cycle; below it a warning is given."""
    stable_below: Voltage | None = None
    """Greatest potential against Li+/Li at which the phase is known to cycle; above it a warning is given."""
    D: Diffusivity
    """Diffusion coefficient of Li at 25 degC; may be left out where ``D_of_filling`` is a table."""
    D_of_filling: OfFilling | None = None
    """How D changes with filling."""
    D_decades: Annotated[Value, Quantity("1", minimum=-6.0, maximum=6.0)] = assumed(
        0.0, "1", 0.0, 0.0, "no trend with filling unless stated"
    )
    """log10 of D of the full phase over D of the charged one, even in between; D is that at half filling. It multiplies
    ``D_of_filling``."""
    diffusion_law: Literal["constant", "thermodynamic"] = "constant"
    """The law "thermodynamic" multiplies D by the thermodynamic factor."""
    activation_energy_D: Energy = assumed(0.4, "eV", 0.2, 0.7, "usual span for Li in oxide hosts")
    """Activation energy of D."""
    sigma_e: Conductivity
    """Electronic conductivity at 25 degC; may be left out where ``sigma_e_of_filling`` is a table."""
    sigma_e_of_filling: OfFilling | None = None
    """How sigma_e changes with filling."""
    activation_energy_sigma: Energy = assumed(0.25, "eV", 0.1, 0.5, "usual span for small polarons in oxides")
    """Activation energy of sigma_e."""
    couples: tuple[Couple, ...] = ()
    """Redox couples, from the highest potential to the lowest."""
    ocv: OpenCircuitTable | None = None
    """Open-circuit potential as a table, in place of ``couples``."""
    hysteresis_rate: Positive = assumed(30.0, "1", 10.0, 100.0, "hysteresis reverses over about 3 % of the filling")
    """K: how fast the branch changes, per full filling."""
    background: Annotated[Value, Quantity("1/V", positive=True, usual=(1e-5, 0.2))] = assumed(
        BACKGROUND, "1/V", 1e-4, 0.02, "solid-solution tail beyond the couples, per Li site and volt"
    )
    """b: Li per site and volt beyond the couples or beyond the ends of the table."""
    nucleation: Nucleation | None = None
    """Where a couple has a barrier."""
    front: Front | None = None
    """Where two phases meet in an interface with an energy."""
    ageing: PhaseAgeing | None = None
    """A phase that says nothing about ageing does not age."""

    @property
    def lithium(self) -> float:
        """Li per formula unit with every couple, or the whole table, filled."""
        if self.open_circuit is not None:
            return self.open_circuit.theta_full
        amounts = [couple.lithium.to("1") for couple in self.couples]
        return sum(amounts) if any(isinstance(one, complex) for one in amounts) else math.fsum(amounts)

    @property
    def open_circuit(self) -> OpenCircuit | None:
        """The table of the open-circuit potential as curves; None for a phase of couples."""
        if self.ocv is None:
            return None
        return _curves(self.ocv, self.molar_mass.si, self.density.si, self.background.si)

    @model_validator(mode="before")
    @classmethod
    def _computed(cls, data: Any) -> Any:
        """What follows from the rest of the file, where it is left out."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        atoms = data.get("atoms")
        known = isinstance(atoms, dict) and all(
            symbol in ELEMENTS and isinstance(n, int | float) and n > 0 for symbol, n in atoms.items()
        )
        if "molar_mass" not in data and known and atoms:
            data["molar_mass"] = Value(
                value=formula_mass(atoms), unit="g/mol", kind="computed", source="standard atomic weights"
            ).on(Layer.DEFAULT)
        for key in ("D", "sigma_e"):
            table = data.get(f"{key}_of_filling")
            if key not in data and table is not None:
                data |= half_filled(key, table)
        return data

    @field_validator("atoms")
    @classmethod
    def _atoms(cls, atoms: dict[str, float]) -> dict[str, float]:
        if not atoms:
            raise ValueError("expected the atoms of a formula unit, for example { Li = 1, Co = 1, O = 2 }")
        return check_elements(atoms)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.couples) == (self.ocv is not None):
            raise ValueError(
                f"phase '{self.name}' needs couples or an [ocv] table{', not both' if self.couples else ''}"
            )
        if self.ocv is not None:
            for key in ("nucleation", "ageing"):
                if getattr(self, key) is not None:
                    raise ValueError(f"[{key}] is of a couple, and an [ocv] table has none; leave out one of the two")
        names = [couple.name for couple in self.couples]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two couples are called '{name}'; give each its own name")
        nucleating = [couple.name for couple in self.couples if couple.barrier.value > 0]
        if len(nucleating) > 1:
            raise ValueError(f"at most one couple may have a barrier, got {', '.join(nucleating)}")
        if nucleating and self.nucleation is None:
            raise ValueError(f"couple '{nucleating[0]}' has a barrier; add [nucleation] with rate, undercooling, seeds")
        if self.ageing and self.ageing.couple not in names:
            raise ValueError(f"ageing counts the couple '{self.ageing.couple}'{hint(self.ageing.couple, names)}")
        if (
            self.front is not None
            and self.front.acts
            and self.front.lithium_rich.si.real > self.lithium.real * (1.0 + 1e-9)
        ):
            raise ValueError(
                f"[front] ends at {self.front.lithium_rich} Li, but phase '{self.name}' takes "
                f"{self.lithium.real:g} Li per formula unit; count from the charged composition"
            )
        above, below = self.stable_above, self.stable_below
        if above is not None and below is not None and above.si >= below.si:
            raise ValueError(f"stable_above {above} must lie below stable_below {below}")
        for key, unit in (("D", "m2/s"), ("sigma_e", "S/m")):
            check_shape(getattr(self, f"{key}_of_filling"), key, unit)
        self._check_formulas()
        mass, given = formula_mass(self.atoms), self.molar_mass.to("g/mol")
        if abs(mass - given) > 0.01 * mass:
            raise ValueError(f"the atoms add up to {mass:.2f} g/mol but molar_mass is {given:g} g/mol")
        if self.lithium > 20.0:
            raise ValueError(f"phase '{self.name}' takes {self.lithium:g} Li per formula unit; check units and columns")
        self._check_electrons()
        return self

    def _check_formulas(self) -> None:
        """Formula, charged composition and table count the same formula unit, as far as their texts can be read."""
        written = atoms_of(self.formula)
        if written is not None and (wrong := differing(written, self.atoms)):
            raise ValueError(
                f"formula '{self.formula}' and atoms {_counts(self.atoms)} differ in {', '.join(wrong)}; expected "
                f"atoms = {_counts(written)}, or the formula of the atoms"
            )
        charged = atoms_of(self.charged)
        if charged is None:
            return
        if wrong := differing(charged, self.atoms, without="Li"):
            raise ValueError(
                f"charged '{self.charged}' and atoms {_counts(self.atoms)} differ in {', '.join(wrong)}; "
                "expected the same formula unit with less Li"
            )
        lithium, made = charged.get("Li", 0.0), self.atoms.get("Li", 0.0)
        if lithium > made + ROUNDED:
            raise ValueError(
                f"charged '{self.charged}' has {lithium:g} Li, more than the {made:g} Li of atoms; expected the "
                "composition with the least Li"
            )
        if self.ocv is not None and self.ocv.x and abs(lithium - self.ocv.x[0]) > ROUNDED:
            raise ValueError(
                f"charged '{self.charged}' has {lithium:g} Li but the first x of the [ocv] table, the charged end, is "
                f"{self.ocv.x[0]:g}; expected the same to {ROUNDED:g}"
            )

    def _check_electrons(self) -> None:
        """Through each formal step, s+1 -> s, every atom of an element can pass once."""
        if self.ocv is not None and self.ocv.step is not None:
            element, oxidised, reduced = self.ocv.step
            most = self.atoms.get(element, 0.0) * (oxidised - reduced)
            if self.lithium > most + 1e-6:
                raise ValueError(
                    f"the [ocv] table takes {self.lithium:g} Li per formula unit, but {element} from {oxidised:+d} to "
                    f"{reduced:+d} takes only {most:g}; leave out the element, or state another"
                )
        steps: dict[tuple[str, int], list[Couple]] = {}
        for couple in self.couples:
            if couple.element is not None and couple.oxidised is not None and couple.reduced is not None:
                for step in range(couple.reduced, couple.oxidised):
                    steps.setdefault((couple.element, step), []).append(couple)
        for (element, step), through in steps.items():
            atoms = self.atoms.get(element, 0.0)
            passed = math.fsum(c.lithium.to("1") / ((c.oxidised or 0) - (c.reduced or 0)) for c in through)
            if passed > atoms + 1e-6:
                raise ValueError(
                    f"couples {', '.join(c.name for c in through)} take {passed:g} {element} from "
                    f"{step + 1:+d} to {step:+d}, but a formula unit has only {atoms:g}; lower their lithium"
                )


def _counts(atoms: dict[str, float]) -> str:
    return "{ " + ", ".join(f"{symbol} = {n:g}" for symbol, n in atoms.items()) + " }"


@lru_cache(maxsize=64)
def _curves(table: OpenCircuitTable, molar_mass: float, density: float, background: float) -> OpenCircuit:
    return table.curves(molar_mass, density, background)


def half_filled(key: str, table: Any) -> dict[str, Value]:
    """The number of an entry that gives only a table for it: the value of the table at half filling."""
    try:
        shape = OfFilling.model_validate(table)
        if not shape.filling:
            return {}  # a ratio to a number that must be given
        if shape.log10:
            return {}
        source = f"its table at half filling: {shape.source}"
        return {key: Value(value=shape.own, unit=shape.unit, kind="computed", source=source).on(Layer.COMPUTED)}
    except ValueError:  # told where the table itself is checked
        return {}


def check_shape(shape: OfFilling | None, key: str, unit: str) -> None:
    """ValueError for a table whose unit is not one of the quantity."""
    if shape is not None and shape.filling:
        try:
            convert(1.0, shape.unit, unit)
        except HeterofilmError as error:
            raise ValueError(f"{key}_of_filling: {str(error).removesuffix('.')}") from None
