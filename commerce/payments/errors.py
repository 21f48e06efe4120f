"""Refusals about money."""

from core.errors import Refused, StorewrightError


class Unbalanced(StorewrightError):
    """A booking whose sides do not add up to zero; it is never written."""

    code = "unbalanced"


class NotEnoughBalance(Refused):
    """A gift card holds less than it should pay."""

    code = "not_enough_balance"
