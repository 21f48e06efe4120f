"""`python -m evals.retrieval`: recall of the right clause, and how well a question without an answer is told."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from commerce.policies.service import PolicyBook
from core.clock import SystemClock
from core.settings import load_settings
from knowledge.embedder import Embedder
from knowledge.index import Index
from knowledge.retrieval import ANSWERABLE, Retrieval, confidence
from knowledge.store import Store
from knowledge.sync import clause_document


async def measure(retrieval: Retrieval, questions: dict[str, Any]) -> None:
    """Print recall at 1 and 3, the questions that failed, and the two kinds of mistake at the threshold."""
    first = third = refused = 0
    started = time.perf_counter()
    for question in questions["answerable"]:
        found = await retrieval.policies(question["ask"], 3)
        ids = [passage.id for passage in found]
        first += ids[0] in question["clause"]
        third += bool(set(ids) & set(question["clause"]))
        refused += confidence(found) < ANSWERABLE
        if ids[0] not in question["clause"]:
            print(f"  {question['ask']}: {', '.join(ids)}; not {' or '.join(question['clause'])}")
    seconds = time.perf_counter() - started
    total = len(questions["answerable"])
    bluffed = 0
    for ask in questions["unanswerable"]:
        bluffed += confidence(await retrieval.policies(ask, 3)) >= ANSWERABLE
    print(f"recall@1 {first}/{total}, recall@3 {third}/{total}, {1000 * seconds / total:.1f} ms a question")
    print(f"at {ANSWERABLE}: {refused}/{total} answerable questions refused, ", end="")
    print(f"{bluffed}/{len(questions['unanswerable'])} unanswerable ones taken")


def main() -> None:
    """Index the policies in a folder of its own and ask."""
    settings = load_settings()
    book = PolicyBook.load(settings.policies, settings.currency)
    embedder = Embedder(settings.embedding_model, settings.torch_threads)
    questions = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        policies, products = (Index(store, name, embedder) for name in ("policies", "products"))
        policies.synchronise([clause_document(clause) for clause in book.every_clause()])
        retrieval = Retrieval(book, SystemClock(), policies=policies, products=products)
        asyncio.run(measure(retrieval, questions))


if __name__ == "__main__":
    main()
