"""What the IW Team is asked when it acts on an access request.

Several of these stand on one page, each posted to an address of its own. A form's fields are the
arguments of the act it is for.
"""

from datetime import datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.urls import reverse

from brokerage import access_request_codes as codes
from brokerage import outcome_words, policies, source_policies, states
from brokerage.access_request_codes import CONTACT, SAID, Answer, Outcome
from brokerage.desk.changed_meanwhile import last_against
from brokerage.models import AccessRequest, Liaison
from shielding.accounts.models import User
from shielding.records.policies import may_administer
from shielding.web.fields import DayMonthYearField, Form
from shielding.web.question_fields import SeenField, small_radios, tick


class DeskForm(Form):
    """A form of an access request's page: its `slug` ends its address and begins its fields' ids.

    `act` names the transition it asks for ("" where the state stays), `title` heads it.
    """

    slug: ClassVar[str]
    act: ClassVar[str] = ""
    title: ClassVar[str]
    intro: str = ""

    def __init__(
        self, data: QueryDict | None = None, *, access: AccessRequest, by: User, now: datetime
    ) -> None:
        self.access, self.by, self.now = access, by, now
        super().__init__(data, auto_id=f"{self.slug}-%s", initial=self.begun())

    def begun(self) -> dict[str, Any]:
        return {"seen": self.access.changed_at.isoformat()}

    def said(self) -> dict[str, Any]:
        """Return what was said as the act takes it."""
        return self.cleaned_data

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse(self.url_name(), args=[self.access.reference])
        return helper

    @classmethod
    def url_name(cls) -> str:
        """Return the name of the address it is sent to, which an entry of a refusal gives."""
        return f"brokerage_{cls.slug.replace('-', '_')}"


class AskSourcesForm(DeskForm):
    """Ask every agreed source that was not asked yet."""

    slug = "ask-sources"
    act = "ask_sources"
    title = "Ask the practitioners"
    intro = (
        "They read who asks, for which purpose, what cannot be done without it and what is sought. "
        "A practitioner without an account is asked by phone: record below what they say."
    )
    button = "Ask the practitioners"
    seen = SeenField()


