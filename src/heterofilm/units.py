"""The field's units to SI and back, at the edge of the package.

Inside heterofilm every number is an SI float. Papers and instruments speak "uA cm-2", "uAh/cm2/um", "S/cm",
"degC"; this module turns those words into a factor and a dimension, and refuses to turn volts into amperes.

One table of symbols (`_SYMBOLS`), one table of prefixes (`_PREFIXES`), one small parser. What can be written:

- products with a space, ``*`` or ``·``; quotients with ``/``; brackets: ``J/(mol K)``;
- powers as ``cm2``, ``cm-2``, ``cm^2``, ``cm^-2``, ``cm**2``, ``cm²``, ``s^0.5``;
- micro as ``u`` or ``µ``, ohm as ``ohm`` or ``Ω``.

``C`` is the coulomb. A C-rate is not a unit but a fraction of a cell's own capacity, and lives in `protocol`.

The factors are exact by definition, down to the elementary charge in the eV (SI Brochure, 9th edition, 2019).
They are kept as fractions and a conversion is rounded once: 300 nm is 3e-07 m, not 3.0000000000000004e-07.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from heterofilm.errors import HeterofilmError, InputError, did_you_mean

__all__ = [
    "Dimension", "Unit", "convert", "from_si", "parse_plus_minus", "parse_quantity", "parse_unit", "si", "to_si",
]  # fmt: skip

Dimension = tuple[Fraction, ...]
"""Exponents of (kg, m, s, A, K, mol)."""

_BASES = ("kg", "m", "s", "A", "K", "mol")


def _dimension(**exponents: int) -> Dimension:
    return tuple(Fraction(exponents.get(base, 0)) for base in _BASES)


@dataclass(frozen=True)
class Unit:
    """A unit of measurement: SI value = `ratio` x value + `shift`, with the exponents of the SI bases.

    `shift` is zero for every unit but a temperature in degC.
    """

    ratio: Fraction
    dimension: Dimension
    shift: Fraction = Fraction(0)

    @property
    def factor(self) -> float:
        """SI value of one such unit (for degC: of one degree of difference)."""
        return float(self.ratio)

    @property
    def offset(self) -> float:
        """SI value of the unit's zero: 273.15 for degC, 0 otherwise."""
        return float(self.shift)

    def __mul__(self, other: "Unit") -> "Unit":
        # A product drops the shift: per degC is per degree of difference, the same as per K.
        return Unit(
            self.ratio * other.ratio,
            tuple(a + b for a, b in zip(self.dimension, other.dimension, strict=True)),
        )

    def __pow__(self, exponent: Fraction) -> "Unit":
        return Unit(Fraction(self.ratio**exponent), tuple(exponent * a for a in self.dimension))


_ONE = _dimension()
_LENGTH = _dimension(m=1)
_TIME = _dimension(s=1)
_CHARGE = _dimension(A=1, s=1)
_ENERGY = _dimension(kg=1, m=2, s=-2)
_POTENTIAL = _dimension(kg=1, m=2, s=-3, A=-1)
_RESISTANCE = _dimension(kg=1, m=2, s=-3, A=-2)
_PRESSURE = _dimension(kg=1, m=-1, s=-2)
_TEMPERATURE = _dimension(K=1)

