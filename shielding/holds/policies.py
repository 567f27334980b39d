"""Who may take over what a leaver held."""

from shielding.accounts.models import User


def may_take_over(to: User, person: User) -> bool:
    """Return whether a colleague may be handed what a leaver held: one of the same service."""
    return (
        to.is_active
        and to.is_practitioner
        and to.pk != person.pk
        and person.is_practitioner
        and to.service_id == person.service_id
    )
