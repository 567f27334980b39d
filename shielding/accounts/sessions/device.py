"""In what somebody signs in: the browser and its system, in a few codes.

What a browser says of itself may be a lie, and tells a stranger's from one's own all the same.
"""

from dataclasses import dataclass

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
