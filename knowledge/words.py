"""Words: lower-cased, without what carries no meaning, singular and plural brought together."""

import re

_TOKEN = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[#@$%]")

STOPWORDS = frozenset(
    """a about actually after again all already also am an and any anyone anything are as at be because been
    before being but by can cannot could did do does doing done for from get gets getting give go going got
    had has have having he hello help her here hey hi him his how i if in into is it its just know let like
    look made make many may me might more most much must my need never new no not now of off ok okay on one
    ones only or our out over please put really said same say see send she should since so some still take
    tell than thank thanks that the their them then there these they thing things this those to today too up
    us very want wanted was way we well went were what when where which while who why will with won't would
    yes yet you your i'm i've i'd it's don't can't didn't doesn't isn't""".split()
)


def tokens(text: str) -> list[str]:
    """Lower-cased words and numbers, apostrophes kept."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def stem(word: str) -> str:
    """A light stem that brings singular and plural together."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def content_stems(text: str) -> list[str]:
    """The stems that carry meaning, in order."""
    return [stem(token) for token in tokens(text) if (token not in STOPWORDS and token.isalnum()) or "'" in token]
