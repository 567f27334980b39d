"""Which page a reference leads a member of the IW Team to."""

from collections.abc import Callable

from django.urls import reverse

from shielding import hooks
from shielding.accounts.bulk.models import FileImport, Kind
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import RoleGrant, User
from shielding.accounts.suspensions import Suspension
from shielding.checks.data_loads.models import DataLoad
from shielding.holds.hand_over.models import HandOver
from shielding.records.models import Record
from shielding.reviews.models import Consultation, Review


def page_of(reference: str, user: User) -> str:
    """Return the address of what this reference names, or "" where the person sees nothing so.

    What the apps above keep comes first: a request, its claim and its first review go under one
    reference, and the request's page shows all three.
    """
    for page in (*hooks.page_of_reference, _of_record, _of_review, *_OTHERS):
        if address := page(reference, user):
            return address
    return ""


def _of_record(reference: str, user: User) -> str:
    found = Record.objects.visible_to(user).filter(reference=reference).exists()
    return reverse("record_purpose", args=[reference]) if found else ""


def _of_review(reference: str, user: User) -> str:
    found = Review.objects.visible_to(user).with_page().filter(reference=reference).exists()
    return reverse("review_detail", args=[reference]) if found else ""


def _of_consultation(reference: str, user: User) -> str:
    asked = Consultation.objects.visible_to(user).filter(reference=reference)
    review = asked.values_list("review__reference", flat=True).first()
    return _of_review(review, user) if review else ""


def _of_hand_over(reference: str, user: User) -> str:
    found = HandOver.objects.visible_to(user).filter(reference=reference).exists()
    return reverse("hand_over", args=[reference]) if found else ""


def _of_suspension(reference: str, user: User) -> str:
    found = Suspension.objects.visible_to(user).filter(reference=reference).exists()
    return reverse("suspension", args=[reference]) if found else ""


def _of_deputy(reference: str, user: User) -> str:
    named = Deputy.objects.visible_to(user).filter(reference=reference)
    manager = named.values_list("manager__uid", flat=True).first()
    return reverse("person_deputy", args=[manager]) if manager else ""


def _of_role(reference: str, user: User) -> str:
    found = RoleGrant.objects.visible_to(user).filter(reference=reference).exists()
    return reverse("roles") if found else ""


def _of_data_load(reference: str, user: User) -> str:
    found = DataLoad.objects.visible_to(user).filter(reference=reference).exists()
    return reverse("data_loads") if found else ""


def _of_people_import(reference: str, user: User) -> str:
    imports = FileImport.objects.visible_to(user).of_kind(Kind.PEOPLE)
    found = imports.filter(reference=reference).exists()
    return reverse("people_import_one", args=[reference]) if found else ""


_OTHERS: tuple[Callable[[str, User], str], ...] = (
    _of_consultation,
    _of_hand_over,
    _of_suspension,
    _of_deputy,
    _of_role,
    _of_data_load,
    _of_people_import,
)
