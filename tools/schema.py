"""Write ``docs/schema.md`` from the models of the library: ``python tools/schema.py``."""

from pathlib import Path

from heterofilm.library.described import schema_page

if __name__ == "__main__":
    (Path(__file__).parent.parent / "docs" / "schema.md").write_text(schema_page(), encoding="utf-8")
