"""Counts of tries, brought to where they matter."""

from shielding.accounts.attempts.budget import RULES, Kind, take
from shielding.accounts.attempts.models import Budget


def almost_too_often(network: str) -> None:
    """Leave a network one link to try in this hour."""
    take(Kind.LINKS, network)
    Budget.objects.filter(kind=Kind.LINKS).update(tries=RULES[Kind.LINKS].free - 1)
