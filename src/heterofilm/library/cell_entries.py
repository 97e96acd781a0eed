"""A cell with everything it names, as it acts: the film's and the cell's own values in place of the general ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any, cast

from pydantic import BaseModel

from ..errors import InputError
from .change import at, change_path, override, put
from .files import MODELS, Origin
from .idle import idle
from .schema import Anode, CellSpec, Electrolyte, Film, Phase, check_utilisation
from .value import Entry, Layer, Value, hint


@dataclass(frozen=True)
class ResolvedCell:
    """A cell with everything it names.

    ``matrix``, ``domain``, ``electrolyte``, ``anode`` and, of an anode that is a film, ``anode_film`` and
    ``anode_phase`` are as they act in this cell: the film's own
    utilisation and sigma_e and the cell's own interface values are already in place.
    """

    spec: CellSpec
    film: Film
    matrix: Phase
    domain: Phase | None
    electrolyte: Electrolyte
    anode: Anode
    anode_film: Film | None = None
    anode_phase: Phase | None = None
    shadowed: frozenset[str] = frozenset()  # paths replaced by a value of the film or cell
    origins: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)  # by "films.VO"

    @cached_property
    def parts(self) -> Mapping[str, Entry]:
        """Every entry by the beginning of its paths, "films.VO"."""
        own = (
            self.spec, self.film, self.matrix, self.domain, self.electrolyte, self.anode, self.anode_film,
            self.anode_phase,
        )  # fmt: skip
        return {f"{kind_of(part)}.{entry_name(part)}": part for part in own if part is not None}

    @cached_property
    def idle(self) -> Mapping[str, str]:
        """By path, why a change of the value would change nothing here."""
        return idle(self)

    def check_acts(self, path: str) -> None:
        """Raises HeterofilmError where a change of the value at ``path`` would change nothing in this cell."""
        self._check_known(path)
        self._check_idle(path)

    def _check_idle(self, path: str) -> None:
        if why := self.idle.get(path):
            raise InputError(f"'{path}' does not act on the cell '{self.spec.name}': {why}.")

    def _check_known(self, path: str) -> None:
        if str(path).count(".") < 2:
            raise InputError(f"'{path}' is no path to a number of the cell '{self.spec.name}';{self._meant(path)}")
        kind, name, _ = split(path)
        if f"{kind}.{name}" not in self.parts:
            made = ", ".join(self.parts)
            raise InputError(
                f"'{path}' does not act on the cell '{self.spec.name}', which is made of {made};{self._meant(path)}"
            )
        if path in self.shadowed:
            if path.endswith((".wetted_area", ".reached_share")):
                raise InputError(
                    f"'{path}' does not act on the cell '{self.spec.name}': a liquid wets the pores of a film and "
                    f"reaches all of it, a solid reaches its top; the electrolyte here is {self.electrolyte.kind}."
                )
            raise InputError(
                f"'{path}' does not act on the cell '{self.spec.name}', whose film or own interfaces state that value "
                "themselves; change it there."
            )

    def _meant(self, path: str) -> str:
        """The end of a message: the values of this cell that are called as the last word of a path, or one of them."""
        last = str(path).rpartition(".")[2]
        paths = [own for own, _ in value_paths(self)]
        words = {own.rpartition(".")[2].lower(): own.rpartition(".")[2] for own in paths}
        near = get_close_matches(last.lower(), words, n=1, cutoff=0.7)
        same = [own for own in paths if near and own.rpartition(".")[2] == words[near[0]]]
        if same:
            more = f" ({len(same) - 3} more are called so)" if len(same) > 3 else ""
            return f" did you mean {' or '.join(repr(own) for own in same[:3])}?{more}"
        return f" one is 'films.{self.film.name}.thickness', all are listed by 'heterofilm library cells CELL'."

    def number(self, path: str) -> float:
        """What acts at a dotted path, in the unit of its entry. Errors: `HeterofilmError` where no number is."""
        kind, name, keys = split(path)
        found = at(self.parts.get(f"{kind}.{name}"), keys, path)
        if isinstance(found, Value):
            return found.value
        if isinstance(found, int | float) and not isinstance(found, bool):
            return float(found)
        raise InputError(f"'{path}' holds no number.")

    def unit(self, path: str) -> str:
        """The unit of what acts at a dotted path; "1" of a count."""
        kind, name, keys = split(path)
        found = at(self.parts.get(f"{kind}.{name}"), keys, path)
        return found.unit if isinstance(found, Value) else "1"

    def followed(self, path: str, step: float) -> ResolvedCell:
        """The cell with an imaginary ``step`` on the value at ``path`` (:meth:`Value.along`).

        Raises HeterofilmError for an unknown path, one that does not act, and one that holds no quantity.
        """

        def along(present: Any) -> Value:
            if isinstance(present, Value):
                return present.along(step)
            if present is None:
                raise InputError(f"'{path}' is not set, so nothing follows it; set it first.")
            raise InputError(f"'{path}' has no derivative: it is a count or a choice.")

        self.check_acts(path)
        kind, name, keys = split(path)
        start = f"{kind}.{name}"
        return self._of({**self.parts, start: put(self.parts[start], keys, along, path)})

    def changed(self, changes: Mapping[str, float | str]) -> ResolvedCell:
        """The cell with values at dotted paths changed, validated like the entries.

        Raises HeterofilmError for an unknown path, a wrong unit, an impossible value, or one that does not act.
        """
        parts = dict(self.parts)
        for path, given in changes.items():
            self._check_known(path)
            kind, name, keys = split(path)
            parts[f"{kind}.{name}"] = change_path(parts[f"{kind}.{name}"], path, keys, override(path, given))
        made = self._of(parts)
        for path in changes:
            made._check_idle(path)
        return made

    def _of(self, parts: Mapping[str, Entry]) -> ResolvedCell:
        """The cell made of these entries."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        for key, part in own.items():
            if isinstance(part, Entry):
                own[key] = parts[f"{kind_of(part)}.{entry_name(part)}"]
        return effective(replace(self, **own))


