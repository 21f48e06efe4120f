"""Folding what was said, and what tools answered, into the state of the conversation."""

import json
import re
from typing import Any

from knowledge.playbook import Procedure
from knowledge.words import content_stems, tokens
from language import swaps
from language.answers import takes_leave, yes_or_no
from language.errands import ASKS, errands, in_order
from language.intents import Reading
from language.recognise import address_in
from language.resolve import answer, from_text, says
from language.state import Frame, Plan, Request, SlotValue
from language.understand import Heard, Understanding

VERIFY = "verify_customer"
UNCLEAR = "unclear"
_CORRECTION = re.compile(r"\b(?:no|not|wait|actually|instead|sorry|rather|meant|mean|change|correction|oops)\b", re.I)
_CONTRARY = re.compile(r"\bnot (?:the|my|that|those|these)\b.*\b(?:the|my|but)\b|\bactually\b|\bi meant?\b", re.I)
_REFUSES = re.compile(r"\W*(?:no|nope|nah|not|wrong|that's not|that is not)\b", re.I)
_REJECTS = re.compile(
    r"\W*no[,.!]? (?:not (?:that|this)(?: one)?|"
    r"(?:that|this)(?:'s| is| was| isn't)(?: not)? (?:what|the one) i (?:want|meant|asked)\w*(?: for)?|"
    r"i (?:didn't|did not|don't|do not) (?:ask for|want|mean) (?:that|this|it))\s*[.,!;:]+\s*",
    re.IGNORECASE,
)
"""Says that everything was taken wrong; what follows is said anew."""
_ADDITION = re.compile(
    r"^\s*(?:(?:no|and|also|plus|add)\b\W*)+(?:not without|and|also|plus|add|what about)\b|^\s*(?:and|also|plus|add)\b|"
    r"\bnot without\b|\b(?:is|are|was|were) (?:still )?missing\b|\b(?:left out|forgot(?:ten)?)\b|"
    r"\bbelongs? (?:in|to)\b|"
    r"\b(?:too|as well|also)\W*$",
    re.I,
)
_NARROWING = re.compile(r"^\s*(?:no,?\s+)?(?:just|only|then|but)\b|\b(?:only|instead|then)\W*$", re.I)
_VERBS = frozenset(
    """what when where which who why how is are do does did can could will would tell show have has cost costs price
    much stock return send track find recommend arrive ship buy compare change""".split()
)
"""Words that make a phrase a request or a question of its own."""
_GIVES_UP = re.compile(
    r"\b(?:forget|never ?mind|leave (?:it|everything)|drop it|don't bother|no need)\b", re.IGNORECASE
)
_A_WORD_MORE = 3
"""From how many words on a no says what should be different."""
_WHOLE = {"address1", "zip"}
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
    if takes_leave(message):
        return _ended(plan, understanding)
    if _taken_up(plan, message, heard, understanding):
        return plan
    for candidate in (frame, plan.laid_aside):
        if candidate and _corrects(candidate, heard, understanding):
            plan.misses = 0
            if candidate is not frame:
                plan.stack.append(candidate)
                plan.laid_aside = None
            return plan
    if plan.laid_aside and _disagrees(plan, plan.laid_aside, heard, understanding):
        return plan
    plan.laid_aside = None
    if frame and yes_or_no(message) == "no" and not frame.waiting:
        plan.stack.pop()
        plan.buffer.append("Alright, I'll leave it.")
        return plan
    if _continues(plan, heard, understanding):
        plan.stack.append(Frame(procedure=plan.last_action, heard=[heard.text]))
        return plan
    if not heard.requests:
        if _about_last_product(plan, heard):
            start(plan, understanding.playbook["ask_product"], f"{plan.product}: {heard.text}", heard.text)
            return plan
        return _not_understood(plan, heard)
    plan.misses = 0
    _take_up(plan, heard, understanding)
    return plan


