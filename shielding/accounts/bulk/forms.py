"""The file of an import: checked and proposed by one member, confirmed by another."""

from typing import Any

from django import forms
from django.utils.crypto import salted_hmac

from shielding.accounts.directory.forms import Seen
from shielding.web.fields import Form
from shielding.web.uploads.csv_file import CsvFileField

CHECK, PROPOSE = "check", "propose"
_SALT = {"others": "names alike", "wrong": "rows left out"}


class _FileForm(Form):
    def asks_about(self, alike: list[str]) -> bool:
        """Ask whether rows with names like others are other people. Returns whether it is ticked,
        for these names and no others; True where there are none.
        """
        return self._asks("others", "I looked at the similar names: these are other people", alike)

    def asks_about_left_out(self, problems: list[str]) -> bool:
        """Ask whether the rows with something wrong were looked at: they are left out. Returns
        whether it is ticked, for these; True where there are none.
        """
        return self._asks("wrong", "I looked at what is wrong: these rows are left out", problems)

    def _asks(self, name: str, label: str, lines: list[str]) -> bool:
        if not lines:
            return True
        shown = salted_hmac(_SALT[name], "\n".join(lines), algorithm="sha256").hexdigest()
        self.fields[name] = forms.BooleanField(
            label=label, required=False, widget=Seen(attrs={"value": shown})
        )
        return bool(self.data.get(name) == shown)

    def refuse_alike(self) -> None:
        """Say that the box must be ticked, with the file again."""
        words = "Look at the similar names, tick the box and upload the file again"
        self.add_error("others", words)

    def refuse_left_out(self) -> None:
        """Say the same of what is wrong."""
        words = "Look at what is wrong, tick the box and upload the file again"
        self.add_error("wrong", words)


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


class ProposeAnewForm(_FileForm):
    """The same file again, from whoever takes the place of who proposed it."""

    button = "Upload the same file and take the proposal’s place"
    file = CsvFileField()
    # Not `attested`: what a page asked is answered for that step and no other.
    stands_for = forms.BooleanField(
        label="I looked at this file, and propose it in the place of whoever proposed it",
        error_messages={"required": "Tick to confirm it"},
    )
