"""What is asked of a request for another child: its number, and what is attested of each child."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from logbook.references import new_reference
from requests_app import questions
from requests_app.models import Request
from requests_app.practitioner.question_forms import (
    FORM,
    NotGroundsForm,
    NumberForm,
    PageForm,
    QuestionsForm,
)
from requests_app.shield_request_codes import Decision
from shielding.accounts.models import User
from shielding.web.question_fields import OPEN_AGAIN, tick
from shielding.web.sheets.sheet_form import PartForm

_SIGNER = Signer(salt="another child")


def _born(data: Mapping[str, Any] | None) -> str:
    """Return the reference that was born with a form, by which what it sent is found, or ""."""
    try:
        return _SIGNER.unsign(str(data.get("reference", "") if data else ""))
    except BadSignature:
        return ""


class NoGroundForm(NotGroundsForm):
    """A shield that is asked for as before has none of these for its reason."""

    def clean_not_grounds(self) -> list[str]:
        chosen = super().clean_not_grounds()
        if chosen and self.asked.decision == Decision.SHIELD:
            raise ValidationError(
                "If one of these is the reason for this child, start a new request: it may be "
                "decided otherwise"
            )
        return chosen


class DeclarationPart(PartForm):
    """The declaration of each request, and what the form carries back unread."""

    slug = "declaration"
    title = "Now send it"
    reason_to_ask = tick(
        "I work with this child or family and have a reason to ask",
        "Confirm that you have a reason to ask",
    )
    reference = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": OPEN_AGAIN},
    )
    # Signed by the page of the request it is like, where that was entered in error.
    instead = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_reference(self) -> str:
        reference = _born(self.data)
        if not reference:
            raise ValidationError(OPEN_AGAIN)
        return reference

    def values(self) -> dict[str, Any]:
        return {}


class AnotherForm(QuestionsForm):
    """The number and each attestation that a request like this one has, and the declaration."""

    button = "Confirm and send"

    def __init__(self, data: QueryDict | None, *, like: Request, instead: str, by: User) -> None:
        # Never saved: what the questions are asked about.
        self.asked = Request(practitioner=by, service=like.service, **questions.copied(like))
        as_before = questions.copied(like)
        pages = [
            self._page(page, data, by)
            for page in questions.pages_of(self.asked)
            if not set(page.fields) <= set(as_before)
        ]
        for page in pages:
            if isinstance(page, NumberForm):
                page.sent = _born(data)
        born = {"reference": _SIGNER.sign(new_reference()), "instead": instead}
        declaration = DeclarationPart(data, initial=born)
        super().__init__(pages, data, more=[declaration])

    def _page(self, page: questions.Page, data: QueryDict | None, by: User) -> PageForm:
        form = NoGroundForm if page.slug == "not-grounds" else FORM[page.slug]
        return form(data, asked=self.asked, by=by)

    def another(self) -> dict[str, Any]:
        """Return what is sent as the act takes it."""
        given = self.cleaned_data
        values = {name: value for page in self.pages for name, value in page.values().items()}
        return {"reference": given["reference"], "values": values}
