"""Whether what is said to be wrong was right: a hand-over, or a suspension."""

from datetime import datetime

from django import forms
from django.http import QueryDict

from shielding.holds.disputes import presenters
from shielding.holds.hand_over.models import HandOver
from shielding.records.models import Hold
from shielding.web.fields import Form
from shielding.web.question_fields import SeenField


class SettleForm(Form):
    """Whether a hand-over that is said to be wrong was right: of the word that the page showed."""

    button = "Settle it"
    button_kind = "warning"
    seen = SeenField()
    verdict = forms.ChoiceField(
        label="Was the hand-over right?",
        choices=HandOver.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the hand-over was right"},
    )

    def __init__(self, data: QueryDict | None = None, *, disputed_at: datetime | None) -> None:
        shown = disputed_at.isoformat() if disputed_at else ""
        super().__init__(data, initial={"seen": shown})


class DenyReleaseForm(Form):
    """That a source said on the phone that they did not let go: of the release that was shown."""

    button = "Record it: the request stands again"
    button_kind = "warning"
    seen = SeenField(required=False)
    phoned = forms.BooleanField(
        label="I phoned them on a number from the directory, and they said that they did not "
        "withdraw this request, meant another child, or that it is not theirs at all",
        help_text="Or, if they are gone, their line manager or service.",
        error_messages={"required": "Tick once they said so"},
    )

    def __init__(self, data: QueryDict | None = None, *, hold: Hold) -> None:
        shown = hold.released_at.isoformat() if hold.released_at else ""
        super().__init__(data, initial={"seen": shown})


class SettleSuspensionForm(SettleForm):
    """Whether a suspension that is said to be wrong was right."""

    verdict = forms.ChoiceField(
        label="Was the suspension right?",
        choices=list(presenters.SUSPENSION_WAS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the suspension was right"},
    )
