"""The endpoints: what they give, to whom, and how they refuse."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy.exc import OperationalError

from commerce.catalogue.models import Price, Product, Variant
from commerce.orders.models import Order, OrderLine
from commerce.people.models import Customer
from core.clock import FixedClock
from core.database import Database
from tests.web.conftest import ADMIN, SECRET, Serve, Shopfront


def bearer(token: str) -> dict[str, str]:
    """The header that names a session."""
    return {"Authorization": f"Bearer {token}"}


def identity_token(secret: str = SECRET, **claims: Any) -> str:
    """What a shop signs for its customer."""
    return jwt.encode({"exp": datetime.now(UTC) + timedelta(minutes=5), **claims}, secret, "HS256")


@pytest.fixture
async def tent(sqlite_database: Database, clock: FixedClock) -> Product:
    """A product on sale."""
    now = clock.now()
    product = Product(
        id="pro_tent",
        title="Ridge Tent",
        handle="ridge-tent",
        category="Tents",
        source="test",
        external_id="1",
        created_at=now,
        updated_at=now,
    )
    variant = Variant(id="var_1", product_id=product.id, sku="T-1", source="test", external_id="1")
    price = Price(id="pri_1", variant_id="var_1", amount=12900, currency="USD", valid_from=now)
    for row in (product, variant, price):
        async with sqlite_database.transaction() as session:
            session.add(row)
    return product


@pytest.fixture
async def order(sqlite_database: Database, clock: FixedClock, ann: Customer, tent: Product) -> Order:
    """An order of Ann's."""
    placed = Order(
        id="ord_1",
        number="SW-104233",
        customer_id=ann.id,
        total=12900,
        placed_at=clock.now(),
        source="test",
        external_id="1",
    )
    line = OrderLine(
        id="lin_1",
        order_id=placed.id,
        product_id=tent.id,
        variant_id="var_1",
        title=tent.title,
        quantity=1,
        unit_price=12900,
    )
    for row in (placed, line):
        async with sqlite_database.transaction() as session:
            session.add(row)
    return placed


@pytest.fixture
async def anns_token(front: Shopfront, ann: Customer) -> str:
    """A session of Ann's."""
    answer = await front.http.post("/api/sessions", json={"identity_token": identity_token(sub="4711")})
    return str(answer.json()["token"])


async def test_a_visitor_gets_a_session_of_nobodys(front: Shopfront, clock: FixedClock) -> None:
    answer = await front.http.post("/api/sessions")

    body = answer.json()
    assert answer.status_code == 201
    assert body["customer"] is None
    assert datetime.fromisoformat(body["expires_at"]) == clock.now() + timedelta(hours=720)


async def test_a_shop_signs_its_customer_in(front: Shopfront, anns_token: str) -> None:
    answer = await front.http.get("/api/session", headers=bearer(anns_token))

    assert answer.json()["customer"] == {
        "first_name": "Ann",
        "last_name": "Baker",
        "email": "ann@example.com",
        "address": None,
    }


@pytest.mark.parametrize(
    "token",
    [
        identity_token("another secret with more than 32 characters", sub="4711"),
        identity_token(sub="4711", exp=datetime.now(UTC) - timedelta(hours=1)),
        jwt.encode({"sub": "4711"}, SECRET, "HS256"),
        jwt.encode({"sub": "4711", "exp": 99999999999}, "", "none"),
        identity_token(sub="nobody"),
        "nonsense",
    ],
    ids=["forged", "expired", "without an end", "unsigned", "of nobody", "nonsense"],
)
async def test_an_identity_token_that_proves_nothing_opens_nothing(front: Shopfront, ann: Customer, token: str) -> None:
    answer = await front.http.post("/api/sessions", json={"identity_token": token})

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_token")


async def test_a_session_that_was_ended_is_over(front: Shopfront, anns_token: str) -> None:
    assert (await front.http.delete("/api/session", headers=bearer(anns_token))).status_code == 204

    answer = await front.http.get("/api/session", headers=bearer(anns_token))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session_ended")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert (await front.http.delete("/api/session", headers=bearer(anns_token))).status_code == 204


