"""Short answers: yes, no, which one, how many, that was all."""

import re
from typing import Literal

from rapidfuzz.distance import DamerauLevenshtein

from knowledge.words import STOPWORDS, stem, tokens

_THAT = r"(?:that|this|it|these|those|all|everything)"
_AGREED = re.compile(
    rf"\b{_THAT}(?:'s|'re| is| are| looks?| sounds?| seems?| works?)"
    r" (?:(?:just|all|absolutely|perfectly|totally|exactly|quite|very) )?"
    r"(?:right|correct|fine|good|great|perfect|ok|okay|alright|exactly right|the (?:right |correct )?one|"
    r"(?:exactly )?what i (?:want|wanted|need|needed|meant|asked for))\b|"
    rf"\b{_THAT} works\b|"
    r"\b(?:sounds|looks|seems|reads) (?:(?:just|all|about|very) )?(?:right|good|great|fine|perfect|correct|ok|okay)\b|"
    r"\bworks (?:for|with) me\b|\ball (?:good|correct|fine)\b|\bgood to go\b|"
    r"\b(?:please |let's )?(?:go|carry) (?:on|ahead|for (?:it|that|this))\b|"
    r"\b(?:please (?:continue|do)|let's (?:go|continue))\b|\bsure thing\b|"
    r"\bdo (?:it|that|this|so|exactly that|just that)\b|\bi (?:confirm|agree|approve|accept)\b|"
    r"\byes i (?:do|am|would)\b|"
    r"\bmake (?:it so|it happen|(?:the|that|this|those|these) changes?)\b|\bof course\b|\bby all means\b"
)
"""Agreement in more than a word."""
_VERB = r"(?:do|change|send|cancel|return|exchange|ship|touch|proceed|bother|continue|go ahead|go on|go through)"
_REFUSED = re.compile(
    rf"\b(?:don't|do not)(?: want(?: to)?)?(?: {_VERB})?"
    r"(?: (?:with )?(?:it|that|this|so|them|anything|any of (?:it|that)))?\b"
    r"(?! think)|"
    r"\bi (?:don't|do not) (?:think so|want (?:it|that|this))\b|\bnever ?mind\b|"
    r"\b(?:forget|leave|drop|scrap|skip)(?: about)? (?:it|that|this|them|everything)(?: one)?"
    r"(?: (?:alone|be|as (?:it|they) (?:is|are|was|were)|as is|the way it is))?\b|"
    r"\bkeep (?:it|that|this|them|everything)(?: (?:as (?:it|they) (?:is|are)|as is))?\b|"
    r"\bno (?:thanks|thank you|way|need)\b|\bnot (?:now|today|any ?more|at all|needed)\b|"
    r"\b(?:absolutely|definitely|certainly|rather) not\b|\b(?:i|i've|i have) changed my mind\b|\bchanged my mind\b|"
    r"\b(?:i'd|i would) rather (?:not|keep it)\b|\b(?:hold|hang) on\b|\bwait\b|\bstop\b|"
    r"\bi (?:only|just) (?:want|wanted|meant) to (?:know|ask|check|see)\b|"
    r"\b(?:(?:i'm|i am|i was) )?(?:only|just) (?:asking|wondering|curious|checking|looking)\b"
)
"""A refusal in more than a word."""
_CANCEL_THAT = re.compile(r"\bcancel that\b")
"""A refusal where it stands alone; beside a yes it repeats what is agreed to."""
_ASIDE = re.compile(
    r"\bno (?:problem|worries)\b|\btoo bad\b|"
    r"\bthat(?:'s| is| was| will be|'ll be| would be) (?:it|all|everything)(?: for (?:now|today))?\b|"
    r"\b(?:send|ship|give|take) (?:it|them|that|this) back\b|\b(?:this|that) one\b|\bfor your help\b"
)
"""What says nothing of yes or no."""
_YES = frozenset(
    """yes yep yeah yup ya yea aye y confirm confirmed correct agreed absolutely definitely certainly affirmative
    exactly proceed perfect""".split()
)
_WEAK = frozenset("k kk sure ok okay okey fine alright right".split())
"""Agrees to what is offered, and as well to what the speaker says next: "okay, leave it"."""
_NO = frozenset("no nope nah nay negative n".split())
_FILLER = frozenset(
    """please thanks thank you very much that this it it's that's is i me my a to the with and now then so just go
    ahead for great cool awesome good yes ty thx pls would like want i'd i'll you're kindly oh um uh hm hmm well hey
    nice done i'm am bye goodbye cheers""".split()
)
_ECHO = frozenset("cancel return exchange send ship change update refund them order item items".split())
"""Words that repeat what is agreed to, as in "yes cancel it"."""
_ARTICLES = frozenset({"the", "a", "an", "my"})
"""After one of these a word describes something: "the right one" agrees to nothing."""
_SIGNS: dict[str, Literal["yes", "no"]] = {"👍": "yes", "✅": "yes", "👌": "yes", "👎": "no", "❌": "no"}
_SPELLED = {
    "thats": "that's", "dont": "don't", "lets": "let's", "im": "i'm", "ill": "i'll", "yse": "yes", "yess": "yes",
    "yees": "yes", "yesss": "yes", "ye": "yes", "yeh": "yes", "sur": "sure", "oky": "okay", "okey": "okay",
    "pleas": "please", "plese": "please", "plz": "please", "nevermind": "never mind",
}  # fmt: skip
"""Slips of the fingers in words too short to be compared."""
_PHRASED = frozenset(
    word for each in (_AGREED, _REFUSED, _ASIDE) for word in re.findall(r"(?<!\\)[a-z]{4,}", each.pattern)
)
_DECIDING = sorted({word for word in _YES | _WEAK | _FILLER | _ECHO | _PHRASED if len(word) > 3 and word.isalpha()})
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "sixth": 5, "top": 0, "former": 0, "latter": 1, "last": -1, "bottom": -1,
}  # fmt: skip
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "a": 1, "an": 1, "couple": 2, "pair": 2, "both": 2, "dozen": 12,
}  # fmt: skip
_AMOUNTS = frozenset({"a", "an", "couple", "pair", "both", "dozen"})
"""Words that count things and stand for no position."""
_FAREWELL = re.compile(
    r"\b(?:that|this|it)(?:'s| is| was|'ll be| will be| would be) (?:about )?(?:all|everything|it)\b"
    r"(?: (?:for (?:now|today|me)|from me|i (?:needed|need|wanted|want|had)))?\b|"
    r"\b(?:that's|that is|that'll be|that will be) me (?:done|sorted)\b|\bthat(?:'ll| will) do\b|"
    r"\bnothing (?:else|more|further)\b|\bno (?:more|further|other) questions?\b|\bno (?:that's|that is) (?:all|it)\b|"
    r"\b(?:i'm|i am|we're|we are)(?: all)? (?:done|set|finished|sorted|good|fine)\b|\ball (?:done|set|sorted)\b|"
    r"\b(?:good ?bye|bye(?: bye)?|cya|farewell|good ?night|take care|see (?:you|ya)(?: (?:later|soon|around))?)\b|"
    r"\bhave an? (?:nice|good|great|lovely|wonderful|pleasant) (?:day|one|evening|afternoon|weekend|night)\b"
)
_COURTESY = frozenset(
    """thanks thank thx ty you so very much kindly a lot many cheers great perfect good lovely nice wonderful excellent
    awesome brilliant super ok okay okey alright right fine cool well and then now i for your help time everything
    the today have been helpful no yes yep yeah nope really appreciate it this that that's all again oh ah too
    please just was""".split()
)
_UNITS = frozenset(
    """gb tb mb mp mm cm m km inch inche in ft foot feet yd lb lbs pound oz ounce kg g gram ml l litre liter gallon
    quart w watt v volt hz khz ghz mah k fps dpi megapixel piece pc person people man speed level setting hour hr
    minute min second sec day night week month year am pm percent star dollar usd buck euro cent degree way zone color
    colour
    size door seat burner slot string key button port track times time o'clock order question thing go more last
    moment point axis ply layer season pack burners""".split()
)  # fmt: skip
"""What a number before describes, or counts that nobody buys."""
_LABELS = frozenset(
    """size number no order zip code option line apt apartment suite unit ste card ending ending in model version
    series type level speed page step # $ january february march april may june july august september october november
    december jan feb mar apr jun jul aug sep sept oct nov dec at""".split()
) - {"in"}
"""What a number after belongs to."""
_DETERMINERS = frozenset("the this that these those which other any another each every my no what".split())
_OPTICAL = frozenset("zoom optical digital magnification magnify faster speed".split())


