"""Folding what was said, and what tools answered, into the state of the conversation."""

import json
import re
from typing import Any

from knowledge.playbook import Procedure
from knowledge.words import content_stems, tokens
from language.answers import yes_or_no
from language.intents import Reading
from language.resolve import answer, says
from language.state import Frame, Plan, Request
from language.understand import Heard, Understanding

VERIFY = "verify_customer"
UNCLEAR = "unclear"
_CORRECTION = re.compile(r"\b(?:no|not|wait|actually|instead|sorry|rather|meant|mean|change|correction|oops)\b", re.I)
_REPEAT = frozenset({"repeat that", "say that again", "what did you say", "pardon", "come again", "sorry what"})


def hear(plan: Plan, message: str, understanding: Understanding) -> Plan:
    """The state after a customer's message."""
    plan = plan.model_copy(deep=True)
    plan.buffer, plan.replies, plan.calling, plan.signature = [], [], "", ""
    plan.words_heard += len(tokens(message))
    plan.messages_heard += 1
    heard = understanding.read(message)
    if " ".join(tokens(message)) in _REPEAT and plan.last_said:
        plan.buffer.append(plan.last_said)
        return plan
    frame = plan.top
    if frame and frame.asked and _answers(frame, message, heard, understanding):
        plan.misses = 0
        _queue_others(plan, heard, understanding, besides=frame.procedure)
        return plan
    if frame and _corrects(frame, heard, understanding):
        plan.misses = 0
        return plan
    if frame and yes_or_no(message) == "no" and not frame.waiting:
        plan.stack.pop()
        plan.buffer.append("Alright, I'll leave it.")
        return plan
    if not heard.requests:
        if plan.last_action and not plan.stack and _names_a_product(heard.text, understanding):
            plan.stack.append(Frame(procedure=plan.last_action, heard=[heard.text]))
            return plan
        return _not_understood(plan, heard)
    plan.misses = 0
    _take_up(plan, heard, understanding)
    return plan


def _answers(frame: Frame, message: str, heard: Heard, understanding: Understanding) -> bool:
    """Try the message as an answer to the open question; a clear new request goes first."""
    procedure = understanding.playbook[frame.procedure]
    slot = procedure.slots[frame.asked]
    other = next((r for r in heard.requests if r.best != frame.procedure and r.sure), None)
    found = answer(frame.asked, slot, message, frame, understanding.lexicon)
    if found is None and heard.text != message:
        found = answer(frame.asked, slot, heard.text, frame, understanding.lexicon)
    if found is None or (other and slot.kind in ("text", "choice") and not _social(other, understanding)):
        if slot.kind == "address" and not other:
            frame.heard.append(message)
            return True
        return False
    frame.slots[frame.asked] = found
    frame.heard.append(message)
    frame.asked, frame.choices, frame.asked_times = "", [], 0
    return True


def _corrects(frame: Frame, heard: Heard, understanding: Understanding) -> bool:
    """Take the message as a correction of what is in hand: "no wait, the lamp", "to 5 Elm Street instead".

    What it says anew takes the place of what was known; everything else stays.
    """
    if any(reading.best != frame.procedure and reading.sure for reading in heard.requests):
        return False
    procedure = understanding.playbook.procedures.get(frame.procedure)
    if procedure is None or not (frame.waiting or _CORRECTION.search(heard.text)):
        return False
    anew = [name for name, slot in procedure.slots.items() if says(slot, heard.text, frame, understanding.lexicon)]
    if not anew:
        return False
    for name in anew:
        frame.slots.pop(name, None)
    frame.heard, frame.said, frame.waiting, frame.asked, frame.choices = [heard.text], [], False, "", []
    return True


def _names_a_product(text: str, understanding: Understanding) -> bool:
    return any(word in understanding.lexicon for word in content_stems(text))


def _social(reading: Reading, understanding: Understanding) -> bool:
    return understanding.playbook[reading.best].social


def _queue_others(plan: Plan, heard: Heard, understanding: Understanding, besides: str) -> None:
    """An answer may bring a further request with it."""
    for reading in heard.requests:
        if reading.best != besides and reading.sure and not _social(reading, understanding):
            plan.queue.append(Request(procedure=reading.best, text=reading.text))


def _take_up(plan: Plan, heard: Heard, understanding: Understanding) -> None:
    book = understanding.playbook
    requests = [r for r in heard.requests if not book[r.best].social] or heard.requests[:1]
    greeted = any(r.best == "greet" for r in heard.requests) and requests[0].best != "greet"
    if greeted:
        plan.buffer.append("Hi!")
    first, *rest = requests
    # One request gets the whole message, so that a clause the splitter cut off still explains it.
    text = heard.text if len(requests) == 1 else first.text
    start(plan, book[first.best], text)
    plan.queue = [Request(procedure=r.best, text=r.text) for r in rest] + plan.queue


def start(plan: Plan, procedure: Procedure, text: str) -> None:
    """Begin a procedure, or take up the one in hand with what was said now."""
    frame = plan.top
    if frame and frame.procedure == procedure.id:
        corrected = Frame(procedure=procedure.id, heard=[*frame.heard[-2:], text] if frame.asked else [text])
        plan.stack[-1] = corrected
        return
    if frame and not procedure.side and not procedure.social and procedure.id != VERIFY:
        # A new errand takes the place of one that was not finished; a side question leaves it waiting.
        plan.stack = [each for each in plan.stack if each.waiting]
    plan.stack.append(Frame(procedure=procedure.id, heard=[text]))


def _not_understood(plan: Plan, heard: Heard) -> Plan:
    plan.misses += 1
    frame = plan.top
    if frame and frame.asked:
        frame.asked_times += 1
        return plan
    plan.stack.append(Frame(procedure=UNCLEAR, heard=[heard.text]))
    return plan


def answered(plan: Plan, content: str) -> Plan:
    """The state after a tool's result."""
    plan = plan.model_copy(deep=True)
    frame = plan.top
    if frame is None:
        return plan
    try:
        result: Any = json.loads(content)
    except ValueError:
        result = {"error": "fault", "message": content}
    if not isinstance(result, dict):
        result = {"value": result}
    frame.calls.append(plan.signature)
    if result.get("error") == "not_verified":
        frame.calls.pop()
        needs = Frame(procedure=VERIFY, heard=list(frame.heard), results={"check": result})
        plan.stack.append(needs)
    elif plan.calling:
        frame.results[plan.calling] = result
        frame.waiting = bool(result.get("proposal_id"))
    for name in result.get("forget", []):
        frame.slots.pop(name, None)
        frame.heard, frame.said = [], []
    if order := result.get("order_number") or result.get("number"):
        plan.focus = str(order)
    plan.calling, plan.signature = "", ""
    return plan


def noticed(plan: Plan, notice: dict[str, Any]) -> Plan:
    """The state after a card was confirmed, declined or closed."""
    plan = plan.model_copy(deep=True)
    plan.buffer, plan.replies = [], []
    waiting = [each for each in plan.stack if each.waiting]
    plan.last_action = waiting[-1].procedure if waiting else plan.last_action
    plan.stack = [each for each in plan.stack if not each.waiting]
    plan.buffer.append(str(notice["sentence"]))
    for part in notice.get("parts", []):
        if part.get("order_number"):
            plan.focus = part["order_number"]
    if waiting and plan.stack:
        plan.stack[-1].asked = ""
    return plan
