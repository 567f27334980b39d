"""What may name a person or a place: it is asked about, because a machine cannot tell.

Works on the plain text of guard_spelling, with its capitals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brokerage.guard_words import (
    ACRONYMS,
    COMMON_WORDS,
    HEADS,
    LEADING_TO_NAME,
    LETTERED,
    NOT_OUTWARD,
    NUMBER_WORDS,
    PHRASES,
    PLACE_WORDS,
    POSTCODE_AREAS,
    RELATIVES,
    SERVICE_WORDS,
    SURE_TITLES,
    TITLES,
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_NUMBER = rf"(?:[0-9]{{1,2}}|{NUMBER_WORDS})"
_AGES = (
    _pattern(rf"(?<![a-z])ages?d?[\s:]{{1,2}}(?:of\s|about\s|around\s)?{_NUMBER}(?![a-z0-9])"),
    _pattern(
        rf"(?<![a-z0-9]){_NUMBER}[\s-]{{0,2}}(?:years?|yrs?|months?|mths?|weeks?|wks?|days?)[\s-]{{1,2}}old(?![a-z])"
    ),
    _pattern(r"(?<![a-z0-9])[0-9]{1,2}\s?(?:yo|mo|[ym]/o|y\.o\.?|yrs?/o|y\so)(?![a-z])"),
    _pattern(
        r"(?<![a-z])(?:s?he|they|child|boy|girl|baby|young person|son|daughter|sibling)"
        r"(?:'s|'re|\sis|\swas|\sare|\swho is)\s(?:only\s|just\s|now\s|nearly\s|about\s|almost\s)?"
        rf"{_NUMBER}(?![a-z0-9]|[.:/]?[0-9]|\s?(?:days?|weeks?|months?|minutes?|hours?|miles?|%|of|sessions?|am|pm))"
    ),
    _pattern(
        rf"(?<![a-z])(?:turns|turning|turned|will be)\s{_NUMBER}"
        r"(?:\s(?:in|on|next|this|soon|at|by|before|tomorrow|today)(?![a-z])|[.,]|$)"
    ),
)
_BIRTHDAYS = _pattern(
    r"(?<![a-z])(?:birthdays?(?![a-z])|dob(?![a-z])|born\s(?:on|in|at|last|this|yesterday|today|just|two"
    r"|three|a|the)(?![a-z]))"
)
# Said to be a name, so that it need not begin with a capital.
_SAID_TO_BE = _pattern(
    r"(?<![a-z])(?:sur|fore|nick)?name(?:\s(?:is|was)\s|\s?[:=]\s?)"
    r"(?!(?:not|no|on|in|to|at|by|the|a|one|there|still|also|missing|needed|required|known|unknown|given"
    r"|shown|listed|recorded|held|blank|asked|wanted|enough)(?![a-z]))[a-z]"
    rf"|(?<![a-z])(?:{'|'.join(sorted(RELATIVES))})\s(?:is\s|was\s)?(?:called|named)\s[a-z]"
)
_INITIALS = re.compile(
    r"(?<![A-Za-z.])(?:[A-Z]\.){2,3}(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:[Ii]nitials|[Pp]upil|[Cc]hild|[Ss]tudent|[Pp]erson|YP|[Bb]oy|[Gg]irl)"
    r"\s(?P<letters>[A-Z]{2,3})(?![A-Za-z])"
)
_SAINT = _pattern(
    rf"(?<![a-z])(?:st|saint)\.?\s[a-z']{{3,20}}\s(?:{'|'.join(sorted(PLACE_WORDS))})(?![a-z])"
)
_INITIAL_AND_NAME = re.compile(r"(?<![A-Za-z.])(?P<initial>[A-Z])\.? ?(?P<name>[A-Z][a-z]{2,20})")
# One word for two: "Mr.Khan", "Amina_Begum", "AminaBegum", but not SENCo.
_RUN_ON = re.compile(r"(?<=[a-z])[._](?=[A-Z])|(?<=[A-Za-z])_(?=[A-Za-z])")
_TITLE_RUN_ON = re.compile(r"(?<![A-Za-z])(Mr|Mrs|Ms|Miss|Dr)(?=[A-Z][a-z])")
# "Amina van der Berg", "Ali ibn Omar", "Sara al-Rashid": what stands between two names is none.
_PARTICLE = re.compile(
    r"(?<=[a-z])\s(?:van der|van den|van de|de la|van|von|del|de|dos|da|di|du|bin|ibn|bint|abu|ben"
    r"|al|el)[\s-](?=[A-Z][a-z])"
)
# A surgery by two words.
_CENTRE = _pattern(r"(?<![a-z])(?:medical|health|children's|family)\s(?:centre|practice)(?![a-z])")
_CAPITAL_INSIDE = re.compile(r"(?<![A-Za-z])([A-Z][a-z]{2,20})(?=[A-Z][a-z]{2})")
_OTHER_NAMES = _pattern(
    r"(?<![a-z])(?:known (?:as|by)|also called|a[. ]?k[. ]?a\.?|formerly|nee|maiden name|birth name"
    r"|name at birth|adoptive name|(?:uses?|using|took|taken|goes by) the (?:sur)?name|by deed poll"
    r"|used to be called|now called(?=\s[a-z])|answers to"
    r"|previously (?:called|named)|goes by|alias(?:es)?|real name|(?:new|old|former|previous)"
    r" (?:sur)?name"
    r"|changed (?:(?:her|his|their|the) )?(?:sur)?name)(?![a-z])"
)
_OUTWARD = _pattern(
    r"(?<![A-Za-z0-9])(?P<area>[a-z]{1,2})(?:[0-9]{1,2}|[0-9][a-z])(?![A-Za-z0-9]|[-/.][0-9])"
)
_PHRASES = _pattern(rf"(?<![a-z])(?:{'|'.join(map(re.escape, PHRASES))})(?![a-z])")
_TOKEN = re.compile(r"\S+")
_OPENING, _CLOSING = "([{<\"'-*~_#", ")]}>\"'-*~_,"
_KNOWN = (
    TITLES
    | SERVICE_WORDS
    | COMMON_WORDS
    | ACRONYMS
    | HEADS
    | PLACE_WORDS
    | frozenset(NUMBER_WORDS.split("|"))
)
_WORD_ENDINGS = ("ing", "ed", "ly", "tion", "tions", "ment", "ments", "sion", "ance", "ity", "ness")
_NEAR = 3
_A_FEW_WORDS = 25


@dataclass(frozen=True)
class _Word:
    """One word with what its place says about it."""

    text: str
    starts: bool  # a sentence, so that its capital says nothing
    ends: bool  # a sentence or a part of one

    @property
    def small(self) -> str:
        bare = self.text.lower()
        return bare[:-2] if bare.endswith("'s") else bare.rstrip("'.")

    @property
    def is_capital(self) -> bool:
        letters = self.text.replace("'", "").replace("-", "").replace(".", "")
        return letters.isalpha() and letters[0].isupper() and self.text not in {"I", "A"}

    @property
    def is_known(self) -> bool:
        small = self.small
        parts = small.split("-")
        return _is_listed(small) or (len(parts) > 1 and all(map(_is_listed, parts)))

    @property
    def may_name(self) -> bool:
        """Whether its capital may be a name's; a sentence's first word needs to look like none."""
        if not self.is_capital or self.is_known:
            return False
        return not self.starts or not self.small.endswith(_WORD_ENDINGS)


def naming(plain: str) -> Iterator[str]:
    """Yield the kinds of what may name a person or a place."""
    words = _words(_taken_apart(_PHRASES.sub(lambda found: found[0].lower(), _unshouted(plain))))
    if _has_title(words):
        yield "title"
    if _OTHER_NAMES.search(plain) or _SAID_TO_BE.search(plain) or _is_called(words):
        yield "other_name"
    if _has_name(words) or _has_lone_name(words) or _has_initials(plain):
        yield "name"
    if any(pattern.search(plain) for pattern in _AGES):
        yield "age"
    if _BIRTHDAYS.search(plain):
        yield "birthday"
    if any(map(_is_outward, _OUTWARD.finditer(plain))):
        yield "area"
    if _has_named_place(words) or _SAINT.search(plain):
        yield "place"


def _unshouted(text: str) -> str:
    """Return small letters where nearly everything is in capitals: there they say nothing."""
    letters = [sign for sign in text if sign.isalpha()]
    shouted = len(letters) > _A_FEW_WORDS and sum(map(str.isupper, letters)) > 0.8 * len(letters)
    return text.lower() if shouted else text


def _taken_apart(text: str) -> str:
    """Return the text with a space wherever two names are written as one word, or stand apart."""
    text = _TITLE_RUN_ON.sub(r"\1 ", _RUN_ON.sub(" ", text))
    text = _PARTICLE.sub(" ", _CENTRE.sub("surgery", text))
    return _CAPITAL_INSIDE.sub(r"\1 ", text)


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    starts, line = True, 0
    for token in _TOKEN.finditer(text.replace("/", " / ").replace("&", " & ")):
        starts = starts or "\n" in token.string[line : token.start()]
        line = token.end()
        bare = token[0].lstrip(_OPENING)
        starts = starts or (bare != token[0] and token[0][0] not in "'-")
        word = bare.rstrip(_CLOSING + ".!?:;")
        tail = bare[len(word) :]
        if len(word) == 1 and words and words[-1].small in LETTERED:
            word = word.lower()
        dotted = "." in tail and (
            (len(word) == 1 and word.isupper()) or word.lower() in TITLES | {"st"}
        )
        stop = any(sign in tail for sign in "!?:;") or ("." in tail and not dotted)
        if word:
            words.append(_Word(word, starts, stop or any(sign in tail for sign in ")]}")))
        starts = stop or not word
    return words


def _is_listed(small: str) -> bool:
    return (
        small in _KNOWN
        or (small.endswith("s") and (small[:-1] in _KNOWN or small[:-1].rstrip("'") in _KNOWN))
        or (small.endswith("ies") and small[:-3] + "y" in _KNOWN)
    )


def _after(words: list[_Word], place: int) -> list[_Word]:
    """Return the few words that follow in the same sentence."""
    following: list[_Word] = []
    for one, other in zip(
        words[place : place + _NEAR], words[place + 1 : place + 1 + _NEAR], strict=False
    ):
        if one.ends:
            break
        following.append(other)
    return following


def _has_title(words: list[_Word]) -> bool:
    for place, word in enumerate(words):
        following = _after(words, place)
        if not following or word.small not in TITLES:
            continue
        name = following[0]
        if word.small in SURE_TITLES and name.text.replace("'", "").isalpha() and not name.is_known:
            return True
        if word.is_capital and name.is_capital and not name.is_known:
            return True
    return False


def _is_called(words: list[_Word]) -> bool:
    return any(
        word.small in {"called", "named"}
        and any(after.may_name for after in _after(words, place)[:1])
        for place, word in enumerate(words)
    )


def _has_name(words: list[_Word]) -> bool:
    """Two capitalised words side by side that are on no list, and not a service's name."""
    for place, word in enumerate(words):
        if not word.may_name:
            continue
        if "-" in word.text and _is_double(word):
            return True
        following = _after(words, place)
        if following and following[0].may_name and not _heads(words, place + 1):
            return True
    return False


