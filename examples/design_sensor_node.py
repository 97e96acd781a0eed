"""From a load to film and area: which LiCoO2 cell feeds 20 uW and holds 100 uWh, small or with little material.

A thick film on a small area takes more LiCoO2, since less of it is used at the rate that the load asks for. The same
from a shell: `heterofilm design sensor_node.toml --plot front.png`.
"""

import tomllib
from pathlib import Path

import heterofilm as hf


def main(most: int = 80) -> hf.Designed:
    """Print the front and the thinnest film of it."""
    study = tomllib.loads((Path(__file__).parent / "sensor_node.toml").read_text()) | {"most": most}
    found = hf.design(study)
    print(found.best)
    print(*found.notes, sep="\n")
    return found


if __name__ == "__main__":
    main()
