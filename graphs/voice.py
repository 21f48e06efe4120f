"""How a turn speaks: events into the log and to whoever looks, text sentence by sentence as it passes review."""

import asyncio
import json
import re
from collections.abc import Sequence

from ag_ui.core import (
    BaseEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallResultEvent,
    ToolCallStartEvent,
)
from langchain_core.messages import ToolCall, ToolMessage

from core.clock import Clock
from core.database import Database
from core.ids import new_id
from desk.conversations.cards import Card
from desk.conversations.events import NewEvent, StoredEvent, custom
from desk.conversations.hub import Hub
from desk.conversations.models import Visibility
from desk.conversations.service import Conversations
from graphs.review import Facts

_SENTENCE = re.compile(r".*?(?:[.!?:](?=\s)|\n+)\s*", re.DOTALL)
_CHUNK = re.compile(r"(?<=[.!?])(?=\s+\S)")


class Voice:
    """Writes one run into a conversation's log, under the run's lease."""

    def __init__(
        self, database: Database, clock: Clock, hub: Hub, conversation_id: str, run_id: str, fence: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self.conversation_id = conversation_id
        self.run_id = run_id
        self.fence = fence
        self.facts = Facts(clock.now().date())
        """What may be said."""
        self.blocked: list[str] = []
        """Why the rest of the message in progress was held back."""
        self.spoken = ""
        """Everything said in this run."""
        self._message_id = ""
        self._pending = ""
        self._released = 0
        self._cards: list[Card] = []
        self._held: list[NewEvent] = []
        self._writer: asyncio.Task[None] | None = None

    def hold(self, *events: BaseEvent, visibility: Visibility = Visibility.everyone) -> None:
        """Keep events until the next one is written: a transaction costs more than they are worth."""
        self._held += [NewEvent.of(event, self.run_id, visibility) for event in events]

    async def emit(self, *events: BaseEvent, visibility: Visibility = Visibility.everyone) -> None:
        """Have events written to the log, then shown. The run goes on meanwhile, and what it emits until the write
        is done goes into the next one. What goes wrong is raised by whatever comes next.
        """
        self.hold(*events, visibility=visibility)
        self._begin_writing()

    async def flush(self) -> None:
        """Write what is held, and wait until it is written."""
        if self._held:
            await asyncio.shield(self._begin_writing())

    async def rest(self) -> None:
        """Wait until nothing is being written. What could not be written is still held."""
        if self._writer:
            await asyncio.shield(asyncio.gather(self._writer, return_exceptions=True))

    async def write(self, conversations: Conversations) -> list[StoredEvent]:
        """Write what is held inside the caller's transaction; `published` follows its commit."""
        return await conversations.append(self.conversation_id, self._held, fence=self.fence)

    def _begin_writing(self) -> asyncio.Task[None]:
        if self._writer and self._writer.done():
            done, self._writer = self._writer, None
            done.result()
        self._writer = self._writer or asyncio.create_task(self._write())
        return self._writer

    async def _write(self) -> None:
        while self._held:
            async with self._database.transaction() as session:
                stored = await self.write(Conversations(session, self._clock))
            del self._held[: len(stored)]
            self.published(stored)

    def published(self, stored: Sequence[StoredEvent]) -> None:
        """Show what was written."""
        self._hub.publish(stored)

    async def called(self, call: ToolCall, message_id: str) -> None:
        """A tool is called; what it is asked is for colleagues only."""
        call_id = str(call["id"])
        arguments = ToolCallArgsEvent(tool_call_id=call_id, delta=json.dumps(call["args"], default=str))
        start = ToolCallStartEvent(
            tool_call_id=call_id, tool_call_name=call["name"], parent_message_id=message_id or None
        )
        self.hold(start)
        await self.emit(arguments, visibility=Visibility.staff)

    async def returned(self, message: ToolMessage) -> None:
        """A tool answered; what it said is for colleagues only."""
        result = ToolCallResultEvent(
            message_id=new_id("msg"), tool_call_id=message.tool_call_id, content=str(message.text), role="tool"
        )
        end = ToolCallEndEvent(tool_call_id=message.tool_call_id)
        self.hold(end)
        await self.emit(result, visibility=Visibility.staff)

    def show(self, cards: Sequence[Card]) -> None:
        """Show cards when the text is out."""
        self._cards += [card for card in cards if card not in self._cards]

    async def token(self, delta: str) -> None:
        """A piece of a message that is still being written. Whole sentences go out as they pass."""
        if self.blocked:
            return
        self._pending += delta
        while match := _SENTENCE.match(self._pending):
            sentence = match.group()
            if problems := self.facts.problems(sentence):
                self.blocked = problems
                return
            self._pending = self._pending[len(sentence) :]
            await self._release(sentence)

    async def finish(self, text: str) -> bool:
        """The message is complete. Says what has not gone out yet; false when something in it cannot be said."""
        if not self.blocked:
            rest = text[self._released :]
            for sentence in [part for part in re.split(r"(?<=[.!?:])\s+|\n+", rest) if part.strip()]:
                if problems := self.facts.problems(sentence):
                    self.blocked = problems
                    break
            else:
                if rest.strip():
                    await self._release(rest)
        self._end()
        return not self.blocked

    async def say(self, text: str) -> None:
        """Say something the shop itself vouches for."""
        if text.strip():
            await self._release(text)
            self._end()

    async def _release(self, text: str) -> None:
        events: list[BaseEvent] = []
        if not self._message_id:
            self._message_id = new_id("msg")
            events.append(TextMessageStartEvent(message_id=self._message_id, role="assistant"))
        pieces = _CHUNK.split(text)
        events += [TextMessageContentEvent(message_id=self._message_id, delta=piece) for piece in pieces if piece]
        self._released += len(text)
        self.spoken += text
        await self.emit(*events)

    def _end(self) -> None:
        if self._message_id:
            self.hold(TextMessageEndEvent(message_id=self._message_id))
            self._show_cards()
            self.spoken += "\n\n"
        self._message_id, self._pending, self._released = "", "", 0

    def _show_cards(self) -> None:
        self.hold(*(custom(card) for card in self._cards))
        self._cards = []

    def close(self) -> None:
        """End whatever was begun."""
        self._end()
        self._show_cards()