def _has_lone_name(words: list[_Word]) -> bool:
    """One capitalised word where a given name is likely: "mother Amina", "for Jayden"."""
    for place, word in enumerate(words):
        if not word.may_name or word.text.isupper() or "'" in word.text.removesuffix("'s"):
            continue
        following = [other.small for other in _after(words, place)[:1]]
        before = [other.small for other in words[max(0, place - 2) : place]]
        if following and following[0] in RELATIVES and word.text.endswith("'s"):
            return True
        if before[-1:] == ["the"] and (following == ["family"] or word.text.endswith("s")):
            return following == ["family"] or not following
        if not before or _is_service(words, place):
            continue
        if word.starts:  # by a bracket: "dad (Dave)"
            if before[-1] in RELATIVES and not words[place - 1].ends:
                return True
        elif (
            before[-1] in LEADING_TO_NAME
            or before[-1].isdigit()
            or (before[-1] == "of" and before[0] in RELATIVES)
        ):
            return True
    return False


def _is_service(words: list[_Word], place: int) -> bool:
    """Return whether capitalised words go on as a service's name: "Hackney Children's Services"."""
    for word in _after(words, place):
        if word.small in HEADS | PLACE_WORDS:
            return True
        if not word.is_capital:
            return False
    return False


def _has_initials(plain: str) -> bool:
    for found in _INITIALS.finditer(plain):
        letters = (found["letters"] or found[0].replace(".", "")).lower()
        if letters not in ACRONYMS | {"uk", "nb", "ie", "am", "pm", "eg"}:
            return True
    return any(
        not _is_listed(found["name"].lower()) and "." in found[0]
        for found in _INITIAL_AND_NAME.finditer(plain)
    )


