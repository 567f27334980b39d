"""What somebody might send to a page who means no good."""

HOSTILE = {
    "empty": "",
    "too long": "x" * 10_000,
    "NUL": "\x00",
    "NUL inside": "CP1234\x005678",
    "bidi": "\u202eCP12345678",
    "zero width": "CP1234\u200b5678",
    "markup": "<script>alert(1)</script>",
    "wrong type": "[]",
    "several": ["nothing", "of", "this"],
    "number": "9" * 30,
    "other digits": "１２３４５６７８",
    "bytes that are no text": "\ufffd",
}
