"""Hostile posts: what a broken or ill-meaning browser sends, from one seeded generator."""

from html.parser import HTMLParser
from random import Random
from typing import NamedTuple
from urllib.parse import quote_plus

TEN_MB = 10 * 1024 * 1024
# As bytes, because a browser's bytes need be no text at all.
VALUES: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\r\n\r\n",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # half of a pair
    b"\xc0\xaf",
    "\u202eabc\u2066".encode(),
    "\u200b\ufeff\u00ad".encode(),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467".encode(),
    ("e" + "\u0301" * 300).encode(),
    "ſİıß\uff11\u0661".encode(),
    b"-1",
    b"0",
    b"1e309",
    b"NaN",
    b"9" * 30,
    b"9" * 5000,
    b"2147483648",
    b"99999-01-01T00:00:00+00:00",
    b"0001-01-01",
    b"2026-02-30",
    b"None",
    b"null",
    b"true",
    b"on",
    b"[]",
    b"{}",
    b'{"a": [1]}',
    b"' OR 1=1 --",
    b"%00",
    b"%s%n{0}{{7*7}}",
    b"<script>alert(1)</script>",
    b"../../../etc/passwd",
    b"IW-ZZZZ-ZZZZ",
    b"00000000-0000-0000-0000-000000000000",
    b"=1+1",
    b"x" * 5000,
)
PLAUSIBLE = (b"CP73570002", b"Alex", b"alex@council.example", b"1", b"12", b"2026", b"yes", b"no")
# What no form has, and every table does: nobody may set them from outside.
COLUMNS = (
    *("id", "pk", "state", "reference", "record", "record_id", "is_superuser", "is_staff", "role"),
    *("is_active", "is_lead", "password", "created_at", "changed_at", "requester", "owner_id"),
    *("released_at", "uid", "by", "now", "asked_by", "manager", "decision", "answer", "version"),
    *("__class__", "_method", "csrfmiddlewaretoken", "next", "a[b]", "a.b", ""),
)
KINDS = ("form", "form", "form", "form", "form", "form", "multipart", "json", "torn", "none")


class Field(NamedTuple):
    """One field of a form: its name, and the values the page offers for it, if it does."""

    name: str
    offered: tuple[str, ...]


class Forms(HTMLParser):
    """Collects the forms of a page: where each is sent to, and its fields."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found = path, dict[str, dict[str, set[str]]]()
        self._into: dict[str, set[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "form" and said.get("method", "get").lower() == "post":
            self._into = self.found.setdefault(said.get("action") or self.path, {})
        elif self._into is not None and tag in ("input", "select", "textarea", "button"):
            name = said.get("name", "")
            if name and name != "csrfmiddlewaretoken":
                values = self._into.setdefault(name, set())
                if said.get("type") in ("hidden", "radio", "checkbox", "submit"):
                    values.add(said.get("value", "on"))
                self._select = name if tag == "select" else ""
        elif self._into is not None and tag == "option" and self._select:
            self._into[self._select].add(said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._into = None


def forms_of(page: bytes, path: str) -> dict[str, list[Field]]:
    """Return the fields of each form of a page, by the address it is sent to."""
    parser = Forms(path)
    parser.feed(page.decode())
    return {
        action.partition("?")[0]: [
            Field(name, tuple(sorted(values))) for name, values in sorted(fields.items())
        ]
        for action, fields in parser.found.items()
    }


def a_post(draw: Random, fields: list[Field]) -> tuple[bytes, str]:
    """Return a body and its content type: filled in well, then spoiled in a few places."""
    pairs = [(field.name.encode(), _well(draw, field)) for field in fields]
    for _ in range(draw.choice((0, 1, 1, 1, 2, 3, 6))):
        _spoil(draw, pairs)
    kind = draw.choice(KINDS)
    if kind == "json":
        return b'{"a": ' * draw.choice((1, 3000)), "application/json"
    if kind == "none":
        return b"&".join(value for _, value in pairs), draw.choice(("", "text/plain", "\xe9/x"))
    if kind in ("multipart", "torn"):
        return _multipart(draw, pairs, torn=kind == "torn")
    body = b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in pairs)
    charset = draw.choice(("; charset=utf-16", "; charset=latin-1")) if draw.random() < 0.03 else ""
    return body, f"application/x-www-form-urlencoded{charset}"


def _well(draw: Random, field: Field) -> bytes:
    return draw.choice(field.offered).encode() if field.offered else draw.choice(PLAUSIBLE)


def _spoil(draw: Random, pairs: list[tuple[bytes, bytes]]) -> None:
    """Change, drop or repeat one field, or add one that the form has not."""
    place = draw.randrange(len(pairs)) if pairs else None
    way = draw.randrange(6)
    if place is None or way == 0:
        pairs.append((draw.choice(COLUMNS).encode(), draw.choice(VALUES + PLAUSIBLE)))
    elif way == 1:
        del pairs[place]
    elif way == 2:
        pairs += [(pairs[place][0], draw.choice(VALUES))] * draw.choice((1, 1, 2, 300))
    elif way == 3 and draw.random() < 0.05:
        pairs[place] = (pairs[place][0], b"x" * TEN_MB)
    else:
        pairs[place] = (pairs[place][0], draw.choice(VALUES))


def _quoted(text: bytes) -> bytes:
    return quote_plus(text).encode() if len(text) < TEN_MB else text


def _multipart(draw: Random, pairs: list[tuple[bytes, bytes]], *, torn: bool) -> tuple[bytes, str]:
    file = b'; filename="a\x00.exe"' if draw.random() < 0.3 else b""
    parts = [
        b'--B\r\nContent-Disposition: form-data; name="' + name + b'"' + file + b"\r\n\r\n" + value
        for name, value in pairs
    ]
    body = b"\r\n".join([*parts, b"--B--\r\n"])
    if torn:
        body = body[: draw.randrange(len(body))]
    boundary = draw.choice(("B", "B", "B", "other", "")) if torn else "B"
    return body, f"multipart/form-data; boundary={boundary}"
