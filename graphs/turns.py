"""Turns: what customers send becomes runs, one at a time for a conversation, that survive their sockets.

A message is stored first and answered afterwards. Whoever runs a conversation holds its lease; what was not
answered when a process died is answered again by the next one that looks, and can do no harm by that.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from ag_ui.core import (
    BaseEvent,
    Interrupt,
    RunErrorEvent,
    RunFinishedEvent,
    RunFinishedInterruptOutcome,
    RunFinishedSuccessOutcome,
    RunStartedEvent,
)
from sqlalchemy.exc import SQLAlchemyError

from commerce.actions.base import ProposalView
from commerce.actions.service import Actions
from core.ids import new_id
from core.telemetry import TURN_SECONDS, get_logger, traced
from desk.conversations.errors import LeaseLost
from desk.conversations.events import (
    CardAnswered,
    NewEvent,
    ProposalChanged,
    StoredEvent,
    Transient,
    UserMessage,
    custom,
)
from desk.conversations.hub import Hub
from desk.conversations.masking import mask_cards
from desk.conversations.models import ConversationStatus, Visibility
from desk.conversations.service import Conversations
from graphs.state import Incoming, Turn
from graphs.supervisor import Graph
from graphs.voice import Voice
from tools.context import Workbench

_log = get_logger(__name__)
LEASE_SECONDS = 30.0
LOOK_SECONDS = 15.0
"""How often unanswered messages and overdue proposals are looked for."""
STOPPED = "I've stopped."
FAULT = (
    "I'm sorry, something went wrong on our side. Nothing was changed beyond what a receipt here shows. "
    "Please try again."
)
UNSAVED = (
    "I'm sorry, nothing can be saved on our side right now. Your message is kept, and I'll answer it as soon as "
    "this works again."
)


class Turns:
    """Takes what customers send and sees to its answer."""

    def __init__(self, bench: Workbench, hub: Hub, graph: Graph) -> None:
        self._bench = bench
        self._hub = hub
        self._graph = graph
        self._owner = new_id("prc")
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._stopping: set[str] = set()
        self._again: set[str] = set()
        self._closing = False
        self._sessions: dict[tuple[str, int], str] = {}

    async def message(self, conversation_id: str, session_id: str, text: str, client_msg_id: str) -> int:
        """Store a message and start a run; returns the message's sequence.

        Raises:
            AlreadyTaken: a message with this client's id is in the log.
        """
        masked = mask_cards(text)
        value = UserMessage(message_id=new_id("msg"), text=masked, client_msg_id=client_msg_id)
        return await self._take(conversation_id, session_id, NewEvent.of(custom(value)), client_msg_id)

    async def resume(
        self,
        conversation_id: str,
        session_id: str,
        proposal_id: str,
        decision: Literal["confirm", "decline"],
        client_msg_id: str,
    ) -> int:
        """Store the answer to a card and start the run that carries it out; returns the event's sequence.

        Raises:
            AlreadyTaken: an answer with this client's id is in the log.
        """
        value = CardAnswered(proposal_id=proposal_id, decision=decision, client_msg_id=client_msg_id)
        event = NewEvent.of(custom(value), visibility=Visibility.staff)
        return await self._take(conversation_id, session_id, event, client_msg_id)

    async def _take(self, conversation_id: str, session_id: str, event: NewEvent, client_msg_id: str) -> int:
        async with self._bench.database.transaction() as session:
            conversations = Conversations(session, self._bench.clock)
            stored = await conversations.append(conversation_id, [event], client_msg_id=client_msg_id)
            status = (await conversations.get(conversation_id)).status
        self._hub.publish(stored)
        seq = stored[0].seq
        if status != ConversationStatus.person:
            self._sessions[conversation_id, seq] = session_id
            self._start(conversation_id)
        return seq

    async def stop(self, conversation_id: str) -> None:
        """Stop the running answer, if there is one. A change that is being carried out is not undone."""
        task = self._runs.get(conversation_id)
        if task:
            self._stopping.add(conversation_id)
            task.cancel()

    def running(self, conversation_id: str) -> bool:
        """Whether an answer is being written by this process."""
        return conversation_id in self._runs

    async def look(self) -> None:
        """Answer what nobody answered and close proposals whose time is over, again and again until cancelled."""
        inherited = False
        while True:
            try:
                inherited = inherited or await self._inherit()
                await self.recover()
                await self._expire()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("looking for work failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def _inherit(self) -> bool:
        """Take over from a process that died. SQLite belongs to one process, so every lease in it is a dead one's."""
        if self._bench.database.is_sqlite:
            async with self._bench.database.transaction() as session:
                await Conversations(session, self._bench.clock).free_leases()
        return True

    async def recover(self) -> None:
        """Start a run for every conversation in which a customer waits and nobody answers."""
        async with self._bench.database.read() as session:
            waiting = await Conversations(session, self._bench.clock).unanswered()
        for each in waiting:
            self._start(each.conversation_id)

    async def close(self) -> None:
        """Let go of every run; what is unfinished is taken up by the next process."""
        self._closing = True
        runs = list(self._runs.values())
        for task in runs:
            task.cancel()
        await asyncio.gather(*runs, return_exceptions=True)

    async def _expire(self) -> None:
        async with self._bench.changing() as shop:
            stored: list[StoredEvent] = []
            for proposal in await Actions(shop).expire_due():
                if proposal.conversation_id:
                    stored += await Conversations(shop.session, shop.clock).append(
                        proposal.conversation_id,
                        [NewEvent.of(custom(ProposalChanged(id=proposal.id, status=proposal.status)))],
                    )
        self._hub.publish(stored)

    def _start(self, conversation_id: str) -> None:
        if conversation_id in self._runs:
            self._again.add(conversation_id)
        else:
            task = asyncio.create_task(self._drive(conversation_id))
            self._runs[conversation_id] = task
            task.add_done_callback(self._ended(conversation_id))

    def _ended(self, conversation_id: str) -> Callable[[asyncio.Task[None]], None]:
        def ended(task: asyncio.Task[None]) -> None:
            self._runs.pop(conversation_id, None)
            self._stopping.discard(conversation_id)
            if conversation_id in self._again and not self._closing:
                self._again.discard(conversation_id)
                self._start(conversation_id)
            if not task.cancelled() and (error := task.exception()):
                _log.error("run lost", conversation_id=conversation_id, exc_info=error)

        return ended

    async def _drive(self, conversation_id: str) -> None:
        """Answer everything that waits in a conversation, oldest first, under its lease."""
        run = await self._begin(conversation_id)
        if run is None:
            return
        keeper = asyncio.create_task(self._keep(run.voice))
        try:
            while run:
                run = await self._answer(run)
        except LeaseLost:
            _log.info("lease lost", conversation_id=conversation_id)
        except (SQLAlchemyError, OSError) as error:
            # It stays without an answer in the log, so it is taken up again when the database works again.
            _log.error("an answer cannot be saved", conversation_id=conversation_id, error=type(error).__name__)
            self._hub.send(conversation_id, Transient.of(RunErrorEvent(message=UNSAVED, code="internal")))
        finally:
            keeper.cancel()
            if run:
                await asyncio.shield(self._release(run.voice))

    async def _keep(self, voice: Voice) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            async with self._bench.database.transaction() as session:
                await Conversations(session, self._bench.clock).renew(voice.conversation_id, voice.fence, LEASE_SECONDS)

    async def _release(self, voice: Voice) -> None:
        await voice.rest()
        async with self._bench.database.transaction() as session:
            await Conversations(session, self._bench.clock).release(voice.conversation_id, voice.fence)

    async def _begin(self, conversation_id: str) -> "_Run | None":
        """Take the lease and begin a run, if somebody waits and nobody else answers."""
        async with self._bench.database.transaction() as session:
            conversations = Conversations(session, self._bench.clock)
            fence = await conversations.take_lease(conversation_id, self._owner, LEASE_SECONDS)
            if fence is None:
                return None
            run, begun = await self._next(conversations, conversation_id, fence)
        self._hub.publish(begun)
        return run

    async def _next(
        self, conversations: Conversations, conversation_id: str, fence: int
    ) -> "tuple[_Run | None, list[StoredEvent]]":
        """Begin a run for the oldest thing a customer sent that has no answer; without any, give the lease back."""
        conversation = await conversations.get(conversation_id)
        log = await conversations.waiting(conversation_id)
        if not log or conversation.status == ConversationStatus.person:
            await conversations.release(conversation_id, fence)
            return None, []
        event = log[0]
        run_id = new_id("run")
        voice = Voice(self._bench.database, self._bench.clock, self._hub, conversation_id, run_id, fence)
        session_id = self._sessions.pop((conversation_id, event.seq), conversation.session_id)
        with traced(event.trace_id or None):
            started = RunStartedEvent(thread_id=conversation_id, run_id=run_id)
            begun = await conversations.append(conversation_id, [NewEvent.of(started, run_id)], fence=fence)
        return _Run(event.seq, event.trace_id, session_id, _incoming(event, log), voice), begun

    async def _answer(self, run: "_Run") -> "_Run | None":
        """Answer what a run is for; returns the next run, if more has come meanwhile."""
        voice, begun, outcome = run.voice, perf_counter(), "done"
        turn = Turn(self._bench, run.session_id, voice.conversation_id, voice.run_id, voice)
        with traced(run.trace_id or None, conversation_id=voice.conversation_id, run_id=voice.run_id):
            try:
                closing: BaseEvent = await self._run(turn, run.incoming)
            except asyncio.CancelledError:
                outcome = "stopped"
                if voice.conversation_id not in self._stopping:
                    raise
                self._stopping.discard(voice.conversation_id)
                _uncancel()
                voice.close()
                closing = RunErrorEvent(message=STOPPED, code="stopped")
            except LeaseLost:
                raise
            except Exception:
                outcome = "fault"
                _log.exception("turn failed")
                voice.close()
                closing = RunErrorEvent(message=FAULT, code="internal")
            finally:
                TURN_SECONDS.labels(outcome=outcome).observe(perf_counter() - begun)
            return await self._end(voice, closing, run.seq)

    async def _end(self, voice: Voice, closing: BaseEvent, answered: int) -> "_Run | None":
        """The run's last event, that the customer has an answer, and what is next: all of it or nothing."""
        await voice.rest()
        voice.hold(closing)
        async with self._bench.database.transaction() as session:
            conversations = Conversations(session, self._bench.clock)
            stored = await voice.write(conversations)
            await conversations.mark_answered(voice.conversation_id, answered, voice.fence)
            run, begun = await self._next(conversations, voice.conversation_id, voice.fence)
        voice.published(stored)
        self._hub.publish(begun)
        return run

    async def _run(self, turn: Turn, incoming: Incoming) -> RunFinishedEvent:
        state = await self._graph.ainvoke(
            {"incoming": incoming},
            config={"configurable": {"thread_id": turn.conversation_id}, "recursion_limit": 20},
            context=turn,
            durability="exit",
        )
        proposal = state.get("proposal")
        return RunFinishedEvent(
            thread_id=turn.conversation_id,
            run_id=turn.run_id,
            outcome=_interrupt(proposal) if proposal else RunFinishedSuccessOutcome(),
        )