def effective(cell: ResolvedCell) -> ResolvedCell:
    """The cell with the film's and the cell's own values in place of the general ones."""
    shadowed: set[str] = set(cell.shadowed)

    def place(entry: Any, key: str, value: Value | None, below: str = "") -> Any:
        if value is None:
            return entry
        dotted = f"{below}.{key}" if below else key
        shadowed.add(f"{kind_of(entry)}.{entry.name}.{dotted}")
        if getattr(getattr(entry, below) if below else entry, key) is value:  # parts that stay are shared
            return entry
        if below:
            value = getattr(entry, below).model_copy(update={key: value})
        return entry.model_copy(update={below or key: value})

    film, own = _named(cell.film, cell.matrix, cell.domain), cell.spec.interfaces
    matrix: Phase = place(cell.matrix, "utilisation", film.utilisation.get(cell.matrix.name))
    matrix = place(matrix, "sigma_e", film.sigma_e)
    domain = cell.domain and place(cell.domain, "utilisation", film.utilisation.get(cell.domain.name))
    electrolyte, anode = cell.electrolyte, cell.anode
    for key in ("i0", "alpha", "exponent", "double_layer", "activation_energy"):
        electrolyte = place(electrolyte, key, getattr(own, f"cathode_{key}"), "cathode_interface")
    for key in ("i0", "double_layer"):
        anode = place(anode, key, getattr(own, f"anode_{key}"))
    if own.cathode_exponent is not None and electrolyte.cathode_interface.i0_of_filling is not None:
        raise InputError(
            f"Cell '{cell.spec.name}' states cathode_exponent, but the electrolyte '{electrolyte.name}' gives i0 as a "
            "table or polynomial of filling (i0_of_filling); drop one of the two."
        )
    unused = "reached_share" if electrolyte.kind == "liquid" else "wetted_area"
    shadowed.add(f"films.{film.name}.{unused}")
    below, host = cell.anode_film, cell.anode_phase
    if below is not None and host is not None:
        _check_anode(cell.spec, anode, below, host)
        below = _named(below, host, None)
        host = place(host, "utilisation", below.utilisation.get(host.name))
        host = place(host, "sigma_e", below.sigma_e)
        shadowed.add(f"films.{below.name}.{unused}")
    return replace(
        cell, film=film, matrix=matrix, domain=domain, electrolyte=electrolyte, anode=anode, anode_film=below,
        anode_phase=host, shadowed=frozenset(shadowed),
    )  # fmt: skip


def _check_anode(spec: CellSpec, anode: Anode, film: Film, phase: Phase) -> None:
    """Raises HeterofilmError for a film that cannot be an anode."""
    what = f"Cell '{spec.name}': the film '{film.name}' of its anode '{anode.name}'"
    if film.domain is not None:
        raise InputError(f"{what} is of two phases, which an anode is not modelled with; take a film of one.")
    if any(couple.barrier.value > 0.0 for couple in phase.couples):
        raise InputError(
            f"{what} nucleates, which an anode is not modelled with; set the barriers of its couples to 0."
        )
    if film.capacity is not None:
        raise InputError(f"{what} states a capacity between cut-offs, which are the cell's; state its utilisation.")


