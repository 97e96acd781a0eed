"""Completion scripts of bash, zsh and fish, made of what the commands declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["SHELLS", "Argument", "Node", "Option"]


@dataclass(frozen=True)
class Argument:
    """What may stand at a place: words that are known, and files where `files`."""

    words: tuple[str, ...] = ()
    files: bool = False


@dataclass(frozen=True)
class Option:
    """An option by its names, with its help; `takes` is what follows it, if anything does."""

    names: tuple[str, ...]
    help: str
    takes: Argument | None


@dataclass(frozen=True)
class Node:
    """A command or an action: what it says of itself, what it takes, and its own actions."""

    path: tuple[str, ...]
    help: str
    options: tuple[Option, ...] = ()
    arguments: tuple[Argument, ...] = ()
    inner: tuple[Node, ...] = ()
    many: bool = False  # the last argument may be given again

    def all(self) -> Iterator[Node]:
        """This and all below."""
        yield self
        for one in self.inner:
            yield from one.all()


def bash(root: Node) -> str:
    """The words before say which command it is and which of its arguments is next; one table says what that may be."""
    nodes = list(root.all())
    paths = "|".join(f'"{" ".join(node.path)}"' for node in nodes if node.path)
    takes, values, places = [], [], []
    for node in nodes:
        path = " ".join(node.path)
        for option in node.options:
            if option.takes is not None:
                takes += [f'"{path} {name}"' for name in option.names]
                values += [f'    "{path} {name}") {_bash(option.takes)} ;;' for name in option.names]
        words = [name for option in node.options for name in option.names]
        places.append(f'    "{path} -") words="{" ".join(words)}" ;;')
        if node.inner:
            places.append(f'    "{path} 0") words="{" ".join(one.path[-1] for one in node.inner)}" ;;')
        for k, argument in enumerate(node.arguments):
            again = f'|"{path} "*' if node.many and k == len(node.arguments) - 1 else ""
            places.append(f'    "{path} {k}"{again}) {_bash(argument)} ;;')
    lines = "\n".join
    return f"""# bash completion of heterofilm; made by `heterofilm completion bash`
_heterofilm() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} path= words= files= k count=0 next
  for ((k = 1; k < COMP_CWORD; k++)); do
    next=${{path:+$path }}${{COMP_WORDS[k]}}
    case "$path ${{COMP_WORDS[k-1]}}" in {"|".join(takes)}) continue ;; esac
    case "$next" in {paths}) path=$next; count=0; continue ;; esac
    [[ ${{COMP_WORDS[k]}} == -* ]] || ((count++))
  done
  case "$path $before" in
{lines(values)}
    *) [[ $word == -* ]] && count=-
    case "$path $count" in
{lines(places)}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ $files ]]; then
    compopt -o filenames 2> /dev/null
    COMPREPLY+=($(compgen -f -- "$word"))
  fi
}}
complete -F _heterofilm heterofilm
"""


def _bash(argument: Argument) -> str:
    return f'words="{" ".join(argument.words)}" files={"1" if argument.files else ""}'


def zsh(root: Node) -> str:
    """A function for every command, with its options, arguments and actions as `_arguments` wants them."""
    functions = [_zsh(node) for node in root.all()]
    return (
        "#compdef heterofilm\n# made by `heterofilm completion zsh`\n"
        + "\n".join(functions)
        + (
            '\nif [ "$funcstack[1]" = "_heterofilm" ]; then\n  _heterofilm "$@"\nelse\n'
            "  compdef _heterofilm heterofilm\nfi\n"
        )
    )


def _zsh(node: Node) -> str:
    lines = []
    for option in node.options:
        mark, said = ("" if option.takes is None else f":value:{_zsh_of(option.takes)}"), _zsh_plain(option.help)
        lines += [f"'*{name}[{said}]{mark}'" for name in option.names]
    for k, argument in enumerate(node.arguments, 1):
        place = "*" if node.many and k == len(node.arguments) else str(k)
        lines.append(f"'{place}:argument:{_zsh_of(argument)}'")
    name = "_".join(("_heterofilm", *node.path))
    if not node.inner:
        return f"{name}() {{\n  _arguments -s {' '.join(lines)}\n}}"
    listed = " ".join(f"'{one.path[-1]}:{_zsh_plain(one.help)}'" for one in node.inner)
    cases = "\n".join(f"      {one.path[-1]}) {'_'.join((name, one.path[-1]))} ;;" for one in node.inner)
    return f"""{name}() {{
  local context state state_descr line
  typeset -A opt_args
  _arguments -s -C {" ".join(lines)} '1:command:->command' '*::arguments:->arguments'
  case $state in
    command) local -a known=({listed}); _describe command known ;;
    arguments) case $line[1] in
{cases}
    esac ;;
  esac
}}"""


def _zsh_plain(text: str) -> str:
    return _plain(text).replace("[", "(").replace("]", ")").replace(":", "\\:")


def _zsh_of(argument: Argument) -> str:
    words = f"({' '.join(argument.words)})" if argument.words else ""
    if not argument.files:
        return words or " "
    return f'_alternative "words:name:{words}" "files:file:_files"' if words else "_files"


# by their places: an action may be called like another command
FISH_AT = """function __heterofilm_at --description 'whether the line begins with this command and action'
    set -l words (commandline -poc)
    test (count $words) -gt (count $argv); or return 1
    for k in (seq (count $argv))
        set -l place (math $k + 1)
        test "$words[$place]" = "$argv[$k]"; or return 1
    end
end"""


def fish(root: Node) -> str:
    """A line for every option, action and argument, under the condition that its command has been given."""
    lines = [
        "# fish completion of heterofilm; made by `heterofilm completion fish`",
        FISH_AT,
        "complete -c heterofilm -f",
    ]
    for node in root.all():
        when = "__fish_use_subcommand"
        if node.path:
            when = f"__heterofilm_at {' '.join(node.path)}"
            if node.inner:
                when += f"; and not __fish_seen_subcommand_from {' '.join(one.path[-1] for one in node.inner)}"
        start = f"complete -c heterofilm -n '{when}'"
        lines += [f"{start} -a {one.path[-1]} -d '{_plain(one.help)}'" for one in node.inner]
        for option in node.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            takes = "" if option.takes is None else f" -r{_fish(option.takes)}"
            lines.append(f"{start} {names}{takes} -d '{_plain(option.help)}'")
        lines += [f"{start}{_fish(argument)}" for argument in node.arguments if argument.words or argument.files]
    return "\n".join(lines) + "\n"


def _fish(argument: Argument) -> str:
    words = f" -a '{' '.join(argument.words)}'" if argument.words else ""
    return f"{' -F' if argument.files else ' -f'}{words}"


def _plain(text: str) -> str:
    """Words that stand in quotes of any shell."""
    return " ".join(re.sub("['\"`$]", "", text).split())


SHELLS: dict[str, Callable[[Node], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