def _uncancel() -> None:
    """A stop ends the answer, not the task: whatever the customer sent meanwhile is still answered."""
    task = asyncio.current_task()
    if task:
        with suppress(ValueError):
            task.uncancel()


@dataclass(frozen=True, slots=True)
class _Run:
    """The answer to something a customer sent."""

    seq: int
    """Where that stands in the log."""
    trace_id: str
    session_id: str
    """The session it came from."""
    incoming: Incoming
    """What the graph is given."""
    voice: Voice
    """Writes the answer."""


def _incoming(event: StoredEvent, log: list[StoredEvent]) -> Incoming:
    """What was sent, and what a process that died over it had taken it for."""
    sent = event.body.get("value", {})
    client_msg_id = str(event.client_msg_id)
    answers = (each.body["value"] for each in log if each.body.get("name") == "card_answered")
    answer = next((each for each in answers if each["client_msg_id"] == client_msg_id), None)
    incoming: Incoming = {
        "kind": "decision" if answer else "message",
        "message_id": sent.get("message_id", f"msg_{event.seq}"),
        "client_msg_id": client_msg_id,
        "text": sent.get("text", ""),
    }
    if answer:
        incoming["proposal_id"], incoming["decision"] = answer["proposal_id"], answer["decision"]
    return incoming


def _interrupt(shown: dict[str, Any]) -> RunFinishedInterruptOutcome:
    proposal = ProposalView.model_validate(shown)
    return RunFinishedInterruptOutcome(
        interrupts=[
            Interrupt(
                id=proposal.id,
                reason="confirmation",
                message=proposal.sentence,
                expires_at=proposal.expires_at.isoformat(),
                metadata={"proposal": proposal.model_dump(mode="json")},
            )
        ]
    )
