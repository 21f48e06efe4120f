"""Why a whole file is refused. A single row is refused in the report instead."""

from core.errors import Conflict, Invalid


class UnreadableFile(Invalid):
    """The file is not the export it should be."""

    code = "unreadable_file"


class ImportCollision(Conflict):
    """Something else changed the same rows at the same time; nothing was loaded."""

    code = "import_collision"

    def __init__(self) -> None:
        super().__init__("The same rows were changed at the same time. Nothing was loaded; run it again.")


class DemoShop(Conflict):
    """The demo shop is in the database: nobody's own shop is mixed with it."""

    code = "demo_shop"

    def __init__(self) -> None:
        super().__init__("This data folder holds the demo shop. Choose another for a shop of your own: DATA=my-shop.")