# symbol: (SI factor as exact decimal text, dimension, takes a prefix)
_SYMBOLS: dict[str, tuple[str, Dimension, bool]] = {
    "1": ("1", _ONE, False),
    "%": ("0.01", _ONE, False),
    "m": ("1", _LENGTH, True),
    "angstrom": ("1e-10", _LENGTH, False),
    "L": ("1e-3", _dimension(m=3), True),
    "g": ("1e-3", _dimension(kg=1), True),
    "s": ("1", _TIME, True),
    "min": ("60", _TIME, False),
    "h": ("3600", _TIME, False),
    "d": ("86400", _TIME, False),
    "Hz": ("1", _dimension(s=-1), True),
    "K": ("1", _TEMPERATURE, True),
    "degC": ("1", _TEMPERATURE, False),
    "mol": ("1", _dimension(mol=1), True),
    "A": ("1", _dimension(A=1), True),
    "C": ("1", _CHARGE, True),
    "Ah": ("3600", _CHARGE, True),
    "V": ("1", _POTENTIAL, True),
    "ohm": ("1", _RESISTANCE, True),
    "S": ("1", _dimension(kg=-1, m=-2, s=3, A=2), True),
    "F": ("1", _dimension(kg=-1, m=-2, s=4, A=2), True),
    "J": ("1", _ENERGY, True),
    "eV": ("1.602176634e-19", _ENERGY, True),
    "W": ("1", _dimension(kg=1, m=2, s=-3), True),
    "Wh": ("3600", _ENERGY, True),
    "N": ("1", _dimension(kg=1, m=1, s=-2), True),
    "Pa": ("1", _PRESSURE, True),
}
_PREFIXES = {
    "f": "1e-15", "p": "1e-12", "n": "1e-9", "u": "1e-6", "m": "1e-3", "c": "1e-2",
    "k": "1e3", "M": "1e6", "G": "1e9",
}  # fmt: skip
_SHIFTS = {"degC": Fraction("273.15")}

