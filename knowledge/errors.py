"""What can go wrong between the shop and its knowledge."""

from core.errors import StorewrightError


class KnowledgeUnavailable(StorewrightError):
    """The vector store does not answer."""

    status_code = 503
    code = "knowledge_unavailable"

    def __init__(self) -> None:
        super().__init__("The store of policies and products does not answer.")
