"""What is kept of where somebody signs in: a few codes, and an address nobody can choose."""

from django.test import RequestFactory

from shielding.accounts.sessions.device import device_of

MOZILLA = "Mozilla/5.0"
SAYS = {
    f"{MOZILLA} (Windows NT 10.0; Win64; x64) Chrome/142 Safari/537.36 Edg/142": "Edge on Windows",
    f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0": "Firefox on"
    " Windows",
    f"{MOZILLA} (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.6 Mobile/15E148 Safari/604.1": "Safari on an iPhone",
    f"{MOZILLA} (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Mobile"
    " Safari/604.1": "Chrome on an iPad",
    f"{MOZILLA} (Linux; Android 15; SM-S931B) AppleWebKit/537.36 SamsungBrowser/29.0 Chrome/136.0"
    " Mobile Safari/537.36": "Samsung Internet on Android",
    f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0"
    " Safari/605.1.15": "Safari on a Mac",
    f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) Chrome/142.0.0.0 Safari/537.36": "Chrome on a"
    " Chromebook",
    f"{MOZILLA} (X11; Linux x86_64) Chrome/142 Safari/537.36 OPR/120": "Opera on Linux",
    "curl/8.0 <b>\x00": "Another browser on another system",
    "": "Another browser on another system",
}


def asked(**meta):
    return RequestFactory().get("/", **meta)


def test_a_browser_is_a_few_codes():
    assert {one: device_of(asked(HTTP_USER_AGENT=one)).words for one in SAYS} == SAYS
