"""Refusals about money."""

from core.errors import StorewrightError


class Unbalanced(StorewrightError):
    """A booking whose sides do not add up to zero; it is never written."""

    code = "unbalanced"