def yes_or_no(text: str) -> Literal["yes", "no"] | None:
    """A clear yes, a clear no, or neither.

    Either must say nothing else: "yes, but to my other address" and "no wait, the lamp" are neither, so that
    nobody is taken to have agreed to more, or to have dropped more, than they said. A question is neither.
    """
    if "?" in text:
        return None
    words = [_spelled(word) for word in tokens(text)]
    signs = {_SIGNS[each] for each in text if each in _SIGNS}
    if not words:
        return signs.pop() if len(signs) == 1 else None
    rest, refused = _without(" ".join(words).replace("all right", "alright"), _REFUSED)
    rest, agreed = _without(rest, _AGREED)
    rest, _ = _without(rest, _ASIDE)
    single = rest.split()
    said = [each for before, each in zip(["", *single], single, strict=False) if before not in _ARTICLES]
    strong = bool(agreed or set(said) & _YES or "yes" in signs)
    refused = bool(refused or set(single) & _NO or "no" in signs)
    if _CANCEL_THAT.search(rest) and not strong:
        rest, refused = _CANCEL_THAT.sub(" ", rest), True
    left = set(rest.split()) - _YES - _WEAK - _NO - _FILLER
    if left - _ECHO or (left and refused) or (strong and refused):
        return None
    if refused:
        return "no"
    # "Alright, that was everything" takes leave, and agrees to nothing.
    weak = set(said) & _WEAK and not _FAREWELL.search(" ".join(words))
    return "yes" if strong or weak else None


