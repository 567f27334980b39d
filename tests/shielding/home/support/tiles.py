"""The tiles of a home page."""

import re

TILE = re.compile(
    r'app-tile__number">(\d+)</span>\s*<a class="govuk-link" href="([^"]+)">([^<]+)</a>'
)


def tiles(response):
    """Return the numbers of the page with what they lead to."""
    found = TILE.findall(response.content.decode())
    return [(int(number), url.replace("&amp;", "&"), words) for number, url, words in found]