# Other spellings of the same symbols: the words people write in protocols, and the typographic variants.
_WORDS = {
    "sec": "s", "second": "s", "seconds": "s", "minute": "min", "minutes": "min", "mins": "min",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d",
}  # fmt: skip
# Not accepted, but worth a suggestion that spelling distance alone would not find.
_HINTS = {
    "volt": "V", "volts": "V", "amp": "A", "amps": "A", "ampere": "A", "celsius": "degC", "°": "degC",
    "kelvin": "K", "micron": "um", "microns": "um", "ohms": "ohm", "siemens": "S", "liter": "L", "litre": "L",
    "percent": "%",
}  # fmt: skip
_TYPOGRAPHY = {
    "µ": "u", "μ": "u", "Ω": "ohm", "\u2126": "ohm", "Å": "angstrom", "\u212b": "angstrom", "°C": "degC",
    "Ohm": "ohm", "−": "-", "·": "*", "⋅": "*", "×": "*", "**": "^",
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

LONGEST = 200  # letters of a unit
HIGHEST_POWER = 20  # of a symbol: beyond it a slip, and a number of many digits

_TOKEN = re.compile(
    r"(?P<gap>\s+)|(?P<symbol>[^\W\d_]+|[%°])(?:\^?(?P<power>[+-]?\d+(?:\.\d+)?)|\^\((?P<bracketed>[+-]?\d+(?:\.\d+)?)\))?"
    r"|(?P<one>1(?![\d.]))|(?P<mark>[*/()])"
)
_NUMBER = re.compile(r"\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>.*?)\s*", re.DOTALL)

_PLAIN = r"(?>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_SIGN = re.compile(r"±|\+-|\+/-")
_PLUS_MINUS = re.compile(
    rf"\s*(?P<open>\()?\s*(?P<value>{_PLAIN})\s*(?:±|\+-|\+/-)\s*(?P<sigma>{_PLAIN})\s*(?(open)\))\s*(?P<unit>[^\d\s].*?)?\s*",
    re.DOTALL,
)


def parse_unit(text: str) -> Unit:
    """Read a unit such as ``"uAh cm-2 um-1"``, ``"S/cm"`` or ``"1"`` (dimensionless).

    Errors: `HeterofilmError` for an unknown symbol (naming the nearest known one) or text that is not a unit.

    >>> parse_unit("uA/cm2").factor
    0.01
    """
    if not isinstance(text, str):
        raise InputError(f"A unit is text such as 'uA/cm2', not {text!r}; use '1' for a number without a unit.")
    if len(text) > LONGEST:
        raise InputError(f"'{text[:40]} ...' is no unit: none has more than {LONGEST} letters.")
    return _parse(text)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Unit:
    plain = text
    for fancy, simple in _TYPOGRAPHY.items():
        plain = plain.replace(fancy, simple)
    plain = plain.translate(_SUPERSCRIPT).strip()
    if not plain:
        raise InputError("The unit is empty; write for example 'uA/cm2', or '1' for a number without a unit.")
    return _Parser(text, _tokens(text, plain)).whole()


_Token = tuple[str, Unit | None]
"""What is written ("*", "/", "(", ")", " " or "unit"), and the unit where it is one."""


def _tokens(text: str, plain: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise InputError(
                f"Cannot read the unit '{text}' from '{plain[position:]}' on; write products, quotients and "
                "powers of symbols, for example 'uA/cm2' or 'uAh cm-2 um-1'."
            )
        position = match.end()
        if match["gap"]:
            tokens.append((" ", None))
        elif match["mark"]:
            tokens.append((match["mark"], None))
        elif match["one"]:
            tokens.append(("unit", _symbol("1", text)))
        else:
            unit = _symbol(match["symbol"], text)
            power = match["power"] or match["bracketed"]
            if power and not abs(float(power)) <= HIGHEST_POWER:
                raise InputError(f"The unit '{text}' has a power above {HIGHEST_POWER}.")
            tokens.append(("unit", unit ** Fraction(power) if power else unit))
    return tokens


def _symbol(name: str, text: str) -> Unit:
    """One symbol with or without its prefix. Whole symbols win: "min" is the minute, "Pa" the pascal."""
    name = _WORDS.get(name.lower(), name)
    if name in _SYMBOLS:
        factor, dimension, _ = _SYMBOLS[name]
        return Unit(Fraction(factor), dimension, _SHIFTS.get(name, Fraction(0)))
    prefix, base = name[:1], name[1:]
    if prefix in _PREFIXES and base in _SYMBOLS and _SYMBOLS[base][2]:
        factor, dimension, _ = _SYMBOLS[base]
        return Unit(Fraction(_PREFIXES[prefix]) * Fraction(factor), dimension)
    hint = _HINTS.get(name.lower())
    suggestion = f" Did you mean '{hint}'?" if hint else did_you_mean(name, _known_symbols(), cutoff=0.5)
    where = "" if name == text.strip() else f" in '{text}'"
    raise InputError(f"Unknown unit '{name}'{where}.{suggestion}")


def _known_symbols() -> list[str]:
    prefixed = [prefix + name for name, (_, _, takes) in _SYMBOLS.items() if takes for prefix in _PREFIXES]
    return [*_SYMBOLS, *prefixed]


class _Parser:
    """Recursive descent: product = factor (("*" | "/" | " ") factor)*, factor = unit | "(" product ")"."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def whole(self) -> Unit:
        unit = self.product()
        if self.at < len(self.tokens):
            raise self.error("has a ')' too many")
        return unit

    def product(self) -> Unit:
        unit = self.factor()
        divided = False
        while True:
            sign = self.sign()
            if sign is None:
                return unit
            if sign == " " and divided:
                # "J/mol K" means J/(mol K) to one reader and (J/mol) K to the next: ask instead of guessing.
                raise self.error("is ambiguous after its '/'; write it as 'a/(b c)' or 'a/b/c'")
            divided = divided or sign == "/"
            right = self.factor()
            unit = unit * (right ** Fraction(-1) if sign == "/" else right)

    def sign(self) -> str | None:
        """The operator before the next factor, or None at the end of a product."""
        gap = self.skip_gap()
        if self.at == len(self.tokens) or self.tokens[self.at][0] == ")":
            return None
        if self.tokens[self.at][0] in "*/":
            self.at += 1
            return self.tokens[self.at - 1][0]
        if gap or self.tokens[self.at][0] == "(":
            return " "
        raise self.error("runs two units together; put a space, '*' or '/' between them")

    def factor(self) -> Unit:
        self.skip_gap()
        if self.at == len(self.tokens):
            raise self.error("ends where another unit was expected")
        kind, unit = self.tokens[self.at]
        self.at += 1
        if unit is not None:
            return unit
        if kind != "(":
            raise self.error(f"has a '{kind}' where a unit was expected")
        inner = self.product()
        if self.at == len(self.tokens):
            raise self.error("lacks a closing ')'")
        self.at += 1
        return inner

    def skip_gap(self) -> bool:
        gap = self.at < len(self.tokens) and self.tokens[self.at][0] == " "
        self.at += gap
        return gap

    def error(self, what: str) -> HeterofilmError:
        return InputError(f"The unit '{self.text}' {what}.")


def si(unit: str) -> float:
    """What one `unit` is in SI, to multiply or divide arrays and columns by; of a temperature one degree.

    >>> si("uAh/cm2/um")
    36000000.0
    """
    return parse_unit(unit).factor


def parse_quantity(text: str) -> tuple[float, str]:
    """Split ``"-1.5e-3 V"`` or ``"5uA/cm2"`` into its number and its unit text (``"1"`` if none is written).

    Errors: `HeterofilmError` when the number is missing, uses a decimal comma, or the unit is unknown.

    >>> parse_quantity("5uA/cm2")
    (5.0, 'uA/cm2')
    """
    match = _NUMBER.fullmatch(str(text).replace("−", "-"))
    if match is None:
        raise InputError(f"'{text}' is not a quantity: expected a number and a unit, for example '300 nm'.")
    unit = match["unit"] or "1"
    if unit[0] == ",":
        raise InputError(f"Cannot read the number in '{text}'; use a decimal point, for example '3.3 V'.")
    parse_unit(unit)
    return float(match["number"]), unit


def parse_plus_minus(text: str) -> tuple[float, float | None, str]:
    """Number, standard deviation (None without a plus-minus) and unit of a text.

    Errors: `HeterofilmError` as those of `parse_quantity`, and for a plus-minus that cannot be read.

    >>> parse_plus_minus("300 +- 10 nm")
    (300.0, 10.0, 'nm')
    """
    if not _SIGN.search(text):
        value, unit = parse_quantity(text)
        return value, None, unit
    found = _PLUS_MINUS.fullmatch(text.replace("−", "-"))
    if found is None or float(found["sigma"]) < 0.0:
        raise InputError(f"'{text}' cannot be read; write value, one standard deviation and unit, as '300 +- 10 nm'.")
    unit = found["unit"] or "1"
    parse_unit(unit)
    return float(found["value"]), float(found["sigma"]), unit


def to_si(value: float, unit: str) -> float:
    """Turn `value` in `unit` into SI (kg m s A K mol).

    >>> to_si(1.6e-6, "S/cm")
    0.00016
    """
    return _to_si(value, parse_unit(unit))


def from_si(value: float, unit: str) -> float:
    """Turn an SI `value` into `unit`; the inverse of `to_si`."""
    return _from_si(value, parse_unit(unit))


def convert(value: float, unit: str, to: str) -> float:
    """Turn `value` in `unit` into the unit `to`.

    Errors: `HeterofilmError` when the two units measure different things.

    >>> convert(1.0, "mAh/cm2", "C/m2")
    36000.0
    """
    source, target = parse_unit(unit), parse_unit(to)
    if source.dimension != target.dimension:
        raise InputError(
            f"Cannot convert '{unit}' ({_bases(source.dimension)}) to '{to}' ({_bases(target.dimension)}): "
            "they measure different things."
        )
    if not math.isfinite(value):
        return _from_si(_to_si(value, source), target)
    exact = value if source is target else (_exact(value) * source.ratio + source.shift - target.shift) / target.ratio
    return float(exact)


def _exact(value: float) -> Fraction:
    # The shortest decimal that stands for the float is the number its writer meant: 0.1 is one tenth.
    return Fraction(repr(float(value)))


def _to_si(value: float, unit: Unit) -> float:
    if not math.isfinite(value):
        return float(value)
    try:
        return float(_exact(value) * unit.ratio + unit.shift)
    except OverflowError:
        raise InputError(f"{value:g} is more of its unit than a number in SI can hold.") from None


def _from_si(value: float, unit: Unit) -> float:
    if not math.isfinite(value):
        return float(value)
    try:
        return float((_exact(value) - unit.shift) / unit.ratio)
    except OverflowError:
        raise InputError(f"{value:g} in SI is more than a number in this unit can hold.") from None


def _bases(dimension: Dimension) -> str:
    """The SI bases as text, e.g. ``"kg m2 s-3 A-1"`` for the volt; ``"dimensionless"`` for a number."""
    parts = [f"{base}{'' if n == 1 else n}" for base, n in zip(_BASES, dimension, strict=True) if n]
    return " ".join(parts) or "dimensionless"