def takes_leave(text: str) -> bool:
    """Whether somebody says that this was all, or goodbye, and asks for nothing more."""
    if "?" in text:
        return False
    rest, found = _without(" ".join(_spelled(word) for word in tokens(text)), _FAREWELL)
    rest, _ = _without(rest, _REFUSED)
    return found and set(rest.split()) <= _COURTESY


def _without(text: str, pattern: re.Pattern[str]) -> tuple[str, bool]:
    """The text without what matches, and whether anything did."""
    rest, count = pattern.subn(" ", text)
    return " ".join(rest.split()), count > 0


def _spelled(word: str) -> str:
    """The deciding word a typing error was meant to be.

    A letter too few, too many, or wrong counts in long words only: "thank" and "tank" are both words.
    Two letters swapped, or one typed twice, count in short ones also.
    """
    if word in _SPELLED or len(word) < 4 or not word.isalpha():
        return _SPELLED.get(word, word)
    if word in STOPWORDS or word in _DECIDING:
        return word
    for near in _DECIDING:
        if near[0] != word[0] or DamerauLevenshtein.distance(word, near, score_cutoff=1) > 1:
            continue
        swapped = len(near) == len(word) and sorted(near) == sorted(word)
        doubled = re.sub(r"(.)\1", r"\1", word) == re.sub(r"(.)\1", r"\1", near)
        if swapped or doubled or min(len(word), len(near)) >= 6:
            return near
    return word


def chosen(text: str, options: list[str]) -> list[int]:
    """Which of the numbered options an answer names by position; empty where it names none.

    `both` and `all` name every option. An answer such as `2` counts from one.
    """
    words = tokens(text)
    if not words or not options:
        return []
    if set(words) & {"all", "everything"} or ("both" in words and len(options) == 2):
        return list(range(len(options)))
    if set(words) & {"either", "any", "whichever"}:
        return [0]
    picked = [_ORDINALS[word] for word in words if word in _ORDINALS]
    if "other" in words and len(options) == 2 and not picked:
        return [1]
    if not picked:
        bare = [word for word in words if word not in {"number", "option", "the", "please", "#", "one"}]
        if len(bare) == 1 and re.fullmatch(r"[1-9]\d?", bare[0]):
            picked = [int(bare[0]) - 1]
        elif len(words) == 1 and words[0] in NUMBERS and words[0] not in _AMOUNTS:
            picked = [NUMBERS[words[0]] - 1]
    return [len(options) - 1 if each == -1 else each for each in picked if -1 <= each < len(options)]


def quantity_in(text: str) -> int | None:
    """How many units a phrase speaks of, such as `2 of the mugs` or `both mugs`.

    A number that describes what is meant counts nothing: `10x zoom`, `the 8 GB one`, `a size 9 boot`, `6 person tent`.
    """
    words = re.findall(r"[#$]|\d+[a-z]+|[\w.,'’-]*\w", text.lower())
    for at, word in enumerate(words):
        count, rest = _count(word, words[:at], words[at + 1 :])
        if count and _counts(words[:at], word, rest):
            return count
    return None


def _count(word: str, before: list[str], after: list[str]) -> tuple[int, list[str]]:
    """The number a word says and the words behind it, `x` and `of` left out; 0 where it says none."""
    match = re.fullmatch(r"([1-9]\d?)(x?)", word)
    if not match and (word not in NUMBERS or word in {"a", "an", "pair"}):
        return 0, after
    count = int(match.group(1)) if match else NUMBERS[word]
    times = bool(match and match.group(2))
    if after[:1] == ["x"]:
        times, after = True, after[1:]
    if times:
        described = set(after[:1]) & _OPTICAL or before[-1:] in (["the"], ["a"], ["an"])
        return (0, after) if described else (count, ["of", *after])
    return count, after


def _counts(before: list[str], word: str, after: list[str]) -> bool:
    """Whether a number says how many, by the words around it."""
    if before and before[-1] in _LABELS:
        return False
    of = after[:1] == ["of"]
    thing = [each for each in after if each not in {"of", "the", "my", "these", "those", "them", "our", "more"}][:3]
    if thing and stem(thing[0].split("-")[0]) in _UNITS and word != "both":
        return False
    if word == "one" and not of:
        return bool(thing) and after[0] not in STOPWORDS and not _stands_for(before)
    if of or word in _AMOUNTS or not after or after[0] in STOPWORDS:
        return True
    # "two blue mugs" counts; "6 person tent" and "12 birch lane" do not.
    return len(thing) == 1 or any(each != stem(each) for each in thing)


def _stands_for(before: list[str]) -> bool:
    """Whether `one` stands for a thing, as in "the large blue one"."""
    for word in reversed(before):
        if word in _DETERMINERS:
            return True
        if word in STOPWORDS:
            return False
    return False
