"""Where the app may listen: this machine alone, unless the user says otherwise; every other wish is one sentence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from heterofilm.app.server.serve import serve
from heterofilm.cli import main
from heterofilm.errors import InputError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "my-machine.example", ""])
def test_other_machines_are_let_in_by_word_alone(host: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--others"):
        serve(tmp_path / "p", host, show=False)
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_flag_without_effect_is_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no effect"):
        serve(tmp_path / "p", host, others=True, show=False)


def test_a_port_that_cannot_be_had_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("nicegui", reason="the extra 'app' is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="Cannot listen"):
            serve(tmp_path / "p", port=taken.getsockname()[1], show=False)
    with pytest.raises(InputError, match="no port"):
        serve(tmp_path / "p", port=70_000, show=False)
    assert not (tmp_path / "p").exists()


def test_on_the_command_line_a_refusal_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", str(tmp_path / "p"), "--host", "0.0.0.0", "--no-browser"]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1 and said[0].startswith("heterofilm: ")
    assert main(["app", str(tmp_path / "p"), "--json"]) == 2
