"""The guard that keeps case information out of free text: what is refused, and what is asked about.

Process document: access to a shielded record is asked for "without case information". Pure: a text
and a day go in, a verdict and the kinds of what was found come out; never the text.
"""

from dataclasses import dataclass
from datetime import date

from brokerage.guard_identifiers import identifying, without_own_references
from brokerage.guard_names import naming
from brokerage.guard_spelling import normalise, plainly, spelled_out

REFUSED, QUESTIONED, PASSED = "refused", "questioned", "passed"

# What is refused, with its words for a person; in this order it is told.
REFUSED_KINDS = {
    "nhs_number": "an NHS number",
    "pupil_number": "a unique pupil number",
    "insurance_number": "a National Insurance number",
    "driving_licence": "a driving licence number",
    "registration": "a vehicle registration",
    "phone": "a phone number",
    "email": "an email address",
    "web_address": "a web address",
    "handle": "a name on social media",
    "postcode": "a postcode",
    "address": "a house number and street",
    "birth_date": "a date of birth",
    "date": "a date that is past or more than a year away",
    "digits": "a number of six or more digits",
}
# What is asked about: it may be innocent.
QUESTIONED_KINDS = {
    "title": "a title and a name",
    "other_name": "another name somebody has or had",
    "name": "a name",
    "age": "an age",
    "birthday": "a birthday, or when somebody was born",
    "day": "a day that may be past",
    "year": "a year that is past",
    "reference": "another service's reference",
    "account": "a name somebody uses online",
    "area": "the first half of a postcode",
    "place": "the name of a school, surgery, nursery or refuge",
}
KINDS = REFUSED_KINDS | QUESTIONED_KINDS
# What is found for certain is not asked about as well.
COVERED_BY = (
    ({"postcode", "registration"}, {"area"}),
    ({"birth_date"}, {"birthday"}),
    ({"handle", "email", "web_address"}, {"account"}),
)


@dataclass(frozen=True)
class Finding:
    """What the guard says of one text: the verdict, and codes of KINDS, refused ones first."""

    verdict: str
    kinds: tuple[str, ...]

    @property
    def refused(self) -> tuple[str, ...]:
        """The kinds for which the text is refused."""
        return tuple(kind for kind in self.kinds if kind in REFUSED_KINDS)

    @property
    def questioned(self) -> tuple[str, ...]:
        """The kinds about which its author is asked."""
        return tuple(kind for kind in self.kinds if kind in QUESTIONED_KINDS)


def inspect(text: str, today: date) -> Finding:
    """Return what a text holds, as written on a day. Raises for no text; keeps nothing of it.

    Refused: what points at one child, family or place, and every date but those of the year that
    begins today. Questioned: what may be a name, an age, an area or a past day. References of this
    product, names of services, roles and processes, and words such as "last week" pass: people say
    with them what they did themselves.
    """
    plain = without_own_references(plainly(text))
    decoded = without_own_references(normalise(text))
    found = {*identifying(decoded, plain, spelled_out(plain), today), *naming(plain)}
    for clear, unsure in COVERED_BY:
        if found & clear:
            found -= unsure
    kinds = tuple(kind for kind in KINDS if kind in found)
    if any(kind in REFUSED_KINDS for kind in kinds):
        return Finding(REFUSED, kinds)
    return Finding(QUESTIONED if kinds else PASSED, kinds)


def in_words(kinds: tuple[str, ...]) -> str:
    """Return kinds as a person reads them: "a phone number and a postcode"."""
    words = [KINDS[kind] for kind in kinds]
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
