"""How a work phone number is written: nothing else passes for one."""

import re

from logbook.bare import DASHES

# So written that nothing else passes for one: no NHS number, which begins with neither 0 nor +,
# and no words.
PHONE_NUMBER = r"^(0|\+[1-9])( ?[0-9]){9,14}( ext [0-9]{1,6})?$"


def is_phone_number(text: str) -> bool:
    """Return whether a text in its stored spelling is a phone number."""
    return "\n" not in text and re.match(PHONE_NUMBER, text) is not None


def is_invented(phone: str) -> bool:
    """Return whether no telephone rings under this: none is given, or one kept for examples.

    The numbers of our defaults are of such a range: a demo must lead nobody to a stranger.
    """
    digits = re.sub(r"[^0-9+]", "", phone).replace("+44", "0", 1)
    return not digits or digits.startswith("01632960")


def as_dialled(phone: str) -> str:
    """Return a phone number as a telephone dials it, without an extension.

    Nor with the (0) that people write after a country's code: nobody dials that.
    """
    number = re.split(r"[A-Za-z]", phone.replace("(0)", ""))[0]
    return re.sub(r"[^0-9+]", "", number)


def phone_as_stored(phone: str) -> str:
    """Return a phone number the one way it is stored: digits with single spaces."""
    bare = re.sub(r"[()]", "", phone.lower())
    return re.sub(rf"[\s.{DASHES}]+", " ", bare).strip()
