"""What can stand in the way of a conversation.

Forbidden
└── NotYourConversation      somebody else's, or none at all: the two look the same from outside
Conflict
├── LeaseLost                another run has taken the conversation since
└── AlreadyTaken             the client's message is in the log; carries its sequence
StorewrightError
└── TooSlow                  a reader fell too far behind what is published
"""

from core.errors import Conflict, Forbidden, StorewrightError


class NotYourConversation(Forbidden):
    """The conversation belongs to somebody else, or does not exist."""

    def __init__(self) -> None:
        super().__init__("This conversation belongs to somebody else.")


class LeaseLost(Conflict):
    """A newer run writes this conversation; whatever the older one still has to say is dropped."""

    code = "lease_lost"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Another run has taken over the conversation {conversation_id}.")


class AlreadyTaken(Conflict):
    """A message with this client's id is in the log already."""

    code = "already_taken"

    def __init__(self, seq: int) -> None:
        super().__init__("This message has been received already.")
        self.seq = seq
        """Where it stands in the log."""


class TooSlow(StorewrightError):
    """A reader fell too far behind."""

    code = "too_slow"

    def __init__(self) -> None:
        super().__init__("The connection is too slow for what is sent.")