class KeepQuietForm(DeskForm):
    """Keep it from every source, with a reason; also from who may ask for a shield later."""

    slug = "keep-quiet"
    act = "ask_nobody"
    title = "Do not tell those who asked for the shield"
    intro = "No practitioner is told. Nobody can then be put in touch; to look needs the IW lead."
    button = "Do not tell them"
    button_kind = "secondary"
    seen = SeenField()
    reason = small_radios(
        "Why are they not told?",
        [(one.value, outcome_words.quiet(one)) for one in codes.QuietReason],
        "Select why they are not told",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if not policies.to_ask(self.access).exists():
            self.intro = (
                "There is nobody to ask now. If somebody asks for a shield later, they are not "
                "told of this request. Nobody can then be put in touch; to look needs the IW lead."
            )


class AskLeadForm(DeskForm):
    """Ask the IW lead to decide."""

    slug = "ask-lead"
    act = "ask_lead"
    title = "Ask the IW lead"
    intro = "A lead who had no part in this decides whether it goes ahead."
    button = "Ask the IW lead"
    button_kind = "secondary"
    seen = SeenField()


class DecideForm(DeskForm):
    """The lead's decision, with its reason."""

    slug = act = "decide"
    title = "Decide as the IW lead"
    intro = "Your decision counts for the practitioners asked so far."
    button = "Record the decision"
    seen = SeenField()
    heard = SeenField()
    decision = small_radios(
        "What do you decide?", codes.LeadDecision.choices, "Select your decision"
    )
    reason = small_radios("Why?", codes.LeadReason.choices, "Select the reason for your decision")
    reason.groups = {
        reason.value: f"{codes.LeadDecision(decision).label}, because:"
        for decision, reasons in codes.REASONS.items()
        for reason in reasons
    }

    def begun(self) -> dict[str, Any]:
        heard, _where = last_against(self.access)
        return super().begun() | {"heard": heard.isoformat()}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        reasons = codes.REASONS.get(given.get("decision", ""), ())
        if given.get("decision") and given.get("reason") and given["reason"] not in reasons:
            self.add_error("reason", "Select a reason that goes with your decision")
        goes_ahead = given.get("decision") == codes.LeadDecision.GO_AHEAD
        if goes_ahead and policies.is_undecided(self.access):
            self.add_error("decision", policies.UNDECIDED)
        return given


class ConcludeForm(DeskForm):
    """The outcome, and the day on which contact ends where somebody is put in touch.

    Shows the outcomes that are possible; takes any, so that the act says what one still needs.
    """

    slug = act = "conclude"
    title = "Conclude"
    intro = (
        "Record this before you phone anybody or pass anything on: this is what permits it. It "
        "cannot be undone."
    )
    button = "Conclude"
    seen = SeenField()
    outcome = small_radios(
        "What is the outcome?",
        [(one.value, outcome_words.outcome(one)) for one in codes.CHOSEN],
        "Select the outcome",
    )
    granted_until = DayMonthYearField(
        label="On which day does the contact end?", future=True, required=False
    )

    def __init__(
        self, data: QueryDict | None = None, *, access: AccessRequest, by: User, now: datetime
    ) -> None:
        super().__init__(data, access=access, by=by, now=now)
        self.possible, self.missing = outcomes(access, by, now)
        self.fields["outcome"].widget.choices = [
            (one.value, outcome_words.outcome(one)) for one in self.possible
        ]
        self.grants = bool(set(CONTACT) & set(self.possible))
        if self.grants:
            last = access.needed_until
            self.fields["granted_until"].help_text = (
                "Only if somebody is put in touch. At the latest "
                f"{last:%-d %B %Y}, the last day on which it was needed."
            )
        elif data is None:
            del self.fields["granted_until"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("outcome") not in CONTACT or "granted_until" in self.errors:
            given["granted_until"] = None
        elif self.grants:
            self._bound(given.get("granted_until"))
        if not self.grants:
            # What was posted of it is the act's to refuse; the page does not ask for it.
            self.errors.pop("granted_until", None)
            del self.fields["granted_until"]
        return given

    def _bound(self, until: Any) -> None:
        """Put beside the day what is wrong with it; an outcome that is too early is the act's."""
        if policies.missing_for(self.access, self.cleaned_data["outcome"], self.now, by=self.by):
            return
        words = policies.out_of_bounds(self.access, until, self.now)
        if until is None:
            words = f"Enter the day on which the contact ends. {words}"
        if words:
            self.add_error("granted_until", words)


class PassOnForm(DeskForm):
    """What was passed on by phone, and when: a code and a day, and no word of what was said."""

    slug = "pass-on"
    title = "Say that it was passed on by phone"
    intro = (
        "Phone whoever it comes from, then whoever it is for, each on a number of the directory. "
        "How to reach whoever asked for the shield, and what was said, are kept nowhere, here or "
        "on paper: say only that it was done."
    )
    button = "I passed it on by phone"
    seen = SeenField()
    passed_on = small_radios(
        "What did you pass on?", codes.PassedOn.choices, "Select what you passed on"
    )
    on = DayMonthYearField(
        label="On which day?",
        past=True,
        error_messages={"required": "Enter the day on which you passed it on"},
    )

    def __init__(
        self, data: QueryDict | None = None, *, access: AccessRequest, by: User, now: datetime
    ) -> None:
        super().__init__(data, access=access, by=by, now=now)
        permitted = codes.PASSED_ON.get(access.outcome, ())
        self.fields["passed_on"].widget.choices = [(one.value, one.label) for one in permitted]

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        permitted = policies.may_pass_on(self.by, self.access, self.now)
        if permitted and (words := policies.why_not_then(self.access, on, self.now)):
            raise forms.ValidationError(words)
        return on


class TickForm(DeskForm):
    """A form of one tick, which says only that the press was meant: its act takes no answer."""

    def begun(self) -> dict[str, Any]:
        return {}

    def said(self) -> dict[str, Any]:
        return {}


class StopForm(TickForm):
    """Stop a contact that was agreed."""

    slug = "stop"
    title = "Stop the contact"
    intro = (
        "Stop it if somebody who asked for the shield objects after all, or if it is no longer "
        "safe. It cannot be undone. No page says why: phone whoever asked for the shield, and the "
        "requester if they have read that they will be contacted."
    )
    button = "Stop the contact"
    button_kind = "warning"
    stop = tick(
        "I will phone whoever asked for the shield, and the requester if they know of it",
        "Tick that you will phone them",
    )


class ReadForm(TickForm):
    """A second member has read an urgent call."""

    slug = "read"
    title = "Read this call as the second member"
    intro = "Look at who called, for what, and what came of it. Tell the IW lead of any doubt."
    button = "I have read it"
    read = tick("I have read how this call was dealt with", "Tick that you have read it")


FORMS: tuple[type[DeskForm], ...] = (
    ReadForm,
    AskSourcesForm,
    KeepQuietForm,
    AskLeadForm,
    DecideForm,
    ConcludeForm,
    PassOnForm,
    StopForm,
)


_FAMILY_FIRST = (
    "Not needed if there was no answer. Where the family is not content, an IW lead decides."
)
_LEFT_ALONE = "Tell them not to ask the family about this: to ask could warn somebody."


class AnswerForm(Form):
    """What one source says by phone, or that they were silent; one form for each source.

    The tick says whose word it is: nobody answers in a source's name.
    """

    button = "Record the answer"
    button_kind = "secondary"
    asked_at = SeenField()
    answer = small_radios("What did they say?", codes.Answer.choices, "Select what they said")
    family = small_radios(
        "Did they ask the family?",
        codes.FamilyAsked.choices,
        "Select whether the practitioner asked the family",
    )
    family.required = False
    called_back = forms.BooleanField(
        label=(
            "I called them back on a number of the directory, and it was neither the requester "
            "nor who agreed"
        ),
        required=False,
        help_text=(
            "Not needed if there was no answer. Who records what was said by phone does not put "
            "anybody in touch on it: another member concludes."
        ),
    )

    def __init__(self, data: QueryDict | None = None, *, liaison: Liaison, now: datetime) -> None:
        self.liaison = liaison
        begun = {"asked_at": liaison.asked_at.isoformat()}
        alone = source_policies.is_family_left_alone(liaison.access)
        if alone:
            begun["family"] = codes.FamilyAsked.NOT_SAFE
        super().__init__(data, auto_id=f"answer-{liaison.reference}-%s", initial=begun)
        self.fields["family"].help_text = _LEFT_ALONE if alone else _FAMILY_FIRST
        left = [(one.value, one.label) for one in answers_left(liaison, now)]
        self.fields["answer"].widget.choices = left

    @property
    def title(self) -> str:
        return f"Record what was said for request {self.liaison.hold.reference}"

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        names = [self.liaison.access.reference, self.liaison.reference]
        helper.form_action = reverse("brokerage_answer", args=names)
        return helper

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        said = given.get("answer") not in (None, Answer.NO_ANSWER)
        if said and not given.get("called_back"):
            self.add_error("called_back", "Call them back first, then tick to say so")
        if said and not given.get("family") and "family" not in self.errors:
            self.add_error("family", "Select whether the practitioner asked the family")
        if not said:
            given["family"] = ""
        return given

    def said(self) -> dict[str, Any]:
        """Return what was said as the act takes it."""
        return {name: self.cleaned_data[name] for name in ("answer", "family", "asked_at")}


def answers_left(liaison: Liaison, now: datetime) -> list[Answer]:
    """Return which answers may still be recorded for a source, who may always come to object."""
    if not liaison.hold.is_standing or liaison.access.state not in states.AT_IW[1:]:
        return []
    left = [one for one in SAID if source_policies.may_say(liaison, one)]
    if source_policies.may_record_silence(liaison, now):
        left.append(Answer.NO_ANSWER)
    return left


def outcomes(
    access: AccessRequest, by: User, now: datetime
) -> tuple[list[Outcome], dict[str, list[str]]]:
    """Return the outcomes a member may now choose, and by what is missing those they may not."""
    possible: list[Outcome] = []
    missing: dict[str, list[str]] = {}
    late = policies.out_of_bounds(access, access.needed_until, now)
    for outcome, words in policies.missing(access, list(codes.CHOSEN), now, by=by).items():
        words = words or (late if outcome in CONTACT else "")
        if words:
            missing.setdefault(words, []).append(outcome_words.outcome(outcome))
        else:
            possible.append(Outcome(outcome))
    return possible, missing


def offered(user: User, access: AccessRequest, now: datetime) -> list[type[DeskForm]]:
    """Return the forms this member may send for the access request; the acts ask again."""
    forms = [form for form in FORMS if not form.act or states.after(access.state, form.act)]
    brokers = policies.may_broker(user, access, now)
    left = brokers and not access.quiet_reason and policies.to_ask(access).exists()
    return [form for form in forms if _fits(form, user, access, now, brokers=brokers, left=left)]


def _fits(
    form: type[DeskForm],
    user: User,
    access: AccessRequest,
    now: datetime,
    *,
    brokers: bool,
    left: bool,
) -> bool:
    """Return whether a form is this member's: `brokers` is whether they may, `left` who to ask."""
    if form is ReadForm:
        return policies.may_read_call(user, access, now)
    if form is DecideForm:
        return policies.may_lead(user, access, now)
    if form is StopForm:
        return may_administer(user) and source_policies.is_running(access, now)
    if form is PassOnForm:
        return policies.may_pass_on(user, access, now)
    if not brokers:
        return False
    if form is ConcludeForm and access.state == states.WITH_MANAGER:
        return not policies.who_can_agree(access, now)
    if form is AskSourcesForm:
        return left
    return not left and policies.is_news_to_lead(access) if form is AskLeadForm else True
