"""What the IW Team is asked when it acts on a request.

Several of these stand on one page, each posted to an address of its own. A form's fields are the
arguments of the act it is for.
"""

from datetime import datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from requests_app import policies, states
from requests_app import shield_request_codes as codes
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.checks.actions import Found
from shielding.checks.finding_codes import IS_SHIELDED, FoundOpen
from shielding.checks.forms import (
    finding_field,
    open_day,
    put_right,
    refuse_before_asked,
    saw,
    without_parts,
)
from shielding.filled import filled
from shielding.holds.involvement import Involvement
from shielding.records.forms import no_duplicate_box
from shielding.records.policies import is_kept_shielded, is_to_check_now, may_apply
from shielding.web.fields import DayMonthYearField, Form, is_answered
from shielding.web.question_fields import SeenField, small_radios, tick

_SELECT_FOUND = "Select whether the record had already been opened"
_OF_A_LOOK = ("finding", "open_from", "open_until")


def _found(*, required: bool = True) -> forms.ChoiceField:
    field = small_radios(
        "This record waits to be shielded again. Had it been opened?",
        FoundOpen.choices,
        _SELECT_FOUND,
    )
    field.required = required
    if not required:
        field.help_text = "Only if the record is shielded now."
    return field


class DeskForm(Form):
    """A form of the request page: its `slug` ends its address and begins its fields' ids.

    `act` names the transition it asks for ("" where the state stays), `title` heads it.
    """

    slug: ClassVar[str]
    act: ClassVar[str] = ""
    title: ClassVar[str]
    intro: str = ""

    def __init__(self, data: QueryDict | None = None, *, asked: Request) -> None:
        self.asked = asked
        super().__init__(data, auto_id=f"{self.slug}-%s", initial=self.begun())

    def begun(self) -> dict[str, Any]:
        return {"seen": self.asked.changed_at.isoformat()}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse(self.url_name(), args=[self.asked.reference])
        return helper

    @classmethod
    def url_name(cls) -> str:
        """Return the name of the address it is sent to, which an entry of a refusal gives."""
        return f"desk_{cls.slug.replace('-', '_')}"

    def goes_on(self, found: Found) -> bool:
        """Return whether what it asks for is done on what was found, as the act has it."""
        return found.is_shielded

    def look_first(self) -> None:
        """Ask, of a record that was shielded before and waits again, whether it had been opened.

        Of a page that asked it and is out of date the answer stays, for the act to refuse.
        """
        if not is_to_check_now(filled(self.asked.record)) and not is_answered(self, "found"):
            del self.fields["found"]


class LookedForm(DeskForm):
    """What rests on a look at the record: what was found, the same question as everywhere.

    Of a record that nobody asks for, and nobody attested, nothing is to be found but that it is
    open: of it the look for duplicates alone is attested.
    """

    seen = SeenField()
    finding = finding_field()
    open_from = open_day("Open from (optional)")
    open_until = open_day("Open until (optional)")
    no_duplicate = no_duplicate_box()

    def __init__(self, data: QueryDict | None = None, *, asked: Request) -> None:
        super().__init__(data, asked=asked)
        kept = is_kept_shielded(filled(asked.record))
        for name in ("no_duplicate",) if kept else _OF_A_LOOK:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "finding" not in self.fields:
            return given
        put_right(self, given)
        if self.errors:
            return given
        found = saw(given)
        return without_parts(given) | {"saw": found, "no_duplicate": found.is_shielded}


