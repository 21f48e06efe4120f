"""How imports name what they load, so that the next file finds it again."""

from collections.abc import Iterable
from urllib.parse import quote

DEFAULT_PLACE = "default"
"""External id of the place that a product export's quantities go to."""


def variant_key(handle: str, values: Iterable[str]) -> str:
    """Names a variant by what stays when its SKU changes: the product's handle and the option values."""
    return "/".join([handle, *(quote(value, safe=" ") for value in values)])
