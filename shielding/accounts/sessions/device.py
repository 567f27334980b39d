"""Where somebody signs in: the browser in a few codes, and the address that it comes from.

What a browser says of itself may be a lie, and tells a stranger's from one's own all the same.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from shielding.accounts.sessions.session_codes import Browser, System

# In this order: most say the names of others as well.
_BROWSERS = (
    ("Edg", Browser.EDGE),
    ("SamsungBrowser", Browser.SAMSUNG),
    ("OPR/", Browser.OPERA),
    ("Firefox/", Browser.FIREFOX),
    ("FxiOS/", Browser.FIREFOX),
    ("Chrome/", Browser.CHROME),
    ("CriOS/", Browser.CHROME),
    ("Safari/", Browser.SAFARI),
)
_SYSTEMS = (
    ("Windows", System.WINDOWS),
    ("iPhone", System.IPHONE),
    ("iPad", System.IPAD),
    ("Android", System.ANDROID),
    ("CrOS", System.CHROMEBOOK),
    ("Mac OS X", System.MAC),
    ("Linux", System.LINUX),
)


@dataclass(frozen=True)
class Device:
    """A browser and what it runs on, as it says itself."""

    browser: Browser
    system: System

    @property
    def words(self) -> str:
        """The device as people say it."""
        return f"{self.browser.label} on {self.system.label}"


def device_of(request: HttpRequest) -> Device:
    """Return what a request's browser says that it is; of the rest of its words nothing is kept."""
    says = request.META.get("HTTP_USER_AGENT", "")
    browser = next((one for word, one in _BROWSERS if word in says), Browser.OTHER)
    return Device(browser, next((one for word, one in _SYSTEMS if word in says), System.OTHER))


def address_of(request: HttpRequest) -> str | None:
    """Return the address that asks, as the outermost of our own proxies saw it; never an error.

    What stands before their own words in X-Forwarded-For is what the browser claims.
    """
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = [said[-count]] if count and len(said) >= count else []
    for text in (*trusted, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ip_address(text.strip()))
        except ValueError:
            continue
    return None
