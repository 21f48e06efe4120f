"""The same one-tool turn on langgraph-supervisor, where that package is installed: a guide, not a target."""

import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from evals.endpoint import Asked, Call, Endpoint, Reply

INSTALLED = find_spec("langgraph_supervisor") is not None
TURNS = 20


@tool
async def track_order(order_number: str) -> str:
    """Where an order is."""
    return f'{{"number": "{order_number}", "state": "late", "promised_on": "2026-04-01"}}'


def _policy(asked: Asked) -> Reply:
    """As the supervisor it hands over once and repeats the specialist's answer; as the specialist it tracks."""
    if "transfer_to_service" in asked.tool_names:
        if asked.messages[-1]["role"] == "user":
            return Reply(calls=(Call("transfer_to_service"),))
        return Reply("Your order is late.")
    if any(each["role"] == "tool" and "promised_on" in str(each["content"]) for each in asked.messages[-1:]):
        return Reply("It is late.")
    return Reply(calls=(Call("track_order", {"order_number": "SW-104233"}),))


async def measure_rival() -> dict[str, float | int]:
    """Model calls of a turn, and the median of its own milliseconds."""
    from langgraph_supervisor import create_supervisor

    endpoint = Endpoint(_policy)
    endpoint.start()
    model = ChatOpenAI(model="scripted", base_url=endpoint.url, api_key=lambda: "none")
    specialist = create_agent(model, [track_order], name="service")
    own, calls = [], 0
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder) / "checkpoints.db")) as saver:
            graph = create_supervisor([specialist], model=model).compile(checkpointer=saver)
            for _ in range(TURNS):
                endpoint.forget()
                begun = perf_counter()
                await graph.ainvoke(
                    {"messages": [{"role": "user", "content": "Where is my order SW-104233?"}]},
                    {"configurable": {"thread_id": "one"}},
                )
                own.append(perf_counter() - begun - sum(each.seconds for each in endpoint.answered))
                calls = len(endpoint.answered)
    endpoint.stop()
    return {"model_calls": calls, "own_ms": round(median(own) * 1000, 1)}
