"""Is it true? Compares what a reply says with what the tools and receipts of this conversation say.

Amounts, dates, order and tracking numbers must stand in a tool's result, a receipt or the customer's own words;
a claim that something was done needs a receipt, and so does a promise.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage, ToolMessage

from language.embedded import NOTICE

_MONEY = re.compile(
    r"(?:[$€£]|(?:CA|A)\$)\s?(\d[\d,]*(?:\.\d{1,2})?)|\b(\d[\d,]*\.\d{2})\s?(?:USD|EUR|dollars?|euros?)\b"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})")
_MONTHS = "january february march april may june july august september october november december".split()
_SPOKEN = re.compile(
    r"\b(" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r")\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b"
    r"|\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(" + "|".join(f"{m[:3]}(?:{m[3:]})?" for m in _MONTHS) + r")\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?=[A-Z0-9-]*\d{4})[A-Z]{0,4}-?[A-Z0-9]*\d{4,}[A-Z0-9]*\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_DONE = re.compile(
    r"\b(?:I|we)(?:'ve|’ve| have| just)?(?:\s+(?:now|just|already|successfully))?\s+"
    r"(?:cancel(?:l)?ed|refunded|changed|updated|replaced|reshipped|issued|processed|credited|sent)\b"
    r"|\b(?:refund|cancellation|return|replacement)\s+(?:has been|is now|was)\s+(?:processed|issued|completed|done)\b",
    re.IGNORECASE,
)
_BEFALLEN = re.compile(
    r"\b(?:has|have|had|was|were|is|are)(?:\s+(?:now|just|already|successfully|been))*\s+"
    r"(cancel(?:l)?ed|refunded|credited|replaced|reshipped|reimbursed|waived)\b"
    r"|\bsuccessfully\s+(\w+ed)\b",
    re.IGNORECASE,
)
"""A deed in the passive: true where a tool's result has the same word."""
_PROMISE = re.compile(
    r"\b(?:I|we)(?:'ll|’ll| will| promise to| guarantee)\s+(?:\w+\s+)?"
    r"(?:refund|replace|reship|resend|credit|compensate|waive|upgrade|discount|reimburse)\b"
    r"|\b(?:I|we)\s+(?:promise|guarantee)\b|\bguaranteed\b",
    re.IGNORECASE,
)


class Facts:
    """What may be said in a conversation."""

    def __init__(self, today: date) -> None:
        self._unread: list[str] = []
        self._text: list[str] = []
        self._told = ""
        self._integers: set[int] = set()
        self._days: set[tuple[int, int]] = {(today.month, today.day)}
        self.receipts = False
        """Whether something was done in this conversation."""

    def learn(self, messages: Iterable[AnyMessage]) -> None:
        """Take in what tools answered, what receipts say and what the customer wrote."""
        for message in messages:
            if isinstance(message, ToolMessage) and message.status == "error":
                continue  # a failed call's message repeats what the model had made up
            if isinstance(message, ToolMessage):
                self._unread.append(str(message.text))
                self._told += str(message.text).lower()
            elif isinstance(message, HumanMessage):
                self._unread.append(str(message.text))
                if notice := message.additional_kwargs.get(NOTICE):
                    self._unread.append(json.dumps(notice))
                    self.receipts = self.receipts or bool(notice.get("parts"))

    def _read(self, text: str) -> None:
        self._text.append(text)
        self._integers |= {int(number) for number in re.findall(r"(?<![\d.])\d{1,12}(?![\d.]*\d)", text)}
        self._integers |= set(_amounts(text))
        self._days |= _days(text)

    def problems(self, sentence: str) -> list[str]:
        """What of a sentence nothing stands behind; empty when it may be said. What was learnt last is read first,
        and no more than the sentence needs.
        """
        while (wrong := self._wrong(sentence)) and self._unread:
            self._read(self._unread.pop())
        return wrong

    def _wrong(self, sentence: str) -> list[str]:
        wrong = [f"amount {amount / 100:.2f}" for amount in _amounts(sentence) if amount not in self._integers]
        wrong += [f"date {month}/{day}" for month, day in _days(sentence) - self._days]
        known = "\n".join(self._text).upper()
        for number in _NUMBER.findall(_ISO.sub(" ", _MONEY.sub(" ", sentence))):
            digits = re.sub(r"\D", "", number)
            if number.upper() not in known and digits not in known:
                wrong.append(f"number {number}")
        wrong += [f"address {address}" for address in _EMAIL.findall(sentence) if address.upper() not in known]
        befallen = {
            (one or other).lower().replace("canceled", "cancelled") for one, other in _BEFALLEN.findall(sentence)
        }
        if not self.receipts and (_DONE.search(sentence) or any(deed not in self._told for deed in befallen)):
            wrong.append("a claim that something was done")
        if not self.receipts and _PROMISE.search(sentence):
            wrong.append("a promise")
        return wrong


def _amounts(text: str) -> list[int]:
    found = [next(group for group in match.groups() if group) for match in _MONEY.finditer(text)]
    return [round(float(amount.replace(",", "")) * 100) for amount in found]


def _days(text: str) -> set[tuple[int, int]]:
    days = {(int(month), int(day)) for _, month, day in _ISO.findall(text)}
    for before, day_after, day_before, after in _SPOKEN.findall(text):
        name, day = (before, day_after) if before else (after, day_before)
        days.add((next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(name[:3].lower())), int(day)))
    return days


def unsaid(text: str, spoken: str) -> str:
    """A reply without the sentences that were said already."""
    return "".join(part for part in re.split(r"(?<=[.!?:])(?=\s)|(?<=\n)", text) if part.strip() not in spoken)


_FIELDS = {
    "number": "order",
    "status": "status",
    "state": "delivery",
    "promised_on": "promised for",
    "expected_on": "expected on",
    "reason": "reason",
    "sentence": "",
}


def plainly(messages: Iterable[AnyMessage]) -> str:
    """The newest facts as they are: what is said when no wording of a reply held."""
    for message in reversed(list(messages)):
        if isinstance(message, HumanMessage) and NOTICE in message.additional_kwargs:
            return str(message.additional_kwargs[NOTICE]["sentence"])
        if isinstance(message, ToolMessage):
            try:
                result: Any = json.loads(str(message.text))
            except ValueError:
                continue
            said = [
                f"{label}: {str(result[key]).replace('_', ' ')}" if label else str(result[key])
                for key, label in _FIELDS.items()
                if isinstance(result, dict) and result.get(key)
            ]
            if said:
                return f"This is what I know for certain: {'; '.join(said)}."
    return "I can't say that for certain. A colleague can look into it."
