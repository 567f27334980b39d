"""The tiles of a home page."""

import re

TILE = re.compile(
    r'app-tile__number">(\d+)</span>\s*<a class="govuk-link" href="([^"]+)">([^<]+)</a>'
)


def tiles(response):
    """Return the numbers of the page with what they lead to."""
    return tiles_of(response.content.decode())


def tiles_of(page):
    """Return the same of the page as text."""
    found = TILE.findall(page)
    return [(int(number), url.replace("&amp;", "&"), words) for number, url, words in found]
