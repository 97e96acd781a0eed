"""The schema's own page and JSON schema: complete, current, and agreeing with the loader."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from heterofilm.cli import main
from heterofilm.library.described import KINDS, json_schema, keys, schema_page
from heterofilm.library.files import DATA, MODELS
from heterofilm.library.value import Entry

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"
OWN = ("cells", "films", "phases", "electrolytes", "anodes")


def test_the_page_is_current() -> None:
    """docs/schema.md is what `python tools/schema.py` writes."""
    assert PAGE.read_text(encoding="utf-8") == schema_page()


def models(model: type[Entry]) -> set[type[Entry]]:
    return {model}.union(*(models(table) for key in keys(model) for table in key.tables))


@pytest.mark.parametrize("model", sorted({m for kind in OWN for m in models(MODELS[kind])}, key=lambda m: m.__name__))
def test_every_key_of_a_cell_has_words(model: type[Entry]) -> None:
    for key in keys(model):
        assert key.words.strip(), f"{model.__name__}.{key.name}"
        assert key.expects, key.name


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_packaged_file_agrees_with_the_json_schema(kind: str) -> None:
    """Keys that must be there are, and no key is there that the schema does not know, at every depth."""
    schema = json_schema(kind)
    json.dumps(schema)

    def check(content: object, sub: dict) -> None:  # type: ignore[type-arg]
        while "$ref" in sub:
            sub = schema["$defs"][sub["$ref"].rsplit("/", 1)[1]]
        if "anyOf" in sub:
            tables = [one for one in sub["anyOf"] if "$ref" in one or one.get("type") == "object"]
            if isinstance(content, dict):
                check(content, tables[0])
            return
        if isinstance(content, dict) and "properties" in sub:
            assert set(content) <= set(sub["properties"]), set(content) - set(sub["properties"])
            assert set(sub.get("required", [])) <= set(content)
            for key, inner in content.items():
                check(inner, sub["properties"][key])
        elif isinstance(content, dict) and isinstance(sub.get("additionalProperties"), dict):
            for inner in content.values():
                check(inner, sub["additionalProperties"])
        elif isinstance(content, list) and "items" in sub:
            for inner in content:
                check(inner, sub["items"])

    for file in (DATA / KINDS[kind]).glob("*.toml"):
        check(tomllib.loads(file.read_text(encoding="utf-8")), schema)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "film"]) == 0
    out = capsys.readouterr().out
    assert "**`thickness`**" in out and "**`area`**" not in out
    assert main(["schema", "--json", "cell"]) == 0
    assert "film" in json.loads(capsys.readouterr().out)["properties"]
    assert main(["schema", "flim"]) == 2
    assert "Did you mean 'film'?" in capsys.readouterr().err
