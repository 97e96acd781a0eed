"""Completion: what each shell offers at a place is what the commands declare there."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest

from heterofilm import cli
from heterofilm.commands import commands, completion
from heterofilm.commands.completion_scripts import SHELLS, Argument, Node, Option, fish
from heterofilm.library import names
from heterofilm.library.template import KINDS
from heterofilm.protocol import ready_made


@pytest.fixture(scope="module")
def tree() -> Node:
    return completion.tree()


@pytest.fixture(scope="module")
def scripts(tree: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shells")
    for shell, made in SHELLS.items():
        (folder / shell).write_text(made(tree))
    (folder / "measured.csv").write_text("")
    return folder


def _bash(scripts: Path, asked: list[list[str]]) -> list[set[str]]:
    """What bash offers after each list of words, the last of which is begun."""
    questions = "\n".join(
        f"COMP_WORDS=({' '.join(map(repr, words))}); COMP_CWORD={len(words) - 1}; COMPREPLY=(); _heterofilm; "
        'echo "${COMPREPLY[*]}"'
        for words in asked
    )
    said = subprocess.run(
        ["bash", "-c", f"source ./bash; {questions}"], cwd=scripts, capture_output=True, text=True, check=True
    )
    assert said.stderr == ""
    return [set(line.split()) for line in said.stdout.split("\n")[: len(asked)]]


def _fish(scripts: Path, asked: list[str]) -> list[set[str]]:
    questions = "\n".join(f"complete -C '{line}'; echo ---" for line in asked)
    said = subprocess.run(
        ["fish", "--no-config", "-c", f"source ./fish; {questions}"],
        cwd=scripts,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stderr == ""
    parts = said.stdout.split("---\n")
    return [{line.split("\t")[0] for line in part.splitlines()} for part in parts[: len(asked)]]


def test_the_tree_holds_what_is_declared(tree: Node) -> None:
    """Every command, and every option of it that its help shows."""
    assert {one.path[0] for one in tree.inner} == set(commands())
    parsers = next(a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    for one in tree.inner:
        parsers[one.path[0]].ready()
        shown = {
            name for a in parsers[one.path[0]]._actions if a.help != argparse.SUPPRESS for name in a.option_strings
        }
        assert {name for option in one.options for name in option.names} == shown
        assert one.inner or "--json" in shown


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_offers_the_options_of_every_command(tree: Node, scripts: Path) -> None:
    """At every command and action: its options after a dash, its actions, and nothing of others."""
    nodes = list(tree.all())
    found = _bash(scripts, [["heterofilm", *node.path, "-"] for node in nodes])
    for node, offered in zip(nodes, found, strict=True):
        assert offered == {name for option in node.options for name in option.names}, node.path
    found = _bash(scripts, [["heterofilm", *node.path, ""] for node in nodes if node.inner])
    assert found == [{one.path[-1] for one in node.inner} for node in nodes if node.inner]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_counts_arguments_and_knows_names(scripts: Path) -> None:
    """The first argument of `simulate` is a cell, the second a protocol, wherever options with values stand."""
    cells, protocols = set(names("cells")), set(ready_made())
    beside = {"bash", "zsh", "fish", "measured.csv"}
    first, second, after, value, begun, many, kinds = _bash(
        scripts,
        [
            ["heterofilm", "simulate", ""],
            ["heterofilm", "simulate", "vo-half", ""],
            ["heterofilm", "simulate", "--out", "x.nc", "--fresh", "vo-half", ""],
            ["heterofilm", "simulate", "--plot", ""],
            ["heterofilm", "simulate", "vo-h"],
            ["heterofilm", "cycles", "a.nc", "b.nc", "m"],
            ["heterofilm", "new", ""],
        ],
    )
    assert first == cells | beside and second == after == protocols | beside
    assert value == beside and begun == {"vo-half"} and many == {"measured.csv"}
    assert kinds == set(KINDS)


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish_offers_the_options_of_every_command(tree: Node, scripts: Path) -> None:
    nodes = [node for node in tree.all() if node.path]
    found = _fish(scripts, [f"heterofilm {' '.join(node.path)} --" for node in nodes])
    for node, offered in zip(nodes, found, strict=True):
        assert offered == {n for option in node.options for n in option.names if n.startswith("--")}, node.path
    first, cells = _fish(scripts, ["heterofilm ", "heterofilm simulate vo-"])
    assert first >= set(commands()) and cells == {name for name in names("cells") if name.startswith("vo-")}


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
def test_zsh_reads_its_script(tree: Node, scripts: Path) -> None:
    """The script loads where completions are on, and defines a function for every command."""
    code = (
        "autoload -Uz compinit && compinit -D && source ./zsh && print -l ${(k)functions} && print $_comps[heterofilm]"
    )
    said = subprocess.run(["zsh", "-f", "-c", code], cwd=scripts, capture_output=True, text=True, check=True)
    assert said.stderr == ""
    made = set(said.stdout.split())
    assert {"_".join(("_heterofilm", *node.path)) for node in tree.all()} <= made


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_its_script(shell: str, scripts: Path) -> None:
    """No error of syntax."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    assert subprocess.run([shell, "-n", shell], cwd=scripts, capture_output=True, text=True).stderr == ""


def test_quotes_in_a_help_do_not_leave_it() -> None:
    """What would end a quotation or be run by a shell is left out of the words."""
    node = Node(("a",), "say 'no' $(rm)", (Option(("--b",), 'of `c` "d"', Argument(("e",))),))
    text = fish(Node((), "", inner=(node,)))
    assert "say no (rm)" in text and "of c d" in text and "$(" not in text


def test_only_known_shells(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["completion", "tcsh"])
    assert "bash" in capsys.readouterr().err
    assert cli.main(["completion", "fish"]) == 0 and "complete -c heterofilm" in capsys.readouterr().out