async def test_the_shop_says_what_it_is(front: Shopfront, tent: Product) -> None:
    shop = (await front.http.get("/api/shop")).json()

    assert (shop["name"], shop["currency"], shop["demo"]) == ("The Shop", "USD", True)
    assert shop["categories"] == ["Tents"]
    assert shop["support"]["open"] is True


async def test_products_are_listed_and_shown(front: Shopfront, tent: Product) -> None:
    listed = (await front.http.get("/api/products", params={"category": "Tents"})).json()
    product = (await front.http.get("/api/products/ridge-tent")).json()

    assert [card["handle"] for card in listed["products"]] == ["ridge-tent"]
    assert (listed["total"], listed["page"]) == (1, 1)
    assert (product["title"], product["variants"][0]["price"]) == ("Ridge Tent", 12900)


async def test_a_product_that_does_not_exist_is_not_found(front: Shopfront) -> None:
    answer = await front.http.get("/api/products/nothing")

    assert answer.status_code == 404
    assert answer.json() == {"error": {"code": "product_not_found", "message": "There is no such product."}}


async def test_a_customer_sees_their_orders(front: Shopfront, anns_token: str, order: Order) -> None:
    listed = (await front.http.get("/api/account/orders", headers=bearer(anns_token))).json()
    shown = (await front.http.get("/api/account/orders/SW-104233", headers=bearer(anns_token))).json()

    assert (listed["total"], [row["number"] for row in listed["orders"]]) == (1, ["SW-104233"])
    assert shown["lines"][0]["title"] == "Ridge Tent"
    assert shown["delivery"]["number"] == "SW-104233"


async def test_nobody_sees_somebody_elses_order(
    front: Shopfront, order: Order, sqlite_database: Database, clock: FixedClock
) -> None:
    bob = Customer(id="cus_bob", source="test", external_id="4712", created_at=clock.now())
    async with sqlite_database.transaction() as session:
        session.add(bob)
    opened = await front.http.post("/api/sessions", json={"identity_token": identity_token(sub="4712")})
    headers = bearer(opened.json()["token"])

    theirs = await front.http.get("/api/account/orders/SW-104233", headers=headers)
    none = await front.http.get("/api/account/orders/SW-999999", headers=headers)
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert (await front.http.get("/api/account/orders", headers=headers)).json()["total"] == 0


async def test_orders_need_a_customer(front: Shopfront) -> None:
    without = await front.http.get("/api/account/orders")
    nobodys = await front.http.get("/api/account/orders", headers=bearer(await front.token()))

    assert without.status_code == 401
    assert (nobodys.status_code, nobodys.json()["error"]["code"]) == (403, "sign_in_required")


async def test_the_demo_shop_lets_a_visitor_be_one_of_its_people(front: Shopfront, ann: Customer) -> None:
    people = (await front.http.get("/api/demo/customers")).json()["customers"]
    opened = await front.http.post("/api/demo/sign-in", json={"customer_id": people[0]["id"]})

    assert people == [{"id": "cus_ann", "name": "Ann Baker", "note": "has a parcel that is late"}]
    assert opened.status_code == 201
    assert opened.json()["customer"] == {"first_name": "Ann"}


async def test_the_demo_signs_in_nobody_else(front: Shopfront, ann: Customer) -> None:
    answer = await front.http.post("/api/demo/sign-in", json={"customer_id": "cus_bob"})

    assert answer.status_code == 404


