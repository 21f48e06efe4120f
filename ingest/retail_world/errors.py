"""Why a whole folder is refused. A single record is refused in the report instead."""

from core.errors import Conflict, Invalid


class UnreadableWorld(Invalid):
    """A file is missing, or is not what its name says."""

    code = "unreadable_world"


class WorldCollision(Conflict):
    """Something else changed the same rows at the same time; nothing was loaded."""

    code = "import_collision"

    def __init__(self) -> None:
        super().__init__("The same rows were changed at the same time. Nothing was loaded; run it again.")
