"""Policies and products: what the shop says and what it sells."""

import re
from collections import Counter
from typing import Annotated, Any

from langchain_core.tools import tool
from pydantic import Field

from commerce.catalogue.service import Catalogue
from commerce.catalogue.views import ProductView
from desk.conversations.cards import ProductsCard
from knowledge.retrieval import ANSWERABLE, confidence
from knowledge.words import content_stems
from tools.context import Workbench
from tools.orders import Runtime
from tools.results import Artifact, Result, compact, guarded

Question = Annotated[str, Field(min_length=1, max_length=400)]
BESIDE = 0.06
"""How much less a second clause of the same policy may fit to be told along with the first."""
_GENERAL = re.compile(r"\b(?:policy|policies|rules|terms)\b", re.IGNORECASE)
"""Somebody asks for a policy as a whole; its first clauses say the main thing."""
SHOWN = 4
NAMED = 0.62
"""Cosine between a question and a product from which the question is about that product."""


@tool(response_format="content_and_artifact")
@guarded
async def find_policy(question: Question, runtime: Runtime) -> tuple[Result, Artifact]:
    """What the shop's policies say about a question. Answer only from these passages."""
    bench: Workbench = runtime.context.bench
    passages = await bench.retrieval.policies(question, 3, on=bench.clock.now().date())
    if not passages or confidence(passages) < ANSWERABLE:
        return {"found": False, "passages": []}, Artifact()
    if _GENERAL.search(question):
        whole = bench.policies.policy(passages[0].policy_id, bench.clock.now().date())
        rows = [{"clause": each.id, "title": each.title, "text": each.text} for each in whole.clauses[:2]]
        return {"found": True, "passages": rows}, Artifact()
    first, *rest = passages
    told = [first] + [
        each for each in rest[:1] if each.policy_id == first.policy_id and first.score - each.score <= BESIDE
    ]
    rows = [{"clause": each.id, "title": each.title, "text": each.text} for each in told]
    return {"found": True, "passages": rows}, Artifact()


@tool(response_format="content_and_artifact")
@guarded
async def find_products(
    query: Question,
    runtime: Runtime,
    max_price: Annotated[int | None, Field(ge=0, description="In minor units, such as cents.")] = None,
) -> tuple[Result, Artifact]:
    """Products by name or description, with today's price and stock. Call product_details for facts."""
    bench: Workbench = runtime.context.bench
    hits = await bench.retrieval.products(query, 8, max_price=max_price)
    async with bench.looking() as shop:
        cards = await Catalogue(shop).cards([hit.product_id for hit in hits])
    if not cards:
        return {"found": False, "products": []}, Artifact()
    cards = sorted(cards, key=lambda card: not card.in_stock)[:SHOWN]
    listed = [
        compact(card.model_dump(exclude={"id", "kind", "image_url"})) | {"in_stock": card.in_stock} for card in cards
    ]
    shown = ProductsCard(products=cards)
    return {"found": True, "products": listed}, Artifact(cards=(shown,))


@tool(response_format="content_and_artifact")
@guarded
async def product_details(
    product: Annotated[str, Field(description="The product's name or handle.", min_length=1, max_length=200)],
    runtime: Runtime,
    question: Annotated[str, Field(max_length=400)] = "",
) -> tuple[Result, Artifact]:
    """Facts, options, price and stock of one product, with what bears on the question first."""
    bench: Workbench = runtime.context.bench
    hits = await bench.retrieval.products(product, 6)
    async with bench.looking() as shop:
        catalogue = Catalogue(shop)
        cards = await catalogue.cards([hit.product_id for hit in hits])
        which = named(product, [each.title for each in cards])
        if which is None and cards and hits[0].score >= NAMED:
            which = 0
        card = cards[which] if which is not None else None
        if card is None:
            return {"found": False, "similar": [each.title for each in cards[:3]]}, Artifact()
        view = await catalogue.product(card.handle)
        places = {
            variant.title or variant.sku: [
                place.name for place in await catalogue.availability(variant.id) if place.available > 0
            ]
            for variant in view.variants[:12]
            if variant.counted
        }
    result = await _details(bench, view, question or product)
    result["places"] = {name: rows for name, rows in places.items() if rows}
    return result, Artifact(cards=(card,))


def named(text: str, titles: list[str]) -> int | None:
    """Which title a text names: at least half of its words, among them one that no other title has.

    Returns:
        The index of the title, or nothing where none is named, or two equally well.
    """
    said = set(content_stems(text))
    stems = [{word for word in content_stems(title) if not word.isdigit()} for title in titles]
    spread = Counter(word for each in stems for word in each)
    shares = [
        len(each & said) / len(each) if each and any(spread[word] == 1 for word in each & said) else 0.0
        for each in stems
    ]
    best = max(shares, default=0.0)
    return shares.index(best) if best >= 0.5 and shares.count(best) == 1 else None


async def _details(bench: Workbench, view: ProductView, question: str) -> Result:
    facts = [f"{name.replace('_', ' ').capitalize()}: {_said(value)}" for name, value in view.attributes.items()]
    prices = [variant.price for variant in view.variants]
    result: Result = {
        "found": True,
        "title": view.title,
        "handle": view.handle,
        "brand": view.brand,
        "description": view.description,
        "currency": view.currency,
        "price_from": min(prices, default=0),
        "price_to": max(prices, default=0),
        "options": {
            name: list(dict.fromkeys(variant.options[name] for variant in view.variants if name in variant.options))
            for name in dict.fromkeys(name for variant in view.variants for name in variant.options)
        },
        "variants": [
            compact(
                {
                    "title": variant.title,
                    "options": variant.options,
                    "price": variant.price,
                    "available": variant.available,
                    "in_stock": variant.in_stock,
                }
            )
            for variant in view.variants[:12]
        ],
        "in_stock": any(variant.in_stock for variant in view.variants),
        "facts": ranked_facts(bench, question, facts),
    }
    if view.rating.count:
        result["rating"] = {"average": view.rating.average, "count": view.rating.count}
    return result


def ranked_facts(bench: Workbench, question: str, facts: list[str]) -> list[str]:
    """Facts of a product, those nearest in meaning to the question first."""
    if not facts:
        return []
    vectors = bench.embedder.embed([question, *facts])
    nearness = vectors[1:] @ vectors[0]
    return [facts[i] for i in nearness.argsort()[::-1]]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
