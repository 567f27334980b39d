"""The headers that every answer has, whoever asks and whatever comes of it."""

from typing import Any

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
EVERY_ANSWER = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def differing(answer: Any) -> dict[str, Any]:
    """Return the headers that an answer should have and has not, with what it has instead."""
    return {
        name: answer.headers.get(name)
        for name, value in EVERY_ANSWER.items()
        if answer.headers.get(name) != value
    }
