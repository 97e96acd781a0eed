"""Every word of the protocol language, in one place: the grammar, its suggestions and its errors are made from it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .quantities import LimitKind

Kind = Literal["discharge", "charge", "rest", "hold", "sweep"]
LoopKind = Literal["loop", "titration", "voltammogram"]


class StepKind(NamedTuple):
    """A kind of step: what its set point may be, at what it may end, how one is written.

    ``window``: without a limit it ends at the cut-off of the cell. ``end``: a limit it could be given otherwise.
    """

    holds: tuple[str, ...]
    limits: tuple[LimitKind, ...]
    example: str
    window: bool = False
    end: str = ""


STEP_KINDS: dict[Kind, StepKind] = {
    "discharge": StepKind(
        ("current", "power", "resistance"), ("voltage", "time", "capacity", "slope", "current"),
        "Discharge at 5 uA/cm2 until 3 V", window=True,
    ),
    "charge": StepKind(
        ("current", "power"), ("voltage", "time", "capacity", "slope", "current"), "Charge at 5 uA/cm2 until 3 V",
        window=True,
    ),
    "rest": StepKind((), ("voltage", "time", "slope"), "Rest for 30 min", end="for 30 min"),
    "hold": StepKind(
        ("voltage",), ("time", "capacity", "current"), "Hold at 3.8 V until 0.5 uA/cm2", end="until 0.5 uA/cm2"
    ),
    "sweep": StepKind(("voltage",), ("time", "current", "capacity"), "Sweep to 2.15 V at 0.5 mV/s"),
}  # fmt: skip

LOAD_QUANTITIES = ("current", "power", "voltage")
"""What a load may impose."""

LABELS: dict[LoopKind, str] = {"titration": "GITT", "voltammogram": "CV"}
"""What the rows of a loop of a certain kind are labelled; no other loop may take these labels."""


class Word(NamedTuple):
    """A word: its terminal in the grammar, its pattern (upper and lower case alike), and what sentences call it.

    ``spelled``: what a slip may have meant. ``ends_value``: a number and its unit are over where it stands.
    """

    terminal: str
    pattern: str
    expected: str = ""
    spelled: str = ""
    ends_value: bool = False


_PLAIN = [kind for kind in STEP_KINDS if kind != "sweep"]  # written without 'to'

WORDS = (
    Word("KIND.2", rf"(?:{'|'.join(_PLAIN)})\b", "a step such as 'Discharge', 'Charge', 'Rest' or 'Hold'",
         " ".join(_PLAIN), True),
    Word("SWEEP.2", r"sweep\s+to\b", spelled="sweep to"),
    Word("CV.2", r"cv\s+(?:between\b|from\b)", spelled="cv between"),
    Word("GITT.2", r"gitt\b:?", spelled="gitt"),
    Word("PULSE.2", r"pulses?\b", spelled="pulse"),
    Word("RAMP.2", r"ramp\b", spelled="ramp"),
    Word("EIS.2", r"(?:eis|impedance)\b", spelled="eis"),
    Word("FOLLOW.2", r"(?:follow|run)\b", spelled="follow"),
    Word("QUANTITY.2", rf"(?:{'|'.join(LOAD_QUANTITIES)})\b"),
    Word("SET.2", r"set\s+temperature\s+to\b", spelled="set temperature"),
    Word("SOAK.2", r"soak\b", spelled="soak"),
    Word("LABEL.3", r"[^\W\d][\w\-]*[ \t]*:(?!\s*\/)"),
    Word("COUNT.2", r"-?\d+\s*(?:x|×|times\b:?)|repeat\s+-?\d+\s*(?:x|×|times\b)?\s*:?|repeat(?=\s+until\b)",
         "a loop such as '3 x (...)'", "repeat times"),
    Word("PATH.2", r'"[^"\n]*"', "a file name in double quotes"),
    Word("_AT.2", r"at\b", "'at' and a current (or power, resistance, voltage)", "at", True),
    Word("_AND.2", r"(?:and|to)\b", "'and' and a voltage", "and to", True),
    Word("_FROM.2", r"from\b", spelled="from", ends_value=True),
    Word("_TO.2", r"to\b", "'to' and a frequency", "to", True),
    Word("_WITH.2", r"with\b", spelled="with", ends_value=True),
    Word("_OF.2", r"of\b", spelled="of"),
    Word("_OR.2", r"or\b", spelled="or", ends_value=True),
    Word("_COMMA.2", r",(?:\s*and\b)?|and\b|then\b", spelled="then", ends_value=True),
    Word("FOR.2", r"for\b", "'for' and a time", "for", True),
    Word("_EVERY.2", r"every\b", "'every' and a time", "every", True),
    Word("UNTIL.2", r"until\b", "'until' and a limit", "until", True),
    Word("SLOPE.2", r"\|?dV\/dt\|?\s*(?:<|below\b)"),
    Word("_OPEN", r"\(", "'(' around the steps of the loop"),
    Word("_CLOSE", r"\)", "')'"),
    Word("_SEPARATOR", r"[;\n]", "the end of the step"),
)  # fmt: skip

VALUE = "a number and a unit"


def name(word: Word) -> str:
    """Its terminal without the priority."""
    return word.terminal.partition(".")[0]


EXPECTED = {name(word): word.expected for word in WORDS if word.expected} | {"VALUE": VALUE}
"""What the grammar may have been waiting for, in the words of the user."""

SPELLED = tuple(dict.fromkeys(part for word in WORDS for part in word.spelled.split()))
"""All words, for suggestions."""

ENDS_VALUE = tuple(dict.fromkeys(part for word in WORDS if word.ends_value for part in word.spelled.split()))
"""Words that are no part of a number and its unit."""

# A value is left to `quantities`, which knows units and says what is wrong with one. To the grammar it
# is a word, further words that start like a unit ("uAh cm-2 um-1"), and brackets only after a slash ("/(cm2
# um)"), because a lone bracket belongs to a loop.
_KEEP = rf"(?!(?:{'|'.join(ENDS_VALUE)})\b)"
_PART = r"(?:\/\([^()\n;#]*\)|,(?=\d)|[^\s;(),#])+"
_VALUE = rf"C\s*\/\s*[\d.]+(?:[ \t]*h\b)?|{_KEEP}{_PART}(?:[ \t]+{_KEEP}(?=[^\W\d]|[%°*\/·]){_PART})*"

_RULES = r"""
start: body
body: (item? _SEPARATOR)* item?
?item: step | sweep | cv | gitt | pulse | ramp | eis | load | temperature | soak | loop
step: KIND [_AT VALUE] limit*
limit: _OR? (FOR | UNTIL) SLOPE? VALUE
sweep: SWEEP VALUE _AT VALUE limit*
cv: CV VALUE _AND VALUE _AT VALUE (FOR VALUE)?
gitt: GITT KIND _AT VALUE limit+ _COMMA? KIND limit+ (_COMMA UNTIL VALUE)?
pulse: PULSE KIND? _AT VALUE FOR VALUE _EVERY VALUE (FOR VALUE)? (UNTIL VALUE)?
ramp: RAMP KIND? _FROM VALUE _TO VALUE limit*
eis: EIS (_FROM VALUE _TO VALUE)? (_WITH VALUE)?
load: FOLLOW (QUANTITY _OF)? PATH limit*
temperature: SET VALUE
soak: SOAK _AT VALUE limit*
loop: LABEL? COUNT (UNTIL VALUE)? _OPEN body _CLOSE
"""

GRAMMAR = "\n".join([
    _RULES,
    *(f"{word.terminal}: /{word.pattern}/i" for word in WORDS),
    f"VALUE: /{_VALUE}/i",
    r"%ignore /[ \t\r]+|#[^\n]*/",
])  # fmt: skip
