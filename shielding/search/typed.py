"""What somebody typed into the search box: by its form alone, before anything is looked for.

A record number must not be looked for among names: it would be looked up without a purpose. So what
has the form of one, or nearly, is taken for one. The order matters: a number, a reference, an
address, a reference with a mistake in it, what is mostly digits; the rest are names.
"""

import re

from django.db.models import TextChoices

from logbook.references import as_reference
from shielding.records import number as record_number

# So many digits make a number where they are most of what was typed: "Unit 2001" is a service.
_DIGITS = 4


class Kind(TextChoices):
    """What was typed, as the entry of a search names it."""

    REFERENCE = "reference", "a reference"
    MISTYPED = "mistyped_reference", "a reference with a mistake in it"
    NUMBER = "number", "a record number"
    NAME = "name", "a person or a service"


def kind_of(typed: str) -> Kind:
    """Return what was typed, by its form."""
    bare = record_number.normalise(typed)
    digits = sum(character.isdigit() for character in bare)
    if digits and record_number.is_record_number(bare):
        return Kind.NUMBER
    if as_reference(typed):
        return Kind.REFERENCE
    if "@" in typed:
        return Kind.NAME
    # What people are called begins so too (Iwan), but has neither digits nor a dash after it.
    if re.fullmatch(r"IW[A-Z0-9]{5,10}", bare) and (digits or re.match(r"(?i)\s*iw\s*-", typed)):
        return Kind.MISTYPED
    return Kind.NUMBER if digits >= _DIGITS and 2 * digits > len(bare) else Kind.NAME