class AppliedForm(DeskForm):
    """The record is shielded on the system, looked at on a day."""

    slug = "applied"
    title = "Attest that the record is shielded"
    intro = f"Shield the record on {settings.SYSTEM_NAME} first. This may come before the decision."
    button = "Attest what I found"
    checked_on = DayMonthYearField(
        label="When did you check it?",
        past=True,
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day you checked"},
    )
    finding = finding_field()
    open_from = open_day("Open from (optional)")
    open_until = open_day("Open until (optional)")
    found = _found(required=False)

    def __init__(self, data: QueryDict | None = None, *, asked: Request) -> None:
        super().__init__(data, asked=asked)
        self.look_first()

    def begun(self) -> dict[str, Any]:
        return {}

    def clean(self) -> dict[str, Any]:
        refuse_before_asked(self, "checked_on", self.asked.hold)
        given = self.cleaned_data
        put_right(self, given)
        if given.get("finding") in IS_SHIELDED and "found" in self.fields and not given["found"]:
            self.add_error("found", _SELECT_FOUND)
        if self.errors:
            return given
        return without_parts(given) | {"saw": saw(given), "no_duplicate": True}


class PhonedBackForm(DeskForm):
    """A member phoned about *another reason*; what was said is written nowhere here."""

    slug = "phoned-back"
    title = "Phone them: another reason"
    intro = (
        "They chose “Another reason”, so nothing here says why. Phone them on a number from the "
        "directory, hear the reason, and help them to the ground that fits, if one does. It is "
        "written nowhere here."
    )
    button = "Attest that I phoned"
    phoned = tick("I phoned them, and they told me the reason", "Tick once you phoned them")

    def begun(self) -> dict[str, Any]:
        return {}


class AgreeForm(DeskForm):
    """Agree: how the practitioner is known to be involved; and applied, if that is to be said.

    Once it is attested nothing more is asked of the record; what a page of before found is taken.
    """

    slug = act = "agree"
    title = "Agree the request"
    intro = (
        "Its first review stays open until the practitioner was asked whether the shield is needed."
    )
    button = "Agree"
    seen = SeenField()
    involvement = small_radios(
        "How do you know that the practitioner is involved?",
        Involvement.choices,
        "Select how you know that the practitioner is involved",
    )
    applied_on = DayMonthYearField(
        label="If you shielded the record just now, when did you check it? (optional)",
        past=True,
        required=False,
        help_text="Leave empty if it is not shielded yet. For example, 27 3 2026",
    )
    finding = finding_field()
    open_from = open_day("Open from (optional)")
    open_until = open_day("Open until (optional)")
    found = _found(required=False)

    def __init__(self, data: QueryDict | None = None, *, asked: Request) -> None:
        super().__init__(data, asked=asked)
        of_a_look = ("applied_on", *_OF_A_LOOK, "found")
        attested = asked.hold is None or asked.hold.applied_at is not None
        # A colleague may have attested it since this page was opened: what was found counts.
        if attested and not any(is_answered(self, name) for name in of_a_look):
            for name in of_a_look:
                del self.fields[name]
            return
        self.fields["finding"].required = False
        self.fields["finding"].help_text = "Only if you shielded the record just now."
        self.look_first()

    def clean(self) -> dict[str, Any]:
        if "applied_on" not in self.fields:
            return self.cleaned_data
        refuse_before_asked(self, "applied_on", self.asked.hold)
        given = self.cleaned_data
        attests, finding = given.get("applied_on"), given.get("finding")
        put_right(self, given)
        self._demand("finding", "Select what you found", needed=attests)
        self._demand("applied_on", "Enter the day you checked", needed=finding)
        if attests and finding in IS_SHIELDED:
            self._demand("found", _SELECT_FOUND, needed=True)
        if self.errors or not attests:
            return without_parts(given)
        return without_parts(given) | {"saw": saw(given), "no_duplicate": True}

    def _demand(self, name: str, sentence: str, *, needed: object) -> None:
        unsaid = name in self.fields and name not in self.errors and not self.cleaned_data.get(name)
        if needed and unsaid:
            self.add_error(name, sentence)


class ReturnForm(DeskForm):
    """Return with one query; the hold stays and the clock goes on."""

    slug = "return"
    act = "return_with_query"
    title = "Return it with a query"
    intro = "The practitioner answers and sends it again. The request stands meanwhile."
    button = "Return with this query"
    button_kind = "secondary"
    seen = SeenField()
    query = small_radios("What is the query?", codes.Query.choices, "Select the query")


