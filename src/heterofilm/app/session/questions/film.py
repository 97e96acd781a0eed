"""A film, by its recipe or its composition; and a block of its microstructure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from ....errors import InputError
from ....units import from_si
from ..act import Short
from .question import Answered, Question, in_script, own_or_named, set_options, settings_in_words, values_in_words
from .rows import rows_of

if TYPE_CHECKING:
    from ....film.composition import Composition
    from ....film.microstructure import Microstructure
    from ....growth.grow import Grown

__all__ = ["Block", "Film", "block_rows", "film_rows"]

MATRIX, DOMAIN = "V2O5", "Cu2V2O7"  # of a film that is given by its Cu/V alone
NAMES = ("matrix", "domains", "interfacial layer")
Share = Annotated[float, Field(gt=0.0, lt=1.0)]


class Film(Question):
    """A recipe of the library or the project with settings, or ``cu_to_v`` where the recipe is ""."""

    kind: Literal["film"] = "film"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.film.composition import phase_fractions",)
    recipe: Short = "VOC1"
    settings: dict[Short, float | Short] = Field(default_factory=dict, max_length=50)
    cu_to_v: float | None = None

    @property
    def words(self) -> str:
        if not self.recipe:
            return f"Film: Cu/V = {self.cu_to_v:g} of {MATRIX} and {DOMAIN}"
        return f"Film: grown by {self.recipe}{settings_in_words(self.settings)}"

    @property
    def call(self) -> str:
        if not self.recipe:
            phases = ", ".join(f"hf.Library().phase({name!r})" for name in (MATRIX, DOMAIN))
            return f"phase_fractions({self.cu_to_v!r}, {phases})"
        return f"hf.grow({in_script(self.recipe)}, {self.settings!r})"

    @property
    def command(self) -> list[str]:
        if not self.recipe:
            return []
        return ["heterofilm", "grow", self.recipe, *set_options(self.settings), "--out", "results/film"]

    def check(self, folder: Path) -> None:
        if not self.recipe:
            if self.cu_to_v is None or self.settings:
                raise InputError("A film without a recipe is given by its Cu : V alone, for example 0.46.")
            self.made(folder)
        elif self.cu_to_v is not None:
            raise InputError("A film by its recipe has the Cu : V that comes out; leave it empty.")
        else:
            from ....growth.grow import read
            from ....library import Library

            read(own_or_named(self.recipe, folder), self.settings, Library())

    def settable(self, folder: Path) -> dict[str, str]:
        from ....growth.grow import read
        from ....library import Library

        if not self.recipe:
            return {}
        found = values_in_words(read(own_or_named(self.recipe, folder), {}, Library()).recipe, without=2)
        return {path: value for path, value in found.items() if not path.startswith("outcome.")}

    def made(self, folder: Path) -> Any:
        """What grows: `Grown`, or the `Composition` where there is no recipe. Errors: `HeterofilmError`."""
        from ....film.composition import phase_fractions
        from ....growth.grow import grow
        from ....library import Library

        if not self.recipe:
            library = Library()
            return phase_fractions(self.cu_to_v, library.phase(MATRIX), library.phase(DOMAIN))
        return grow(own_or_named(self.recipe, folder), self.settings)

    def answered(self, folder: Path) -> Answered:
        made = self.made(folder)
        rows = rows_of(self.kind, made)
        if not self.recipe:
            return Answered(rows, notes=("Mass balance of the two phases, as if crystallised through.",))
        from ....plots.growth import crystallisation_figure, thickness_figure

        sources = [(n.quantity, f"{n.value:.5g}", n.unit, n.kind, n.source) for n in made.notes]
        return Answered(
            rows, (thickness_figure(made), crystallisation_figure(made)), made.remarks,
            (("Every number of the recipe", ("Quantity", "Value", "Unit", "Kind", "Source"), sources),),
        )  # fmt: skip


def film_rows(made: Grown | Composition) -> list[tuple[str, float | None, str, str]]:
    """Results of growth with their ranges, phases, capacity."""
    rows: list[tuple[str, float | None, str, str]] = []
    from ....growth.grow import Grown

    if isinstance(made, Grown):
        composition = made.composition
        state = "crystalline" if made.crystalline else "amorphous; phases as if it crystallised"
        rows.append(("state", None, "", state))
        for n in made.notes:
            if "." not in n.quantity:
                span = f"5 to 95 %: {n.low:.5g} to {n.high:.5g}" if n.low is not None and n.high is not None else ""
                rows.append((n.quantity, n.value, n.unit, "; ".join(filter(None, [n.kind, span]))))
    else:
        composition = made
        for share in filter(None, (composition.matrix, composition.domain)):
            rows.append((f"volume fraction of {share.phase}", share.volume_fraction, "1", "computed"))
        rows.append(("density", composition.density, "kg/m3", "computed"))
    rows.append(("theoretical capacity", from_si(composition.capacity, "uAh cm-2 um-1"), "uAh cm-2 um-1", "computed"))
    rows.append(("theoretical specific capacity", composition.specific_capacity, "mAh/g", "computed"))
    return rows


class Block(Question):
    """A random volume with a fraction and a size of domains."""

    kind: Literal["block"] = "block"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.film.microstructure import grow as microstructure",)
    family: Literal["packed spheres", "levelled field"] = "levelled field"
    fraction: Share = 0.5
    nm: Annotated[float, Field(gt=0.1, lt=1e5)] = 5.0  # domain size
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0

    @property
    def words(self) -> str:
        return f"Microstructure: {self.family}, {100 * self.fraction:.3g} % of domains of {self.nm:g} nm"

    @property
    def call(self) -> str:
        return f"microstructure({self.family!r}, {self.fraction!r}, {self._size!r}, seed={self.seed})"

    @property
    def _size(self) -> float:
        return float(f"{1e-9 * self.nm:.12g}")

    def answered(self, folder: Path) -> Answered:
        from ....film.microstructure import grow
        from ....plots.microstructure import microstructure_figure

        made = grow(self.family, self.fraction, self._size, seed=self.seed)
        figure = microstructure_figure(made, names=NAMES)
        return Answered(rows_of(self.kind, made), (figure,))


def block_rows(made: Microstructure) -> list[tuple[str, float | None, str, str]]:
    """Fraction, interface, and what runs through."""
    from ....film.morphology import interface_area, percolation

    rows: list[tuple[str, float | None, str, str]] = [
        ("fraction of domains", made.fraction(), "1", f"{made.family}, seed {made.seed}"),
        ("interface per volume", 1e-9 * interface_area(made.domains, made.voxel), "1/nm", "computed"),
    ]
    for phase, name in ((0, "matrix"), (1, "domains")):
        through = all(percolation(made.phases == phase).through)
        rows.append((f"{name} through the volume", None, "", "along every axis" if through else "not along every axis"))
    return rows
