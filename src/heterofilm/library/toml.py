"""Library files are TOML from anyone: bounded, and every fault one sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import FileFormatError, InputError
from ..files import read_file

__all__ = ["model_of", "read_toml", "sentence", "stamp_of"]

MAX_BYTES = 1_000_000


def stamp_of(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no name of a file"
        raise FileFormatError(f"File {file} cannot be read ({reason}); check the path.") from None
    return status.st_mtime_ns, status.st_size


DEEPEST = 40  # dots of a key, which the parser of Python works through in the square of their number
_KEY = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP = re.compile(rf"(?:^|[{{,\[])[ \t]*+(?:{_KEY}[ \t]*+\.[ \t]*+){{{DEEPEST}}}", re.MULTILINE)


def read_toml(file: Path, noun: str = "file") -> dict[str, Any]:
    """The content of a TOML file; `noun`: what it is called. A mark at its head (BOM) is skipped.

    Errors: `FileFormatError` for a file that is missing, no plain file, larger than 1 MB, no UTF-8 or no TOML.
    """
    what = f"File {file.name}" if noun == "file" else f"The {noun} '{file}'"
    raw = read_file(file, MAX_BYTES, noun)
    try:
        text = raw.decode("utf-8-sig")
        if _DEEP.search(text):
            raise FileFormatError(f"{what} is not usable TOML: it has a key of more than {DEEPEST} parts; correct it.")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{what} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise FileFormatError(f"{what} is not valid TOML: {error}; correct that place.") from None
    except RecursionError:
        raise FileFormatError(f"{what} is not usable TOML: its brackets nest too deeply; correct it.") from None
    except ValueError as error:
        raise FileFormatError(f"{what} is not usable TOML: {error}; correct it.") from None


Model = TypeVar("Model", bound=BaseModel)


def model_of(given: Model | Mapping[str, Any] | str | Path, kind: type[Model], word: str) -> tuple[Model, Path]:
    """What a TOML file, a dictionary of its content or a model says as `kind`, and the folder its files are relative
    to; `word`: what it is called.

    Errors: `HeterofilmError` in one sentence that names every fault.
    """
    if isinstance(given, kind):
        return given, Path()
    if isinstance(given, str | Path):
        path = Path(given)
        content, what, folder = read_toml(path, word), f"The {word} '{path}'", path.parent
    elif isinstance(given, Mapping):
        content, what, folder = dict(given), f"The {word}", Path()
    else:
        raise InputError(
            f"A {word} is a TOML file, a dictionary of its content, or a {kind.__name__}, not {given!r:.60}."
        )
    try:
        return kind.model_validate(content), folder
    except ValidationError as error:
        raise InputError(sentence(error, what)) from None


MOST = 12  # faults that are told


def sentence(error: ValidationError, what: str) -> str:
    """One sentence from pydantic's list: which file, every key at fault, what is wrong, what to do."""
    problems = error.errors(include_url=False, include_context=False)
    told = [_told(dict(problem)) for problem in problems]
    if len(told) == 1:
        key, message = told[0]
        where = f"{what}, key '{key}'" if key else what
        return f"{where}: {message}" + ("" if message.endswith("?") else ".")
    parts = [f"key '{key}': {message}" if key else message for key, message in told[:MOST]]
    more = f"; and {len(told) - MOST} more" if len(told) > MOST else ""
    return f"{what} has {len(told)} faults: {'; '.join(parts)}{more}."


def _told(problem: dict[str, Any]) -> tuple[str, str]:
    """Key and message of one fault."""
    kind, message = problem["type"], problem["msg"].removeprefix("Value error, ")
    if kind == "missing":
        message = "is missing; add it"
    elif kind == "string_pattern_mismatch":
        message = f"expected a name without dots and spaces, got {_short(problem['input'])}"
    elif kind == "model_type":
        message = f'expected a table or a text such as "300 nm", got {_short(problem["input"])}'
    elif kind != "value_error":
        message = message.replace("Input should be", "expected").replace("Input", "it")
        message = f"{message[:1].lower()}{message[1:]}, got {_short(problem['input'])}"
    return ".".join(str(part) for part in problem["loc"]), message.rstrip(".")


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."
