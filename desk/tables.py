"""Every table of the desk, with the shop's it refers to."""

from commerce import tables as commerce
from desk.conversations import models as conversations
from desk.escalations import models as escalations

__all__ = ["commerce", "conversations", "escalations"]