async def test_a_real_shop_has_no_demo_sign_in(serve: Serve, ann: Customer) -> None:
    front = await serve(shop="empty")

    assert (await front.http.get("/api/demo/customers")).status_code == 404
    assert (await front.http.post("/api/demo/sign-in", json={"customer_id": ann.id})).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/nothing", None, 404, "not_found"),
        ("PUT", "/api/shop", None, 405, "method_not_allowed"),
        ("POST", "/api/sessions", '{"identity_token": 5}', 422, "invalid"),
        ("POST", "/api/sessions", '{"unknown": true}', 422, "invalid"),
        ("POST", "/api/sessions", "not JSON", 422, "invalid"),
        ("GET", "/api/products?page=0", None, 422, "invalid"),
        ("GET", "/api/products?q=%00", None, 422, "invalid"),
        ("GET", "/api/products/%00", None, 422, "invalid"),
        ("POST", "/api/sessions", f'{{"identity_token": "{"x" * 70_000}"}}', 413, "too_large"),
    ],
)
async def test_refusals_have_one_shape(
    front: Shopfront, method: str, path: str, body: str | None, status: int, code: str
) -> None:
    answer = await front.http.request(method, path, content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


async def test_a_body_that_hides_its_length_is_bounded_too(front: Shopfront) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    answer = await front.http.post("/api/sessions", content=endless(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413


async def test_a_full_disk_is_said_plainly(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT INTO session", {}, Exception("database or disk is full"))

    monkeypatch.setattr(front.services.database, "transaction", full)
    answer = await front.http.post("/api/sessions")

    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")
    assert "disk is full" in answer.json()["error"]["message"]
    assert "INSERT" not in answer.text


async def test_what_nobody_foresaw_is_named_by_its_trace_and_tells_nothing(
    front: Shopfront, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(front.services.database, "read", broken)
    answer = await front.http.get("/api/shop")

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert answer.headers["x-trace-id"] in answer.json()["error"]["message"]
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/products/ridge-tent", "/account", "/account/orders/SW-1", "/sign-in"])
async def test_pages_run_only_the_shops_own_scripts(front: Shopfront, path: str) -> None:
    answer = await front.http.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_any_shop_may_load_the_widget(front: Shopfront) -> None:
    answer = await front.http.get("/static/storewright-chat.js", headers={"Origin": "https://a.example"})

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in answer.headers["cache-control"]
    again = await front.http.get("/static/storewright-chat.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"])
async def test_nothing_outside_the_static_files_is_served(front: Shopfront, path: str) -> None:
    assert (await front.http.get(path)).status_code == 404


async def test_only_allowed_origins_may_call_the_endpoints(serve: Serve) -> None:
    front = await serve(allowed_origins=["https://shop.example"])
    allowed = await front.http.post("/api/sessions", headers={"Origin": "https://shop.example"})
    other = await front.http.post("/api/sessions", headers={"Origin": "https://elsewhere.example"})
    preflight = await front.http.options(
        "/api/session",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": "authorization",
        },
    )

    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in other.headers
    assert preflight.status_code == 200


async def test_answers_are_not_kept_by_caches(front: Shopfront) -> None:
    assert (await front.http.get("/api/shop")).headers["cache-control"] == "no-store"


async def test_a_server_that_can_work_is_ready(front: Shopfront) -> None:
    assert (await front.http.get("/livez")).status_code == 200
    ready = await front.http.get("/readyz")

    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": True})


async def test_a_server_that_cannot_work_says_what_fails(front: Shopfront) -> None:
    async def broken() -> None:
        raise ConnectionError("no Chroma at 10.0.0.1")

    front.services.readiness["chroma"] = broken  # type: ignore[index]
    ready = await front.http.get("/readyz")

    assert (ready.status_code, ready.json()["failed"]) == (503, ["chroma"])
    assert "10.0.0.1" not in ready.text
    assert (await front.http.get("/livez")).status_code == 200


async def test_metrics_count_open_sockets(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        metrics = (await front.http.get("/metrics")).text

    assert 'storewright_sockets{kind="chat"} 1.0' in metrics


async def test_what_is_large_travels_compressed(front: Shopfront) -> None:
    answer = await front.http.get("/static/storewright-chat.js", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("token", ["guessed", ADMIN + "x"])
async def test_a_command_needs_the_servers_own_token(front: Shopfront, token: str) -> None:
    answer = await front.http.post("/api/admin/import/products", content="", headers=bearer(token))

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


async def test_a_command_may_send_a_large_file(front: Shopfront) -> None:
    header = "Handle,Title,Variant SKU,Variant Price\n"
    rows = "".join(f"mug-{n},Mug {n},MUG-{n},9.50\n" for n in range(4000))
    answer = await front.http.post(
        "/api/admin/import/products", content=header + rows, headers=bearer(ADMIN), timeout=60
    )

    assert len(header + rows) > 64 * 1024
    assert answer.status_code == 200
    assert (await front.http.get("/api/products")).json()["total"] == 4000
