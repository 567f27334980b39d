"""Identifiers of every kind to be refused, in the spellings people use, in honest sentences.

Everything is drawn from one seeded generator: a seed names the same text on every machine. Numbers
with a check digit have the right one; none is known to belong to anybody.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from stdnum.gb import nhs, upn

UPPER = "ABCDEFGHJKLMNPRSTUVWXYZ"
UNIT = "ABDEFGHJLNPQRSTUWXYZ"
AREAS = [*"BELMNSW", "BS", "CV", "EC", "GL", "HU", "IP", "LS", "MK", "NE", "NG", "OL", "OX", "YO"]
SENTENCES = [
    "We would like to arrange a joint visit, {}, before the next review.",
    "{}",
    "Please ring our duty desk. {}",
    "The plan needs one lead professional ({}) and we are free on Mondays.",
    "I work with the family in Early Help: {}. Available 9.30am to 4pm.",
    "Health need: the Health Visitor asked us to make contact {} about Year 6 transition",
    "under section 47 we must make enquiries\n{}\nThank you",
]
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202c"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
SPACES = " \u00a0\u2009\u202f\u3000"
SCRIPTS = [0xFF10, 0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x1D7D8, 0x1D7F6]
TYPED = {"0": "Oo", "1": "Il|"}
MONTHS = "January February March April May June July August September October November December"


class Identifier(NamedTuple):
    """One text to refuse: what was planted, and the sentence it stands in."""

    kind: str
    text: str


def generated(count: int, seed: int, today: date) -> Iterator[Identifier]:
    """Yield texts, the kinds in turn."""
    draw = Random(seed)
    kinds = list(MADE.items())
    for place in range(count):
        kind, make = kinds[place % len(kinds)]
        planted = make(draw, today)
        yield Identifier(kind, draw.choice(SENTENCES).format(planted))


def digits(draw: Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def grouped(draw: Random, text: str, *sizes: int) -> str:
    """Return the text in groups with one sign between them, in single characters, or in one."""
    style = draw.random()
    if style < 0.2:
        return text
    if style < 0.3:
        return draw.choice(SPACES + DASHES + ".").join(text)
    sign = draw.choice([*SPACES, *DASHES, ".", "/", " - ", "_", ",", "\u00b7"])
    parts = []
    for size in sizes:
        parts.append(text[:size])
        text = text[size:]
    return sign.join(part for part in [*parts, text] if part)


def disguised(draw: Random, text: str) -> str:
    """Return the text as it is, or with one disguise that leaves it readable."""
    style = draw.randrange(8)
    if style == 0:
        place = draw.randrange(1, len(text))
        return text[:place] + draw.choice(INVISIBLE) + text[place:]
    if style == 1:
        zero = draw.choice(SCRIPTS)
        return "".join(chr(zero + int(sign)) if sign in "0123456789" else sign for sign in text)
    if style == 2:
        return text.lower()
    if style == 3:
        return f"({text})"
    if style == 4 and sum(map(str.isdigit, text)) > 5:
        return "".join(
            draw.choice(TYPED[sign]) if sign in TYPED and draw.random() < 0.5 else sign
            for sign in text
        )
    return text


def nhs_number(draw: Random, today: date) -> str:
    while True:
        nine = digits(draw, 9)
        for last in "0123456789":
            if nhs.is_valid(nine + last):
                return disguised(draw, grouped(draw, nine + last, 3, 3, 4))


def pupil_number(draw: Random, today: date) -> str:
    body = draw.choice(["201", "301", "330", "801", "840", "925"]) + digits(draw, 9)
    return disguised(draw, grouped(draw, upn.calc_check_digit(body) + body, 1, 3, 4, 5))


def insurance_number(draw: Random, today: date) -> str:
    prefix = draw.choice(["QQ", "AB", "JW", "BG", "ZZ", "DF", "PT", "NK"])
    number = prefix + digits(draw, 6) + draw.choice(["A", "B", "C", "D", "C", ""])
    return disguised(draw, grouped(draw, number, 2, 2, 2, 2))


def postcode(draw: Random, today: date) -> str:
    district = draw.choice(["1", "6", "11", "23", "1A", "2W"])
    inward = draw.choice("0123456789") + draw.choice(UNIT) + draw.choice(UNIT)
    sign = draw.choice(["", " ", " ", "\u00a0", "-", "  ", "."])
    return disguised(draw, draw.choice(AREAS) + district + sign + inward)


def phone(draw: Random, today: date) -> str:
    made = draw.choice(["077", "0121", "020", "01632", "0800"])
    national = made + digits(draw, 11 - len(made))
    style = draw.randrange(5)
    if style == 0:
        country = draw.choice(["+44 ", "+44", "0044 ", "+44 (0)", "44 "])
        return disguised(draw, country + grouped(draw, national[1:], 4, 3, 3))
    if style == 1:
        return disguised(draw, f"({national[:5]}) {national[5:8]} {national[8:]}")
    return disguised(draw, grouped(draw, national, draw.choice([3, 4, 5]), 3, 4))


def email(draw: Random, today: date) -> str:
    who = draw.choice(["jade.smith", "a.khan12", "mum_of_3", "o'neill", "info"])
    where = draw.choice(["example.com", "school.example.sch.uk", "mail.example.co.uk", "nhs.net"])
    at = draw.choice(["@", "@", "@", " @ ", "(at)", " [at] ", "\uff20", "\ufe6b"])
    whole = f"{who}{at}{where}"
    return draw.choice([whole, whole.upper(), whole.title(), f"<{whole}>", f"mailto:{whole}"])


def web_address(draw: Random, today: date) -> str:
    begins = draw.choice(["https://", "http://", "www.", "", "hxxp://", "HTTPS://www."])
    host = draw.choice(["facebook.com", "example.co.uk", "blog.example.org", "bit.ly", "x.com"])
    return begins + host + draw.choice(["", "/jade", "/p/12?x=1", "/@jade"])


def handle(draw: Random, today: date) -> str:
    who = draw.choice(["jade_s", "jadex09", "TheRealKhan", "m.khan_07", "xx_jay_xx"])
    style = draw.choice(
        ["@{}", "@{}", "insta: {}", "snapchat {}", "Instagram name {}", "on tiktok as {}"]
    )
    return style.format(who if style.startswith("@") or any(c in who for c in "_0") else "jade_s")


def birth_date(draw: Random, today: date) -> str:
    return date_of(draw, today - timedelta(days=draw.randrange(1, 18 * 365)))


def date_of(draw: Random, day: date) -> str:
    """Return a day as people write it."""
    month = MONTHS.split()[day.month - 1]
    short = day.year % 100
    nth = {1: "st", 21: "st", 31: "st", 2: "nd", 22: "nd", 3: "rd", 23: "rd"}.get(day.day, "th")
    sign = draw.choice(["/", "-", ".", "\u2013", "/"])
    written = draw.choice(
        [
            f"{day.day}{sign}{day.month}{sign}{day.year}",
            f"{day.day:02}{sign}{day.month:02}{sign}{short:02}",
            f"{day.day:02} {day.month:02} {day.year}",
            f"{day.isoformat()}",
            f"{day:%Y/%m/%d}",
            f"{day:%Y%m%d}",
            f"{day:%d%m%Y}",
            f"{day.day} {month} {day.year}",
            f"{day.day}{nth} {month} {day.year}",
            f"{day.day}{nth} of {month}, {day.year}",
            f"{day.day} {month[:3]} {day.year}",
            f"{day.day}-{month[:3]}-{short:02}",
            f"{day.day} {month} '{short:02}",
            f"{month} {day.day}, {day.year}",
            f"{month} {day.day}{nth} {day.year}",
            f"{day.day}{month[:3].upper()}{day.year}",
            f"DOB {day.day}/{day.month}/{short:02}",
            f"d.o.b. {day.day} {month} {day.year}",
            f"born on {day.day} {month}",
            f"born in {month} {day.year}" if day.year < 2026 else f"born {day.day} {month}",
        ]
    )
    return disguised(draw, written)


def earlier_month(draw: Random, today: date) -> str:
    year, month = today.year - draw.randrange(1, 18), draw.choice(MONTHS.split())
    short = f"{year % 100:02}"
    return draw.choice(
        [
            f"{month} {year}",
            f"{month[:3]} {year}",
            f"{month}, {year}",
            f"{month.lower()} {year}",
            f"{month[:3]}-{short}",
            f"{MONTHS.split().index(month) + 1:02}/{year}",
            f"born {year}",
            f"born in {year}",
        ]
    )


def long_number(draw: Random, today: date) -> str:
    count = draw.randrange(6, 13)
    whole = digits(draw, count)
    before = draw.choice(["", "", "ref ", "No. ", "CP", "case ", "#"])
    return before + disguised(draw, grouped(draw, whole, 2, 3, 3))


def address(draw: Random, today: date) -> str:
    number = draw.choice(["12", "3", "118", "4a", "27B", "12-14", "7/2", "No. 9", "Flat 2, 31"])
    name = draw.choice(
        ["Oak", "Acacia", "St John's", "High", "Station", "Old Mill", "Queen Elizabeth", "The"]
    )
    street = draw.choice(
        ["Road", "Rd", "Street", "Avenue", "Ave", "Lane", "Crescent", "Terrace", "Mews"]
        if name in {"The", "High"}
        else ["Road", "Rd", "Street", "St", "Avenue", "Lane", "Close", "Drive", "Way", "Court"]
    )
    whole = f"{number}{draw.choice([' ', ', ', '  '])}{name} {street}"
    whole += draw.choice(["", ".", ", Leeds"])
    return whole.lower() if name != "The" and street != "Way" and draw.random() < 0.3 else whole


def driving_licence(draw: Random, today: date) -> str:
    surname = (draw.choice(["MORGAN", "KHAN", "LEE", "SMITH", "OBI"]) + "9999")[:5]
    number = surname + digits(draw, 6) + draw.choice(["SM", "A9", "JK"]) + "9" + "IJ"
    return disguised(draw, grouped(draw, number, 5, 6, 5))


def registration(draw: Random, today: date) -> str:
    def letters(count: int) -> str:
        return "".join(draw.choice("BCDFGHJKLMNPRSTVWXYZ") for _ in range(count))

    age = draw.choice(["02", "10", "19", "24", "51", "60", "73"])
    parts = draw.choice(
        [
            (letters(2) + age, letters(3)),
            (letters(2) + age, letters(3)),
            (letters(1) + str(draw.randrange(20, 999)), letters(3)),
            (letters(3), str(draw.randrange(20, 999)) + letters(1)),
        ]
    )
    whole = draw.choice([" ", "", "-", "\u00a0", "."]).join(parts)
    return draw.choice([whole, whole.lower(), whole, f"reg {whole}", f"({whole})"])


MADE: dict[str, Callable[[Random, date], str]] = {
    make.__name__: make
    for make in (
        nhs_number,
        pupil_number,
        insurance_number,
        postcode,
        phone,
        email,
        web_address,
        handle,
        birth_date,
        earlier_month,
        long_number,
        address,
        driving_licence,
        registration,
    )
}
