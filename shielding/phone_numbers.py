"""How a work phone number is written: nothing else passes for one."""

import re

from logbook.bare import DASHES

# So written that nothing else passes for one: no NHS number, which begins with neither 0 nor +,
# and no words.
PHONE_NUMBER = r"^(0|\+[1-9])( ?[0-9]){9,14}( ext [0-9]{1,6})?$"


def is_phone_number(text: str) -> bool:
    """Return whether a text in its stored spelling is a phone number."""
    return "\n" not in text and re.match(PHONE_NUMBER, text) is not None


def phone_as_stored(phone: str) -> str:
    """Return a phone number the one way it is stored: digits with single spaces."""
    bare = re.sub(r"[()]", "", phone.lower())
    return re.sub(rf"[\s.{DASHES}]+", " ", bare).strip()
