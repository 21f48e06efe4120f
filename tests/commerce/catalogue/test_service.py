"""The catalogue as shoppers see it: today's price, today's stock, what is on sale."""

import pytest

from commerce.catalogue.errors import ProductNotFound
from commerce.catalogue.models import Review, StockPolicy
from commerce.catalogue.service import Catalogue
from core.database import Database
from tests.commerce import rows
from tests.commerce.conftest import OpenShop


@pytest.fixture(autouse=True)
async def _shelf(database: Database) -> None:
    await rows.save(
        database, *rows.shelf(), rows.customer(),
        rows.variant("var_red", options={"Color": "Red"}, position=2), rows.price("var_red", 11900, compare_at=14900),
    )  # fmt: skip


async def test_the_latest_price_in_force_on_the_channel_wins(database: Database, open_shop: OpenShop) -> None:
    await rows.save(
        database,
        rows.price(amount=12500, valid_from=rows.moment(-60), valid_to=rows.moment(-30)),
        rows.price(amount=11000, valid_from=rows.moment(-5), valid_to=rows.moment(5)),
        rows.price(amount=11500, valid_from=rows.moment(-20)),
        rows.price(amount=9000, valid_from=rows.moment(1)),
        rows.price(amount=8000, valid_from=rows.moment(-1), channel="store"),
    )
    async with open_shop() as shop:
        web = await Catalogue(shop).product("tent")
        store = await Catalogue(shop, channel="store").product("tent")
    assert [variant.price for variant in web.variants] == [11000, 11900]
    assert [(variant.id, variant.price) for variant in store.variants] == [("var_blue", 8000)]


async def test_a_price_ends_at_its_moment(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, rows.price(amount=11000, valid_from=rows.moment(-5), valid_to=rows.NOW))
    async with open_shop() as shop:
        assert (await Catalogue(shop).product("prd_tent")).variants[0].price == 12900


async def test_available_is_what_is_free_in_active_places(database: Database, open_shop: OpenShop) -> None:
    await rows.save(
        database,
        rows.level(on_hand=5, reserved=2),
        rows.place("loc_boulder", kind="store"), rows.level("loc_boulder", on_hand=4, reserved=4),
        rows.place("loc_shut", active=False), rows.level("loc_shut", on_hand=70),
    )  # fmt: skip
    async with open_shop() as shop:
        product = await Catalogue(shop).product("tent")
        places = await Catalogue(shop).availability("var_blue")
    assert [(v.available, v.in_stock) for v in product.variants] == [(3, True), (0, False)]
    assert [(place.name, place.kind, place.available) for place in places] == [
        ("Denver", "distribution_centre", 3),
        ("Boulder", "store", 0),
    ]


async def test_of_what_is_not_counted_there_is_no_number(database: Database, open_shop: OpenShop) -> None:
    await rows.save(
        database,
        rows.variant("var_gift", stock=StockPolicy.always), rows.price("var_gift"), rows.level(variant_id="var_gift"),
        rows.variant("var_off", stock=StockPolicy.never), rows.price("var_off"),
    )  # fmt: skip
    async with open_shop() as shop:
        variants = {each.id: each for each in (await Catalogue(shop).product("tent")).variants}
    assert [(variants[each].available, variants[each].in_stock) for each in ("var_gift", "var_off")] == [
        (None, True),
        (None, False),
    ]


async def test_what_is_not_on_sale_is_not_shown(database: Database, open_shop: OpenShop) -> None:
    await rows.save(
        database,
        rows.variant("var_old", active=False), rows.price("var_old", 1),
        rows.variant("var_priceless"),
        rows.product("prd_gone", status="archived"), rows.variant("var_gone", "prd_gone"), rows.price("var_gone"),
        rows.product("prd_bare"),
    )  # fmt: skip
    async with open_shop() as shop:
        assert [v.id for v in (await Catalogue(shop).product("tent")).variants] == ["var_blue", "var_red"]
        assert [card.id for card in await Catalogue(shop).cards(["prd_gone", "prd_tent", "prd_bare"])] == ["prd_tent"]
        assert (await Catalogue(shop).browse()).total == 1
        for handle in ("gone", "prd_gone", "nothing", "te\x00nt?"):
            with pytest.raises(ProductNotFound):
                await Catalogue(shop).product(handle)


