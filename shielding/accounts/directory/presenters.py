"""What the pages about people show, as rows of the tables and lists that templates draw.

A service's name can be a place, so only the IW Team and auditors read it; others read its code.
"""

from dataclasses import replace
from datetime import date

from django.urls import reverse

from logbook.pages.tables import list_url
from logbook.policies import may_read
from shielding.accounts import policies
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.corrections.policies import may_propose_address
from shielding.accounts.deputies.policies import may_have_deputy
from shielding.accounts.deputies.presenters import now_and_next
from shielding.accounts.history import Change, last_of_each, last_renamed
from shielding.accounts.models import RoleGrant, Service, User
from shielding.accounts.telling_apart import name_over_email
from shielding.web.cells import Fact, Facts, Tag, moment

NO_PHONE = "None in the directory"


def role_words(role_label: str, is_lead: bool) -> str:
    """Return a role as people say it."""
    return f"{role_label}, lead" if is_lead else role_label


def service_words(service: Service | None, reader: User) -> str:
    """Return a service by name and code for those who may read names, else by code alone."""
    if service is None:
        return ""
    if reader.is_iw or reader.is_auditor:
        return f"{service.name} ({service.code})"
    return service.code


def state_tag(person: User) -> Tag:
    """Return whether the account can be used, as a tag."""
    if person.is_active and not person.has_usable_password():
        return Tag("Invited, no password yet", "yellow")
    if person.is_active:
        return Tag("Can sign in", "green")
    if person.suspended_at is not None:
        return Tag("Suspended", "red")
    return Tag("Awaiting a first role", "yellow")


def person_facts(person: User, reader: User, day: date) -> Facts:
    """Return what the directory holds of a person, each fact with its change where allowed."""
    name = Fact("Name", person.name)
    if policies.may_rename(reader, person):
        name = replace(name, url=reverse("person_name", args=[person.uid]))
    role = Fact("Role", role_words(person.get_role_display(), person.is_lead))
    if policies.may_propose_role(reader, person):
        url = reverse("role_propose", args=[person.uid])
        role = replace(role, url=url, action="Propose another", hidden="role")
    return [
        name,
        _email(person, reader),
        _phone(person, reader),
        role,
        *_place(person, reader),
        *_deputy(person, reader, day),
        Fact.of("Account", state_tag(person)),
        Fact("Added", when=person.created_at),
        *_changed(person),
        *([Fact("Suspended", when=person.suspended_at)] if person.suspended_at else []),
        *_logbook(person, reader),
    ]


def name_changed(person: User, words: str) -> Facts:
    """Return when and by whom a person's name was changed last, under these words; nothing if it
    never was. Whoever chooses a colleague by it may know somebody else under that name.
    """
    changed = last_renamed(person)
    return [Fact(words, moment(changed.at, changed.by))] if changed else []


def own_facts(person: User) -> Facts:
    """Return what a person reads of themselves."""
    return [
        Fact("Name", person.name),
        Fact("Email address", person.email),
        Fact("Work phone number", person.phone or NO_PHONE),
        Fact("Role", role_words(person.get_role_display(), person.is_lead)),
        *[_own_service(row) if row.key == "Service" else row for row in _place(person, person)],
    ]


def _email(person: User, reader: User) -> Fact:
    """Return the email address, with the way to propose another, or to the one that waits."""
    email = Fact("Email address", person.email)
    waiting = AddressChange.objects.visible_to(reader).open().filter(person=person).first()
    if waiting is not None:
        url = reverse("address_change", args=[waiting.reference])
        return replace(email, url=url, action="See the one proposed")
    if may_propose_address(reader, person):
        email = replace(email, url=reverse("person_address", args=[person.uid]))
    return email


def _own_service(row: Fact) -> Fact:
    """Return the row of one's own service: by a code nobody can tell whether it is theirs."""
    tells = "the code for your service; the IW Team can tell you which it stands for"
    return replace(row, value=f"{row.value} ({tells})")


def _phone(person: User, reader: User) -> Fact:
    phone = Fact("Work phone number", person.phone or NO_PHONE)
    if policies.may_set_phone(reader, person):
        phone = replace(phone, url=reverse("person_phone", args=[person.uid]))
    return phone


# Whoever goes by one of these relies on who set it.
_CHANGED = {
    Change.RENAMED: "Name changed",
    Change.READDRESSED: "Email address changed",
    Change.PHONE_SET: "Phone number set",
    Change.MOVED: "Moved from another service",
    Change.FACTOR_RESET: "App or key reset",
}


def _changed(person: User) -> Facts:
    """Return when and by whom what others go by was changed last."""
    last = last_of_each(person)
    found = [(words, last[change]) for change, words in _CHANGED.items() if change in last]
    return [Fact(words, moment(one.at, one.by)) for words, one in found]


def _logbook(person: User, reader: User) -> Facts:
    """Return the way to what a person did, for those who may read the logbook."""
    if not may_read(reader):
        return []
    row = Fact("Logbook", "What this person did", hidden="what this person did")
    return [replace(row, url=list_url(person=person.uid), action="Read")]


def _place(person: User, reader: User) -> Facts:
    """Return the service and the line manager, for those who can have them."""
    rows: Facts = []
    if person.service is not None:
        rows.append(Fact("Service", service_words(person.service, reader)))
    if policies.has_line_manager(person):
        manager = Fact("Line manager", _manager(person, reader))
        if policies.may_set_line_manager(reader, person):
            manager = replace(manager, url=reverse("person_manager", args=[person.uid]))
        rows.append(manager)
    return rows


def _manager(person: User, reader: User) -> str:
    manager = person.line_manager
    if manager is None:
        return "Nobody"
    return name_over_email(manager) if reader.is_iw else manager.name


def _deputy(person: User, reader: User, day: date) -> Facts:
    """Return who stands in for a line manager, for those who may change it."""
    if not (reader.is_iw and may_have_deputy(person)):
        return []
    row = Fact("Deputy", now_and_next(person, day), hidden="deputy")
    return [replace(row, url=reverse("person_deputy", args=[person.uid]))]


def grant_facts(grant: RoleGrant) -> Facts:
    """Return one proposal, as the card an IW lead decides on."""
    return [
        Fact("Person", grant.person.name),
        Fact("Email address", grant.person.email),
        Fact("Role now", _role_now(grant.person)),
        Fact("Proposed role", role_words(grant.get_role_display(), grant.is_lead)),
        Fact("Proposed by", grant.proposed_by.name),
        Fact("Proposed", when=grant.proposed_at),
    ]


def _role_now(person: User) -> str:
    if not person.is_active:
        return "None: this is a new account"
    return role_words(person.get_role_display(), person.is_lead)