def _is_double(word: _Word) -> bool:
    """Return whether one word is two names joined: "Shah-Jones"."""
    parts = word.text.split("-")
    return len(parts) == 2 and all(
        len(part) > 1 and part[0].isupper() and not part.isupper() and not _is_listed(part.lower())
        for part in parts
    )


def _heads(words: list[_Word], place: int) -> bool:
    """Return whether a name goes on as a service's: "... City Council", "... safeguarding team"."""
    for word in _after(words, place):
        if word.small in HEADS:
            return True
        if not (word.is_capital or word.is_known):
            return False
    return False


def _is_outward(found: re.Match[str]) -> bool:
    area = found["area"]
    if area.lower() not in POSTCODE_AREAS or found[0].lower() in NOT_OUTWARD:
        return False
    return area.isupper() or len(area) == 2


def _has_named_place(words: list[_Word]) -> bool:
    """A school, surgery, nursery or refuge beside a name."""
    for place, word in enumerate(words):
        following = _after(words, place)
        if word.may_name and _leads_to_place(following):
            return True
        if (
            word.small in PLACE_WORDS
            and len(following) > 1
            and following[0].small in {"in", "at", "near", "called", "named"}
            and following[1].may_name
        ):
            return True
    return False


def _leads_to_place(following: list[_Word]) -> bool:
    """Return whether a place word comes next, perhaps after others of its name ("Primary")."""
    for word in following:
        if word.small in PLACE_WORDS:
            return True
        if not word.is_capital:
            return False
    return False