def _taken_up(plan: Plan, message: str, heard: Heard, understanding: Understanding) -> bool:
    """Take the message as a word on what was asked."""
    frame = plan.top
    if frame is None or not frame.asked:
        return False
    if _begins_anew(plan, message, understanding):
        return True
    if _CONTRARY.search(heard.text) and _corrects(frame, heard, understanding):
        return True
    kind = understanding.playbook[frame.procedure].slots[frame.asked].kind
    if not _answers(plan, frame, message, heard, understanding):
        return False
    plan.misses = 0
    _queue_others(plan, heard, understanding, frame.procedure, kind)
    return True


def _begins_anew(plan: Plan, message: str, understanding: Understanding) -> bool:
    """ "No, that's not what I want. Please change the bike …": nothing of what was understood before counts."""
    rejected = _REJECTS.match(message)
    if rejected is None:
        return False
    heard = understanding.read(message[rejected.end() :])
    if not any(each.sure and not _social(each, understanding) for each in heard.requests):
        return False
    plan.stack.pop()
    plan.misses = 0
    _take_up(plan, heard, understanding)
    return True


def _ended(plan: Plan, understanding: Understanding) -> Plan:
    """Whoever takes leave wants no further question; a card stays open."""
    plan.stack = [each for each in plan.stack if each.waiting]
    plan.queue, plan.laid_aside, plan.misses = [], None, 0
    start(plan, understanding.playbook["thanks"], "", "")
    return plan


def _answers(plan: Plan, frame: Frame, message: str, heard: Heard, understanding: Understanding) -> bool:
    """Try the message as an answer to the open question; a clear new request goes first."""
    procedure = understanding.playbook[frame.procedure]
    slot = procedure.slots[frame.asked]
    other = next((r for r in heard.requests if r.best != frame.procedure and r.sure), None)
    if frame.procedure == VERIFY and not other:
        return _introduces(frame, procedure, message, understanding)
    if slot.kind == "swaps":
        return not (other and not _bare(heard.text)) and _says_more(frame, heard.text)
    found = answer(slot, message, frame, plan, understanding)
    if found is None and heard.text != message:
        found = answer(slot, heard.text, frame, plan, understanding)
    if found is None or (other and slot.kind in ("text", "choice") and not _social(other, understanding)):
        says_more = slot.kind in ("order", "items") and says(slot, heard.text, frame, understanding)
        if not other and (slot.kind == "address" or says_more):
            frame.heard.append(message)
            frame.asked_times += 1
            return True
        return False
    if slot.kind != "address":
        # An address is put right by those the customer has, once they are looked up.
        frame.slots[frame.asked] = found
    frame.heard.append(message)
    frame.asked, frame.choices, frame.asked_times = "", [], 0
    return True


def _introduces(frame: Frame, procedure: Procedure, text: str, understanding: Understanding) -> bool:
    """Take whatever a message says of who somebody is, whichever part of it was asked for."""
    found = {
        name: value
        for name, slot in procedure.slots.items()
        if (value := from_text(slot, text, frame, understanding, expected=name == frame.asked or slot.kind == "name"))
    }
    if not found or (set(found) == {"name"} and frame.asked != "name" and "zip" not in frame.slots):
        return False
    for name, value in found.items():
        frame.slots[name] = SlotValue(value=value, origin="said")
    frame.heard.append(text)
    frame.asked, frame.choices, frame.asked_times = "", [], 0
    return True


def _says_more(frame: Frame, text: str) -> bool:
    """Take a message as more of what is wanted instead of an item."""
    if not swaps.take(frame, text):
        return False
    frame.heard.append(text)
    frame.asked, frame.choices, frame.asked_times = "", [], 0
    return True


