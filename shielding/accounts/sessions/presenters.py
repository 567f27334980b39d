"""What a member reads before they phone somebody who said "this was not me"."""

from shielding.accounts.directory.presenters import NO_PHONE
from shielding.accounts.history import phone_last_set
from shielding.accounts.sessions.list_rows import said_by
from shielding.accounts.sessions.models import NotMe
from shielding.web.cells import Fact, Facts, moment


def not_me_facts(said: NotMe) -> Facts:
    """Return whose account it is, on which number they are phoned, and what was found."""
    person, settled = said.person, said.settled_at
    number = phone_last_set(person)
    return [
        Fact("Reference", said.reference),
        Fact("Person", person.name),
        Fact("Email address", person.email),
        Fact("Work phone number", person.phone or NO_PHONE),
        *([Fact("Phone number set", moment(number.at, number.by))] if number else []),
        Fact("Said", when=said.said_at),
        Fact("By", said_by(said)),
        *([Fact("Settled", moment(settled, said.settled_by))] if settled else []),
        *([Fact("They said", said.get_found_display())] if settled else []),
    ]
