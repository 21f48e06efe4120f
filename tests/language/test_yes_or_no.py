"""A clear yes or no is one that says nothing else. Written from how people answer, not from the word lists."""

import pytest

from language.answers import yes_or_no

YES = [
    "yes",
    "Yes.",
    "YES!!",
    "yes please",
    "yeah",
    "yep",
    "yup",
    "y",
    "sure",
    "sure thing",
    "ok",
    "okay, do it",
    "k do it",
    "go ahead",
    "please do",
    "yes, go ahead please",
    "that's right",
    "yep thats right",
    "correct",
    "confirm",
    "I confirm",
    "absolutely",
    "of course",
    "sounds good",
    "looks good, do it",
    "fine, yes",
    "alright, yes then",
    "Yes, thank you very much.",
    "definitely",
    "\N{THUMBS UP SIGN}",
]
NO = [
    "no",
    "No.",
    "nope",
    "nah",
    "no thanks",
    "no, thank you",
    "don't",
    "do not do that",
    "please don't",
    "not now",
    "never mind",
    "nevermind",
    "forget it",
    "no, leave it",
    "no way",
    "stop",
    "absolutely not",
    "n",
    "no don't do it",
    "\N{THUMBS DOWN SIGN}",
]
NEITHER = [
    "",
    "yes but only the tent",
    "yes, and cancel the headlamp too",
    "no, the other one",
    "no wait, the tent, not the headlamp",
    "are you sure?",
    "is that ok?",
    "ok so how long does it take?",
    "I'm not sure",
    "maybe",
    "hm",
    "yes to the mug, no to the flask",
    "do you have it in size 10",
    "the right one",
    "not the blue one",
    "no longer needed",
    "sure, but when do I get my money?",
    "what happens if I say yes?",
    "don't cancel the tent, only the mug",
    "right boot is torn",
]


@pytest.mark.parametrize("text", YES)
def test_a_plain_yes_is_a_yes(text: str) -> None:
    assert yes_or_no(text) == "yes"


@pytest.mark.parametrize("text", NO)
def test_a_plain_no_is_a_no(text: str) -> None:
    assert yes_or_no(text) == "no"


@pytest.mark.parametrize("text", NEITHER)
def test_what_says_more_is_neither(text: str) -> None:
    assert yes_or_no(text) is None
