"""The memory of conversations: only the newest of each is kept."""

import asyncio
from pathlib import Path
from typing import TypedDict

import pytest
from langgraph.graph import END, START, StateGraph

from core.settings import Settings
from graphs.memory import open_memory


class Said(TypedDict):
    """What a conversation remembers."""

    words: list[str]
    more: str


def remember(state: Said) -> dict[str, list[str]]:
    return {"words": [*state.get("words", []), state["more"]]}


async def test_a_thread_keeps_its_newest_checkpoint_and_no_other_thread_loses_any(
    database_url: str, tmp_path: Path
) -> None:
    on_postgres = database_url.startswith("postgres")
    settings = Settings(data=tmp_path, database_url=database_url if on_postgres else "", _env_file=None)
    graph: StateGraph[Said] = StateGraph(Said)
    graph.add_node("remember", remember)
    graph.add_edge(START, "remember")
    graph.add_edge("remember", END)

    async with open_memory(settings), open_memory(settings) as saver:
        talk = graph.compile(checkpointer=saver)
        for more in "abc":
            for thread in ("one", "two"):
                config = {"configurable": {"thread_id": thread}}
                await talk.ainvoke({"more": more + thread}, config=config, durability="exit")
        kept = [each async for each in saver.alist(None)]

    assert len(kept) == 2
    words = {each.config["configurable"]["thread_id"]: each.checkpoint["channel_values"]["words"] for each in kept}
    assert words == {thread: [more + thread for more in "abc"] for thread in ("one", "two")}


@pytest.mark.postgres
async def test_processes_that_start_at_once_all_open_the_memory(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=postgres_url, _env_file=None)
    async with open_memory(settings):
        pass

    async def kept() -> int:
        async with open_memory(settings) as saver:
            return len([each async for each in saver.alist(None)])

    assert await asyncio.gather(*(kept() for _ in range(5))) == [0] * 5
