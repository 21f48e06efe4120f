"""Identity tokens: only the shop's own signature over an unexpired claim names a customer."""

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest

from commerce.identity.errors import BadToken
from commerce.identity.service import Identities
from core.database import Database
from tests.commerce import rows
from tests.commerce.conftest import OpenShop

SECRET = "a secret of the shop, long enough to sign with, also by the longer algorithm"
OTHER = "somebody else's secret, also long enough to sign"


@pytest.fixture(autouse=True)
async def _customers(database: Database) -> None:
    await rows.save(
        database,
        rows.customer(),
        rows.customer("cus_guest", email="twice@example.com", guest=True),
        rows.customer("cus_account", email="twice@example.com"),
        rows.customer("cus_two", email="two@example.com"),
        rows.customer("cus_three", email="two@example.com"),
    )


def _token(secret: str = SECRET, algorithm: str = "HS256", lasts: int = 3600, **claims: Any) -> str:
    return jwt.encode({"exp": time.time() + lasts} | claims, secret, algorithm=algorithm)


def _unsigned(**claims: Any) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, {"exp": time.time() + 3600} | claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, ""])


@pytest.mark.parametrize(
    ("claims", "customer_id"),
    [
        ({"sub": "cus_ann"}, "cus_ann"),
        ({"email": "CUS_ann@example.com"}, "cus_ann"),
        ({"sub": "unknown", "email": "cus_ann@example.com"}, "cus_ann"),
        ({"email": "twice@example.com"}, "cus_account"),
        ({"sub": "cus_ann", "lasts": -10}, "cus_ann"),
    ],
)
async def test_a_signed_token_names_its_customer(open_shop: OpenShop, claims: dict[str, Any], customer_id: str) -> None:
    async with open_shop() as shop:
        customer = await Identities(shop).customer_for_identity_token(_token(**claims), SECRET)
    assert customer.id == customer_id


@pytest.mark.parametrize(
    "token",
    [
        _token(OTHER, sub="cus_ann"),
        _token(algorithm="HS512", sub="cus_ann"),
        _unsigned(sub="cus_ann"),
        _token(sub="cus_ann", lasts=-60),
        _token(sub="cus_ann", nbf=time.time() + 3600),
        jwt.encode({"sub": "cus_ann"}, SECRET, algorithm="HS256"),
        _token(sub="nobody"),
        _token(email="nobody@example.com"),
        _token(email="two@example.com"),
        _token(sub=""),
        _token(),
        "not.a.token",
        "",
    ],
    ids=[
        "forged", "other_algorithm", "unsigned", "expired", "not_yet", "without_end", "unknown_sub",
        "unknown_email", "two_customers", "empty_sub", "nobody", "rubbish", "empty",
    ],
)  # fmt: skip
async def test_any_other_token_names_nobody(open_shop: OpenShop, token: str) -> None:
    async with open_shop() as shop:
        with pytest.raises(BadToken) as refused:
            await Identities(shop).customer_for_identity_token(token, SECRET)
    assert refused.value.status_code == 401


async def test_a_shop_without_a_secret_accepts_no_token(open_shop: OpenShop) -> None:
    header, body, _ = _token(sub="cus_ann").split(".")
    digest = hmac.new(b"", f"{header}.{body}".encode(), "sha256").digest()
    signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    async with open_shop() as shop:
        with pytest.raises(BadToken):
            await Identities(shop).customer_for_identity_token(f"{header}.{body}.{signature}", "")