class ProposeForm(DeskForm):
    """Propose not to agree; another member confirms or overturns."""

    slug = "propose"
    act = "propose_not_agreed"
    title = "Propose not to agree"
    intro = "Another member must confirm. Until then the request stands and nobody is told."
    button = "Propose not to agree"
    button_kind = "warning"
    seen = SeenField()
    reason = small_radios(
        "Why should it not be agreed?", codes.NotAgreedReason.choices, "Select the reason"
    )


class ConfirmForm(LookedForm):
    """The second of two: the request is not agreed and its hold ends."""

    slug = "confirm"
    act = "confirm_not_agreed"
    title = "Confirm that it is not agreed"
    intro = "This request ends. What is shielded stays so until its final unshield."
    button = "Confirm: not agreed"
    button_kind = "warning"

    def goes_on(self, found: Found) -> bool:
        return policies.not_agreed_on(found, self.asked)


class OverturnForm(DeskForm):
    """The second of two: it is to be decided again."""

    slug = "overturn"
    act = "overturn_not_agreed"
    title = "Overturn the proposal"
    intro = "The request goes back to be decided."
    button = "Overturn"
    button_kind = "secondary"
    seen = SeenField()


class SettleForm(LookedForm):
    """The second look at *considered, not shielded* agrees with it."""

    slug = act = "settle"
    title = "Confirm “considered, not shielded”"
    intro = "You looked at the reason and agree with it. The first review is then concluded."
    button = "Confirm"


class LookAgainForm(DeskForm):
    """The second look asks practitioner and manager to look again."""

    slug = "look-again"
    act = "ask_to_look_again"
    title = "Ask them to look again"
    button = "Ask them to look again"
    button_kind = "secondary"
    seen = SeenField()
    query = small_radios(
        "Why should they look again?", codes.LookAgain.choices, "Select why they should look again"
    )

    def __init__(self, data: QueryDict | None = None, *, asked: Request) -> None:
        super().__init__(data, asked=asked)
        self.intro = (
            "The practitioner and their line manager are asked to look at the decision again, "
            "where they have working accounts. The first review stays due on "
            f"{filled(asked.review).due:%-d %B %Y}."
        )


class LetGoForm(LookedForm):
    """Nobody asks by it any more: its first review is concluded all the same."""

    slug = "let-go"
    title = "Conclude: no longer asked"
    intro = (
        "The practitioner withdrew it, or the request ended. Its first review is then concluded as "
        "such."
    )
    button = "Conclude the first review"


FORMS: tuple[type[DeskForm], ...] = (
    AppliedForm,
    PhonedBackForm,
    AgreeForm,
    ReturnForm,
    ProposeForm,
    ConfirmForm,
    OverturnForm,
    SettleForm,
    LookAgainForm,
    LetGoForm,
)


def offered(user: User, asked: Request, now: datetime) -> list[type[DeskForm]]:
    """Return the forms this member may send for the request as it is; the acts ask again."""
    return [form for form in FORMS if _fits(form, user, asked, now)]


def _fits(form: type[DeskForm], user: User, asked: Request, now: datetime) -> bool:
    if form is AppliedForm:
        may = policies.may_attest(user, asked)
        return may and asked.hold is not None and may_apply(user, asked.hold)
    if form is PhonedBackForm:
        return policies.may_phone_back(user, asked)
    if not policies.may_decide(user, asked):
        return False
    if form is LetGoForm:
        return policies.may_conclude_let_go(user, asked)
    if states.after(asked.state, form.act) is None:
        return False
    if asked.hold is not None and not asked.hold.is_standing:
        return False
    if form is ConfirmForm:
        return policies.may_confirm_not_agreed(user, asked, now)
    if form is OverturnForm:
        return policies.may_be_second(user, asked, now)
    if form is AgreeForm:
        return policies.may_agree(user, asked)
    answerable = asked.practitioner_id is not None and asked.disowned_at is None
    return form is not ReturnForm or answerable
