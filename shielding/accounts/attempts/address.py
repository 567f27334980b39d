"""Where a request comes from: the one address that whoever asks cannot choose."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "unknown"  # a socket of this machine has no address
# Whoever has one address of IPv6 has all of these.
_ONE_HOUSEHOLD = 64
# Some proxies write the port as well: "192.0.2.1:4711", "[2001:db8::1]:4711".
_PORT = re.compile(r"^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$")


def client_address(request: HttpRequest) -> str:
    """Return the address that asks, as the outermost of our own proxies saw it. Never an error.

    TRUSTED_PROXY_COUNT proxies stand in front, each of which adds whom it was asked by at the end
    of X-Forwarded-For: what stands before their own is what the browser claims. With fewer of them
    than were said, or nonsense, it is the peer's address; of a peer without one, NOWHERE.
    """
    peer = _read(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXY_COUNT
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not count or len(said) < count:
        return peer or NOWHERE
    return _read(said[-count]) or peer or NOWHERE


def network_of(request: HttpRequest) -> str:
    """Return what is counted together: an address of IPv4, and of IPv6 the network of a household.

    Neither the Host nor its port is part of it: with each another count would begin.
    """
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ip_network((address, _ONE_HOUSEHOLD), strict=False))


def _read(text: str) -> str:
    """Return an address the one way it is written, or "" where it is none."""
    text = text.strip()
    if ported := _PORT.match(text):
        text = ported[1] or ported[2]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
