"""Prints what pyproject.toml asks for, one requirement a line, for pip to read.

The project runs from its folder and is not installed itself, so pip is told its dependencies this way.
"""

import sys
import tomllib
from pathlib import Path


def main() -> None:
    """Print the dependencies, or those of the group named."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    groups = sys.argv[1:]
    wanted = project["dependency-groups"][groups[0]] if groups else project["project"]["dependencies"]
    print("\n".join(wanted))


if __name__ == "__main__":
    main()
