"""Who asks, as our own proxies saw it: nothing that a browser says makes another count."""

import os
import subprocess
import sys

import pytest
from django.test import RequestFactory

from shielding.accounts.attempts.address import client_address, network_of


def asked(proxies, settings, **said):
    settings.TRUSTED_PROXY_COUNT = proxies
    names = {"peer": "REMOTE_ADDR", "forwarded": "HTTP_X_FORWARDED_FOR", "host": "HTTP_HOST"}
    return RequestFactory().get("/", **{names[name]: value for name, value in said.items()})


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "", "10.0.0.1"),
        (0, "192.0.2.9", "10.0.0.1"),
        (1, "192.0.2.9", "192.0.2.9"),
        (1, "203.0.113.5, 192.0.2.9", "192.0.2.9"),
        (1, "203.0.113.5,,, , 192.0.2.9 ", "192.0.2.9"),
        (2, "203.0.113.5, 192.0.2.9, 10.0.0.7", "192.0.2.9"),
        (2, "192.0.2.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "192.0.2.9, nonsense", "10.0.0.1"),
        (1, "192.0.2.9, " + "9" * 5000, "10.0.0.1"),
        (1, "192.0.2.9:4711", "192.0.2.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:192.0.2.9", "192.0.2.9"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_it_is_what_the_outermost_of_our_own_proxies_added(settings, proxies, forwarded, found):
    request = asked(proxies, settings, peer="10.0.0.1", forwarded=forwarded)
    assert client_address(request) == found


@pytest.mark.parametrize("peer", ["", "nonsense", "\x00"])
def test_without_any_address_it_is_still_no_fault(settings, peer):
    assert network_of(asked(1, settings, peer=peer, forwarded="?")) == "unknown"


def test_a_household_of_ipv6_is_one_and_the_host_is_no_part_of_it(settings):
    one, same, other = (
        asked(0, settings, peer=peer, host=host)
        for peer, host in (
            ("2001:db8:0:1::1", "testserver:1"),
            ("2001:db8:0:1:ffff::2", "testserver:2"),
            ("2001:db8:0:2::1", "testserver:1"),
        )
    )
    assert network_of(one) == network_of(same) == "2001:db8:0:1::/64"
    assert network_of(other) != network_of(one)


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ({}, False),
        ({"TRUSTED_PROXY_COUNT": ""}, False),
        ({"TRUSTED_PROXY_COUNT": "-1"}, False),
        ({"TRUSTED_PROXY_COUNT": "one"}, False),
        ({"TRUSTED_PROXY_COUNT": "5"}, False),
        ({"TRUSTED_PROXY_COUNT": "1"}, True),
        ({"LOCAL_HTTP": "1"}, True),
    ],
)
def test_an_own_installation_says_how_many_proxies_stand_in_front(said, starts):
    ours = ("TRUSTED_PROXY_COUNT", "LOCAL_HTTP")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    found = subprocess.run(
        [sys.executable, "-c", "import shielding.settings"],
        env=kept | said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode == 0) is starts, found.stderr
    assert ("TRUSTED_PROXY_COUNT must be a whole number from 0 to 4" in found.stderr) is not starts
