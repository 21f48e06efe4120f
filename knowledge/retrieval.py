"""Finds the clause that answers a question, and the products somebody describes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commerce.policies.service import PolicyBook
from core.clock import Clock
from knowledge.index import Document, Index
from knowledge.sync import clause_name

ANSWERABLE = 0.40
"""Below this confidence nothing that was found speaks to the question. Of questions about policies in customers'
words 3 % lie below it, of questions about anything else 5 % above (`evals/retrieval`, CLINC150 out of scope)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause of a policy that speaks to a question."""

    id: str
    """The clause's id, such as `returns.window`."""
    title: str
    text: str
    policy_id: str
    policy_title: str
    score: float
    """Cosine of question and clause."""


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that fits a description."""

    product_id: str
    score: float
    """Cosine of description and product."""


def confidence(found: Sequence[Passage | ProductHit]) -> float:
    """How near the nearest of what was found is; 0 where nothing was. See `ANSWERABLE`."""
    return max((each.score for each in found), default=0.0)


class Retrieval:
    """Searches policies and products by meaning and by words."""

    def __init__(self, book: PolicyBook, clock: Clock, *, policies: Index, products: Index) -> None:
        self._book = book
        self._clock = clock
        self._policies = policies
        self._products = products

    async def policies(self, query: str, k: int = 3, on: date | None = None) -> list[Passage]:
        """The clauses that fit a question best, as they are in force on a day (today, if none is given).

        Raises:
            KnowledgeUnavailable: the vector store does not answer.
        """
        in_force = {clause_name(clause): clause for clause in self._book.clauses(on or self._clock.now().date())}
        hits = await asyncio.to_thread(self._policies.search, query, k, in_force.keys())
        clauses = ((in_force[hit.id], hit.score) for hit in hits)
        return [
            Passage(clause.id, clause.title, clause.text, clause.policy_id, clause.policy_title, score)
            for clause, score in clauses
        ]

    async def products(
        self,
        query: str,
        k: int = 5,
        *,
        category: str | None = None,
        min_price: int | None = None,
        max_price: int | None = None,
    ) -> list[ProductHit]:
        """The products on sale that fit a description best.

        Args:
            query: what is looked for, in the shopper's words.
            k: how many at most.
            category: only of this category, whatever its case.
            min_price: only with a variant that costs this much or more, minor units.
            max_price: only with a variant that costs this much or less, minor units.

        Raises:
            KnowledgeUnavailable: the vector store does not answer.
        """
        allowed = None
        if not (category is None and min_price is None and max_price is None):
            allowed = [
                document.id
                for document in self._products.documents.values()
                if _fits(document, category, min_price, max_price)
            ]
        hits = await asyncio.to_thread(self._products.search, query, k, allowed)
        return [ProductHit(hit.id, hit.score) for hit in hits]


def _fits(document: Document, category: str | None, min_price: int | None, max_price: int | None) -> bool:
    facts = document.metadata
    return (
        (category is None or str(facts["category"]).casefold() == category.casefold())
        and (min_price is None or int(facts["price_max"]) >= min_price)
        and (max_price is None or int(facts["price_min"]) <= max_price)
    )