def _corrects(frame: Frame, heard: Heard, understanding: Understanding) -> bool:
    """Take the message as a correction of what is in hand: "no wait, the lamp", "to 5 Elm Street instead".

    What it says anew takes the place of what was known, or is added to it ("and the lamp too"); the rest stays.
    """
    marked = bool(_CORRECTION.search(heard.text))
    adds = bool(_ADDITION.search(heard.text))
    # After a no, only what is asked for outright is something else.
    refuses = frame.waiting and bool(_REFUSES.match(heard.text))
    other = any(
        reading.best != frame.procedure
        and reading.sure
        and (not refuses or reading.best in understanding.outright(reading.text))
        for reading in heard.requests
    )
    procedure = understanding.playbook.procedures.get(frame.procedure)
    if not marked and ASKS.search(heard.text) and not any(each.best == frame.procedure for each in heard.requests):
        return False
    if procedure is None or not (frame.waiting or marked) or (other and not (_bare(heard.text) and (marked or adds))):
        return False
    anew = [name for name, slot in procedure.slots.items() if says(slot, heard.text, frame, understanding)]
    if not anew and "other" in tokens(heard.text):
        return _takes_the_other(frame, procedure)
    if not anew:
        return False
    for name in anew:
        frame.slots.pop(name, None)
    if any(slot.kind == "swaps" for slot in procedure.slots.values()):
        swaps.correct(frame)
        adds = True
    # A part of an address, such as "no, Apt 7", completes what was said of it before.
    part = any(procedure.slots[name].kind == "address" for name in anew) and not address_in(heard.text).keys() >= _WHOLE
    frame.heard = [*frame.heard, heard.text] if adds or part else [heard.text]
    if refuses or not frame.waiting:
        frame.declined += [call for call in frame.calls if call.startswith("propose_")]
    frame.calls = [call for call in frame.calls if not call.startswith("propose_")]
    frame.said, frame.waiting, frame.asked, frame.choices = [], False, "", []
    return True


def _disagrees(plan: Plan, frame: Frame, heard: Heard, understanding: Understanding) -> bool:
    """Go on with what was declined where somebody says no to it and asks for nothing else outright."""
    other = any(each.best in understanding.outright(each.text) for each in heard.requests)
    if (
        other
        or not _REFUSES.match(heard.text)
        or _GIVES_UP.search(heard.text)
        or len(tokens(heard.text)) < _A_WORD_MORE
    ):
        return False
    frame.declined += [call for call in frame.calls if call.startswith("propose_")]
    frame.calls = [call for call in frame.calls if not call.startswith("propose_")]
    for name, slot in understanding.playbook[frame.procedure].slots.items():
        if slot.kind in ("items", "swaps"):
            frame.slots.pop(name, None)
    frame.heard = [*frame.heard, heard.text]
    frame.said, frame.waiting, frame.asked, frame.choices = [], False, "", []
    plan.stack.append(frame)
    plan.laid_aside = None
    return True


def _takes_the_other(frame: Frame, procedure: Procedure) -> bool:
    """ "No, the other one": of two items of an order, the one that was not meant before."""
    name = next((name for name, slot in procedure.slots.items() if slot.kind == "items" and name in frame.slots), None)
    parts = frame.slots[name].value["orders"] if name else []
    if not name or len(parts) != 1 or not parts[0]["items"]:
        return False
    orders = frame.results.get("orders", {}).get("orders", [])
    order: dict[str, Any] = next((each for each in orders if each["number"] == parts[0]["order_number"]), {"lines": []})
    meant = {item["line_id"] for item in parts[0]["items"]}
    others = [line for line in order["lines"] if line["id"] not in meant and not line.get("cancelled")]
    if len(others) != 1:
        return False
    frame.slots[name].value["orders"][0]["items"] = [{"line_id": others[0]["id"]}]
    frame.said, frame.waiting, frame.asked, frame.choices = [], False, "", []
    return True


def _bare(text: str) -> bool:
    """Whether a message has neither a question nor a verb of its own: "the lamp, not the tent"."""
    return "?" not in text and not set(tokens(text)) & _VERBS


def _continues(plan: Plan, heard: Heard, understanding: Understanding) -> bool:
    """Whether a bare mention of a product, or an addition, goes on with what was done last."""
    if not plan.last_action or plan.stack or not _bare(heard.text):
        return False
    if heard.requests and not (_ADDITION.search(heard.text) or _NARROWING.search(heard.text)):
        return False
    return any(word in understanding.lexicon for word in content_stems(heard.text))