def replaced(cell: ResolvedCell, key: str, value: Value) -> ResolvedCell:
    """The cell with one value of each of its phases replaced by what the film says otherwise."""
    phases = [phase for phase in (cell.matrix, cell.domain) if phase is not None]
    own = [phase.model_copy(update={key: value}) for phase in phases]
    shadowed = cell.shadowed | {f"phases.{phase.name}.{key}" for phase in phases}
    return replace(cell, matrix=own[0], domain=own[1] if len(own) > 1 else None, shadowed=shadowed)


def _named(film: Film, matrix: Phase, domain: Phase | None) -> Film:
    """The film with its utilisations by the names of the phases, where it names their files."""
    if domain is not None and domain.name == matrix.name:
        raise InputError(
            f"Film '{film.name}': matrix and domain are both called '{matrix.name}'; give each phase its own name."
        )
    if not film.utilisation:
        return film
    called = {film.matrix: matrix.name} | ({film.domain: domain.name} if domain and film.domain else {})
    own: dict[str, Value] = {}
    for key, value in film.utilisation.items():
        name = called.get(key, key)
        if name not in own or key == name:
            own[name] = value
    try:
        check_utilisation(own, list(called.values()))
    except ValueError as error:
        raise InputError(f"Film '{film.name}': {error}.") from None
    return film if own == film.utilisation else film.model_copy(update={"utilisation": own})


def value_paths(entry: Entry | ResolvedCell) -> Iterator[tuple[str, Value]]:
    """Every (dotted path, Value) of an entry, or of a cell and all it names that takes effect in it."""
    if isinstance(entry, ResolvedCell):
        without = entry.shadowed | entry.idle.keys()
        for part in entry.parts.values():
            yield from (pair for pair in value_paths(part) if pair[0] not in without)
    else:
        yield from _walk(entry, f"{kind_of(entry)}.{entry_name(entry)}")


def entry_name(entry: Entry) -> str:
    """The name of a named entry."""
    return cast(str, cast(Any, entry).name)


def kind_of(entry: Entry) -> str:
    return _kind(type(entry))


@lru_cache(maxsize=64)
def _kind(own: type[Entry]) -> str:
    for kind, model in MODELS.items():
        if issubclass(own, model):
            return kind
    raise TypeError(f"{own.__name__} is not an entry of the library")


def _walk(node: Any, path: str) -> Iterator[tuple[str, Value]]:
    if isinstance(node, Value):
        yield path, node
    elif isinstance(node, BaseModel):
        for key in type(node).model_fields:
            yield from _walk(getattr(node, key), f"{path}.{key}")
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from _walk(child, f"{path}.{key}")
    elif isinstance(node, tuple):
        for index, child in enumerate(node):
            yield from _walk(child, f"{path}.{getattr(child, 'name', index)}")


@lru_cache(maxsize=4096)
def split(path: str) -> tuple[str, str, tuple[str, ...]]:
    """Kind, name and keys of a dotted path.

    Raises HeterofilmError for what is none.
    """
    parts = str(path).split(".")
    if len(parts) < 3 or not all(parts):
        raise InputError(f"'{path}' is no path to a number; one is 'phases.V2O5.couples.2.U0'.")
    if parts[0] not in MODELS:
        raise InputError(f"'{path}' begins with an unknown kind{hint(parts[0], list(MODELS))}")
    return parts[0], parts[1], tuple(parts[2:])


def words_of(value: Value, origin: Origin | str | None) -> str:
    """What gave a value its number: "library", "calibration", "set by the caller", "mine.toml" ..."""
    if value.layer is Layer.FILE:
        return str(origin) if origin is not None else "file"
    return {
        Layer.DEFAULT: "default",
        Layer.CALIBRATION: "calibration",
        Layer.SET: "set by the caller",
        Layer.PROTOCOL: "set by the protocol",
        Layer.COMPUTED: "computed",
    }[value.layer]


def told(cell: ResolvedCell) -> str:
    """In one line, where the values of a cell come from, with all that are calibrated or set."""
    by: dict[str, int] = {}
    rows: set[str] = set()
    changed = []
    for path, value in value_paths(cell):
        words = words_of(value, cell.origins.get(".".join(path.split(".")[:2])))
        if value.layer is Layer.SET:
            was = f" (was {value.before})" if value.before is not None else ""
            changed.append(f"{path} = {value}{was}")
            continue
        by[words] = by.get(words, 0) + 1
        if value.layer is Layer.CALIBRATION:
            rows |= set(value.rows)
    if rows:
        by = {(f"{k} on {len(rows)} measured rows" if k == "calibration" else k): n for k, n in by.items()}
    said = ", ".join(f"{count} from {words}" if words != "default" else f"{count} by default"
                     for words, count in sorted(by.items(), key=lambda item: -item[1]))  # fmt: skip
    return f"Values: {said}" + (f"; set: {'; '.join(changed)}" if changed else "") + "."
