"""The next step of a conversation: call a tool, say something, or leave it to another specialist."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from knowledge.playbook import Step
from knowledge.templates import evaluate, render
from language.fold import UNCLEAR, start
from language.outcome import Ask, Filled, Lookup, Nothing
from language.resolve import resolve
from language.state import Frame, Plan
from language.understand import Understanding
from language.write import wording

PERSON = "talk_to_person"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool to call now."""

    tool: str
    args: dict[str, Any]
    text: str = ""
    """What is said before."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The end of the turn."""

    text: str
    replies: tuple[str, ...] = ()
    handoff: str = ""
    """The specialist who goes on with what is left; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class _Finished:
    """The procedure has done all it can."""


_Outcome = Call | Speak | _Finished


class Planner:
    """Carries out procedures. It keeps nothing between calls: all that counts is in the plan."""

    def __init__(self, understanding: Understanding) -> None:
        self.understanding = understanding
        self.book = understanding.playbook

    def next(self, plan: Plan, tools: frozenset[str]) -> Call | Speak:
        """What to do now. Changes the plan.

        Args:
            plan: The state of the conversation.
            tools: Names of the tools at hand; a procedure that needs others belongs to another specialist.
        """
        for _ in range(12):
            frame = plan.top
            if frame is None or frame.waiting:
                if frame is None and plan.queue:
                    request = plan.queue.pop(0)
                    start(plan, self.book[request.procedure], request.text, request.context)
                    continue
                if frame and not plan.buffer:
                    plan.buffer.append("Please use the card above: shall I go ahead with it, or leave it?")
                return self._speak(plan)
            if frame.procedure == UNCLEAR:
                self._unclear(plan)
                continue
            procedure = self.book[frame.procedure]
            if not procedure.tools <= tools:
                return self._speak(plan, handoff=procedure.specialist)
            outcome = self._carry_out(plan, frame)
            if not isinstance(outcome, _Finished):
                return outcome
            if frame in plan.stack:
                plan.stack.remove(frame)
        return self._speak(plan)

    def _speak(self, plan: Plan, handoff: str = "") -> Speak:
        text = "\n\n".join(dict.fromkeys(part for part in plan.buffer if part))
        if text.startswith("Hi!\n\n"):
            text = f"Hi! {text[5:]}"
        plan.last_said = text or plan.last_said
        speak = Speak(text, tuple(dict.fromkeys(plan.replies)), handoff)
        plan.buffer, plan.replies = [], []
        return speak

    def _unclear(self, plan: Plan) -> None:
        plan.stack.pop()
        if plan.misses >= 2:
            plan.buffer.append(
                "I'm sorry, I still don't understand. I can get a colleague to help you, "
                "or you can put it in other words."
            )
            plan.replies += ["Talk to a person"]
            return
        plan.buffer.append(
            "I'm not sure I understood that. I can look up an order, cancel or return items, change a delivery "
            "address, and answer questions about our products and policies."
        )
        plan.replies += ["Where is my order?", "Return an item", "Talk to a person"]

    def _carry_out(self, plan: Plan, frame: Frame) -> _Outcome:
        """Go through the steps until nothing new becomes known by it."""
        while True:
            known = len(frame.slots)
            outcome = self._pass(plan, frame)
            if not isinstance(outcome, _Finished) or len(frame.slots) == known or frame not in plan.stack:
                return outcome

    def _pass(self, plan: Plan, frame: Frame) -> _Outcome:
        for step in self._steps(self.book[frame.procedure].steps, frame):
            outcome: _Outcome | None = None
            if step.take:
                self._take(plan, frame, step.take)
            elif step.need:
                outcome = self._need(plan, frame, step.need)
            elif step.call:
                outcome = self._call(plan, frame, step)
            elif step.say:
                self._say(plan, frame, step)
            elif step.start:
                plan.stack.remove(frame)
                start(plan, self.book[step.start], " . ".join(frame.heard), frame.context)
                return _Finished()
            if outcome is not None:
                return outcome
        return _Finished()

    def _steps(self, steps: list[Step], frame: Frame) -> Iterator[Step]:
        """The steps that apply, each condition judged when its turn comes."""
        for step in steps:
            if step.when is None:
                yield step
            else:
                holds = evaluate(step.when, frame.values())
                yield from self._steps(step.then if holds else step.otherwise, frame)

    def _take(self, plan: Plan, frame: Frame, names: list[str]) -> None:
        for name in names:
            if name not in frame.slots:
                found = resolve(name, self.book[frame.procedure].slots[name], frame, plan, self.understanding)
                if isinstance(found, Filled) and found.value.origin == "said":
                    frame.slots[name] = found.value

    def _need(self, plan: Plan, frame: Frame, name: str, *, insist: bool = False) -> _Outcome | None:
        """Fill a slot. `insist` asks even where the procedure could do without."""
        if name in frame.slots:
            return None
        slot = self.book[frame.procedure].slots[name]
        match resolve(name, slot, frame, plan, self.understanding):
            case Filled(value):
                frame.slots[name] = value
                if slot.kind == "order":
                    plan.focus = value.value["number"]
                return None
            case Lookup(tool, keep, args):
                return self._start_call(plan, frame, tool, args, keep)
            case Nothing(sentence):
                plan.buffer.append(sentence)
                return _Finished()
            case Ask() as ask:
                return None if slot.optional and not insist else self._ask(plan, frame, name, ask)

    def _ask(self, plan: Plan, frame: Frame, name: str, ask: Ask) -> Speak:
        slot = self.book[frame.procedure].slots[name]
        again = frame.asked == name
        frame.asked, frame.choices, frame.about = name, ask.choices, ask.about
        if again and frame.asked_times:
            plan.buffer.append("Sorry, I didn't get that.")
            if frame.asked_times >= 2:
                plan.replies.append("Talk to a person")
        ways = slot.ask or ["Which one do you mean?"]
        question = ask.question or render(ways[min(frame.asked_times, len(ways) - 1)], frame.values())
        plan.buffer.append(f"{ask.lead} {question}".strip())
        plan.replies = [choice.label for choice in ask.choices] + plan.replies
        return self._speak(plan)

    def _call(self, plan: Plan, frame: Frame, step: Step) -> _Outcome | None:
        tool = step.call or ""
        values = frame.values()
        args = {name: evaluate(expression, values) for name, expression in step.args.items()}
        args = {name: value for name, value in args.items() if value not in (None, "", [], {})}
        if _signature(tool, args) not in frame.calls:
            return self._start_call(plan, frame, tool, args, step.keep or tool)
        result = frame.results.get(step.keep or tool, {})
        if result.get("error"):
            plan.buffer.append(str(result.get("message", "")))
            wrong = next((step.again[each] for each in result.get("clauses", []) if each in step.again), None)
            if wrong:
                if wrong in frame.slots:
                    frame.refused.setdefault(wrong, []).append(frame.slots.pop(wrong).value)
                return self._need(plan, frame, wrong, insist=True) or self._call(plan, frame, step)
            if result.get("offer_person"):
                plan.replies.append("Talk to a person")
            return _Finished()
        return None

    def _start_call(self, plan: Plan, frame: Frame, tool: str, args: dict[str, Any], keep: str) -> _Outcome:
        signature = _signature(tool, args)
        if signature in frame.calls:
            plan.buffer.append("I can't look that up just now.")
            plan.replies.append("Talk to a person")
            return _Finished()
        if signature in frame.declined:
            plan.buffer.append("That is what I had understood before. What should be different?")
            plan.laid_aside = frame
            return _Finished()
        plan.calling, plan.signature = keep, signature
        ends_turn = tool.startswith("propose_") or tool == PERSON
        text = "\n\n".join(plan.buffer) if ends_turn else ""
        if ends_turn:
            plan.buffer = []
        return Call(tool, args, text)

    def _say(self, plan: Plan, frame: Frame, step: Step) -> None:
        text = render(wording(step, plan), frame.values())
        if text and text not in frame.said:
            frame.said.append(text)
            plan.buffer.append(text)
            values = frame.values()
            plan.replies += [reply for each in step.replies if (reply := render(each, values))]


def _signature(tool: str, args: dict[str, Any]) -> str:
    return f"{tool} {json.dumps(args, sort_keys=True, default=str)}"
