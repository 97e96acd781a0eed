"""`read`: recognition by content, and one sentence for everything that goes wrong."""

from pathlib import Path

import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Format, Measurement, known_formats, read, read_all, reading, recognise


class Panic(BaseException):
    """What a library written in Rust raises when it gives up: no Exception."""


def one(read_it: object, recognises: object = lambda head: head.bytes.startswith(b"TEST")) -> Format:
    return Format("test", (".x",), ("table",), recognises, read_it)  # type: ignore[arg-type]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def use(*chosen: Format) -> Path:
        monkeypatch.setattr(reading, "formats", lambda: chosen)
        path = tmp_path / "a.x"
        path.write_bytes(b"TEST")
        return path

    return use


def tables(*names: str) -> list[Measurement]:
    return [Measurement("table", name, pl.DataFrame({"x": [1]})) for name in names]


def raising(error: BaseException):
    def read_it(path: Path) -> list[Measurement]:
        raise error

    return read_it


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (HeterofilmError("it is odd."), "it is odd"),
        (HeterofilmError("it says '\x1b[31m\nred'."), r"it says '\\x1b\[31m red'"),
        (HeterofilmError("long " * 10_000), r"long +\.\.\."),
        (ValueError("first line\nsecond line"), "damaged or cut short \\(first line\\)"),
        (IndexError(), "IndexError"),
        (MemoryError(), "more data than memory"),
        (RecursionError("deep"), "deep"),
        (Panic("rust"), "damaged or cut short \\(rust\\)"),
    ],
)
def test_whatever_a_reader_raises_is_one_sentence(error: BaseException, said: str, known) -> None:
    path = known(one(raising(error)))
    with pytest.raises(HeterofilmError, match=said) as caught:
        read(path)
    assert (
        str(caught.value).isprintable()
        and len(str(caught.value)) < 1000
        and str(path) in str(caught.value)
        and "test" in str(caught.value)
    )


def test_an_interrupt_is_passed_on(known) -> None:
    with pytest.raises(KeyboardInterrupt):
        read(known(one(raising(KeyboardInterrupt()))))


def test_a_format_that_chokes_on_a_file_does_not_know_it(known) -> None:
    def choke(head: object) -> bool:
        raise Panic("x")

    path = known(one(lambda path: tables("wrong"), choke), one(lambda path: tables("right")))
    assert read(path).name == "right"


def test_of_several_one_is_chosen(known) -> None:
    path = known(one(lambda path: tables("C 1s", "O 1s")))
    assert [m.name for m in read_all(path)] == ["C 1s", "O 1s"]
    assert read(path, "O 1s").name == read(path, 2).name == "O 1s"
    assert read(path, 1).format == "test" and read(path, 1).path == path
    for part, said in (
        (None, "holds 2 measurements"),
        (3, "no measurement 3"),
        (0, "no measurement 0"),
        ("O 2s", "Did you mean 'O 1s'"),
    ):
        with pytest.raises(HeterofilmError, match=said):
            read(path, part)


def test_no_measurement_and_an_unknown_format_are_refused(known) -> None:
    path = known(one(lambda path: []))
    with pytest.raises(HeterofilmError, match="holds no measurement"):
        read(path)
    with pytest.raises(HeterofilmError, match="Did you mean 'test'"):
        read(path, format="tset")


@pytest.mark.parametrize(
    ("raw", "said"), [(b"plain words", "text, but of no known layout"), (bytes(range(256)), "binary, and of no known")]
)
def test_an_unknown_file_says_what_to_do(raw: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(raw)
    with pytest.raises(HeterofilmError, match=said):
        recognise(path)


def test_formats_are_well_made() -> None:
    """Names are unique and in the order of rank; suffixes are lower case with their dot."""
    found = known_formats()
    assert len({f.name for f in found}) == len(found)
    assert [f.rank for f in found] == sorted(f.rank for f in found)
    assert all(s.startswith(".") and s == s.lower() for f in found for s in f.suffixes)


def test_content_decides_and_not_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr"
    path.write_text("Time/s,Ecell/V,I/mA\n0,3,1\n1,3.1,1\n")
    assert recognise(path).name == "csv of time, voltage and current"