async def test_reviews_and_their_mean_come_with_the_product(database: Database, open_shop: OpenShop) -> None:
    for i, (rating, by) in enumerate([(5, "cus_ann"), (4, None), (4, None)]):
        review = Review(id=f"rev_{i}", product_id="prd_tent", customer_id=by, rating=rating, title=f"T{i}",
                        source="test", external_id=str(i), created_at=rows.moment(-i))  # fmt: skip
        await rows.save(database, review)
    async with open_shop() as shop:
        product = await Catalogue(shop).product("tent")
        rest = await Catalogue(shop).reviews("prd_tent", limit=5, offset=2)
    assert (product.rating.average, product.rating.count) == (4.33, 3)
    assert [(review.title, review.author) for review in product.reviews] == [("T0", "Ann B."), ("T1", ""), ("T2", "")]
    assert [review.title for review in rest] == ["T2"]


async def test_a_card_shows_the_cheapest_variant_in_stock(database: Database, open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        (sold_out,) = await Catalogue(shop).cards(["prd_tent"])
    await rows.save(database, rows.level(on_hand=1))
    async with open_shop() as shop:
        (card,) = await Catalogue(shop).cards(["prd_tent"])
    assert (sold_out.price, sold_out.compare_at, sold_out.in_stock) == (11900, 14900, False)
    assert (card.price, card.compare_at, card.in_stock) == (12900, None, True)
    assert card.options == {"Color": ["Blue", "Red"]}


async def _more(database: Database) -> None:
    for name, title, category in [
        ("lamp", "Camp Lamp 100%", "Lights"),
        ("pole", "Tent Pole", "Parts"),
        ("peg", "Peg", "Parts"),
    ]:
        await rows.save(
            database, rows.product(f"prd_{name}", title=title, category=category, description="For every tent."),
            rows.variant(f"var_{name}", f"prd_{name}"), rows.price(f"var_{name}", 500),
        )  # fmt: skip


async def test_cards_keep_the_order_asked_for(database: Database, open_shop: OpenShop) -> None:
    await _more(database)
    wanted = ["prd_pole", "prd_tent", "prd_none", "prd_lamp", "prd_pole"]
    async with open_shop() as shop:
        assert [card.id for card in await Catalogue(shop).cards(wanted)] == ["prd_pole", "prd_tent", "prd_lamp"]


@pytest.mark.parametrize(
    ("category", "q", "found"),
    [
        ("", "", ["Camp Lamp 100%", "Peg", "Ridgeline Tent", "Tent Pole"]),
        ("parts", "", ["Peg", "Tent Pole"]),
        ("", "TENT", ["Ridgeline Tent", "Tent Pole", "Camp Lamp 100%", "Peg"]),
        ("", "tent pole", ["Tent Pole"]),
        ("Parts", "every", ["Peg", "Tent Pole"]),
        ("", "100%", ["Camp Lamp 100%"]),
        ("", "_", []),
        ("", "kayak", []),
    ],
)
async def test_browsing_finds_what_holds_every_word(
    database: Database, open_shop: OpenShop, category: str, q: str, found: list[str]
) -> None:
    await _more(database)
    async with open_shop() as shop:
        page = await Catalogue(shop).browse(category, q)
    assert [card.title for card in page.products] == found
    assert page.total == len(found)


async def test_pages_follow_each_other(database: Database, open_shop: OpenShop) -> None:
    await _more(database)
    async with open_shop() as shop:
        pages = [await Catalogue(shop).browse(page=page, page_size=3) for page in (1, 2, 3)]
        assert await Catalogue(shop).categories() == ["Lights", "Parts", "Tents"]
    assert [len(page.products) for page in pages] == [3, 1, 0]
    assert {page.total for page in pages} == {4}


async def test_the_index_is_told_what_is_on_sale(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, rows.price(amount=15000, valid_from=rows.moment(-1)), rows.product("prd_bare"))
    async with open_shop() as shop:
        (row,) = await Catalogue(shop).all_for_index()
    assert (row.id, row.active, row.price_min, row.price_max) == ("prd_tent", True, 11900, 15000)
    assert row.options == {"Color": ["Blue", "Red"]}


async def test_the_index_is_told_what_changed_and_what_is_gone(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, rows.product("prd_gone", status="archived", updated_at=rows.moment(-1)))
    async with open_shop() as shop:
        changed = await Catalogue(shop).all_for_index(since=rows.moment(-2))
    assert [(row.id, row.active) for row in changed] == [("prd_gone", False)]
