"""The file of an import: checked and proposed by one member, confirmed by another."""

from typing import Any

from django import forms
from django.utils.crypto import salted_hmac

from shielding.accounts.directory.forms import Seen
from shielding.web.fields import Form
from shielding.web.uploads.csv_file import CsvFileField

CHECK, PROPOSE = "check", "propose"


class _FileForm(Form):
    def asks_about(self, alike: list[str]) -> bool:
        """Ask whether rows with names like others are other people. Returns whether it is ticked,
        for these names and no others; True where there are none.
        """
        if not alike:
            return True
        shown = salted_hmac("names alike", "\n".join(alike), algorithm="sha256").hexdigest()
        self.fields["others"] = forms.BooleanField(
            label="I looked at the similar names: these are other people",
            required=False,
            widget=Seen(attrs={"value": shown}),
        )
        return bool(self.data.get("others") == shown)

    def refuse_alike(self) -> None:
        """Say that the box must be ticked, with the file again."""
        words = "Look at the similar names, tick the box and upload the file again"
        self.add_error("others", words)


class CheckFileForm(_FileForm):
    """A file, and whether it is proposed once nothing is wrong with it."""

    button = "Upload the file"
    file = CsvFileField()
    then = forms.ChoiceField(
        label="What do you want to do?",
        choices=[
            (CHECK, "Check the file: nothing is changed"),
            (PROPOSE, "Check it, and propose it to a colleague if nothing is wrong"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you want to do"},
    )


class ConfirmFileForm(_FileForm):
    """The same file again, from the second member, and what they attest with it."""

    button = "Upload the same file and import it"
    file = CsvFileField()
    attested = forms.BooleanField(error_messages={"required": "Tick to confirm it"})
    ends = forms.BooleanField(
        required=False,
        label="End the import, although rows are left out: I have noted which",
        help_text="Only then does it end with rows left out. No page names them afterwards.",
    )

    def __init__(self, *args: Any, attest: str, begun: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attested"].label = attest
        if not begun:
            # Before the first run nobody knows whether rows will be left out.
            del self.fields["ends"]