def _social(reading: Reading, understanding: Understanding) -> bool:
    return understanding.playbook[reading.best].social


def _queue_others(plan: Plan, heard: Heard, understanding: Understanding, besides: str, answered: str) -> None:
    """An answer may bring a further request with it; one that turns on what was answered is the answer itself."""
    for reading in heard.requests:
        slots = understanding.playbook[reading.best].slots.values()
        same = answered in ("payment", "address") and any(slot.kind == answered for slot in slots)
        if reading.best != besides and reading.sure and not same and not _social(reading, understanding):
            plan.queue.append(Request(procedure=reading.best, text=reading.text, context=heard.text))


def _take_up(plan: Plan, heard: Heard, understanding: Understanding) -> None:
    book = understanding.playbook
    serious = [r for r in heard.requests if not book[r.best].social]
    requests = errands([r for r in serious if r.best != VERIFY], understanding) or serious or heard.requests[:1]
    greeted = any(r.best == "greet" for r in heard.requests) and requests[0].best != "greet"
    if greeted:
        plan.buffer.append("Hi!")
    requests = in_order(requests, book)
    first, *rest = requests
    # One request gets the whole message, so that a clause the splitter cut off still explains it.
    told = [r.text for r in serious if r.best == VERIFY and r is not first]
    text = heard.text if len(requests) == 1 else " . ".join([first.text, *told])
    start(plan, book[first.best], text, heard.text)
    plan.queue = [Request(procedure=r.best, text=r.text, context=heard.text) for r in rest] + plan.queue


def start(plan: Plan, procedure: Procedure, text: str, context: str) -> None:
    """Begin a procedure, or take up the one in hand with what was said now."""
    frame = plan.top
    below = next((each for each in plan.stack if each.procedure == procedure.id), None)
    if frame and frame.procedure == VERIFY and below and below is not frame:
        # Said while somebody is being recognised: it belongs to the errand that waits for that.
        below.heard.append(text)
        return
    if frame and frame.procedure == procedure.id:
        heard = [*frame.heard[-2:], text] if frame.asked else [text]
        corrected = Frame(procedure=procedure.id, heard=heard, context=context)
        plan.stack[-1] = corrected
        return
    if frame and not procedure.side and not procedure.social and procedure.id != VERIFY:
        # A new errand takes the place of one that was not finished; a side question leaves it waiting.
        plan.stack = [each for each in plan.stack if each.waiting]
    plan.stack.append(Frame(procedure=procedure.id, heard=[text], context=context))


def _about_last_product(plan: Plan, heard: Heard) -> bool:
    """A question about "it" after a product was spoken of."""
    words = set(tokens(heard.text))
    return bool(plan.product) and bool(words & {"it", "its", "they", "that"}) and bool(words & _VERBS)


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
        # What a tool says in other than its own way is no word for a customer.
        result = {"error": "fault", "message": "I can't do that just now.", "offer_person": True}
    if not isinstance(result, dict):
        result = {"value": result}
    frame.calls.append(plan.signature)
    if result.get("error") == "not_verified":
        frame.calls.pop()
        told = [frame.context] if frame.context else []
        needs = Frame(procedure=VERIFY, heard=[*told, *frame.heard], results={"check": result})
        plan.stack.append(needs)
    elif plan.calling:
        frame.results[plan.calling] = result
        frame.waiting = bool(result.get("proposal_id"))
    for name in result.get("forget", []):
        frame.slots.pop(name, None)
        frame.heard, frame.said = [], []
    if result.get("handle") and result.get("title"):
        plan.product = str(result["title"])
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
    plan.laid_aside = waiting[-1] if waiting and notice.get("declined") else None
    for part in notice.get("parts", []):
        if part.get("order_number"):
            plan.focus = part["order_number"]
    if waiting and plan.stack:
        plan.stack[-1].asked = ""
    return plan
