"""The pages of signing in and out: the library's views, with this product's words and entries."""

from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.account.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
    ReauthenticateView,
)
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy

from logbook.bare import NO_WORDS, bare
from logbook.days import clock_now, real_now
from logbook.writing import log_entry
from shielding.accounts.attempts import known, tries
from shielding.accounts.models import User
from shielding.accounts.sessions.ending import end_all, own
from shielding.accounts.sessions.session_codes import How
from shielding.accounts.sign_in import entries
from shielding.accounts.sign_in.mailed_links import is_good_still, note_by_link
from shielding.accounts.sign_in.told import owe_password_changed
from shielding.web import sessions
from shielding.web.access import everyone, public
from shielding.web.fields import Form
from shielding.web.kept import answers
from shielding.web.password_again import (
    FRESH_MINUTES,
    fresh,
    password_given,
    waits_for_factor,
)


class OwnAddressField(EmailField):
    """The address somebody signs in with, without what came along when it was pasted."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(bare(value) if isinstance(value, str) else value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | NO_WORDS


class SignInForm(Form, LoginForm):
    """E-mail address and password."""

    button = "Sign in"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = OwnAddressField()
        _word(self, "login", "Work email address", "Enter your work email address")
        _word(self, "password", "Password", "Enter your password")

    @property
    def who_signs_in(self) -> User:
        """Whoever has the address and the password that were typed."""
        return cast(User, self.user)

    def clean(self) -> dict[str, Any]:
        """Put what is wrong beside a field, where the summary's link can lead."""
        try:
            cleaned = super().clean() or {}
        except forms.ValidationError as error:
            self.add_error("login", error)
            return self.cleaned_data
        return cleaned


class ConfirmForm(Form, ReauthenticateForm):
    """The password once more, before an act that asks for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", "Password", "Enter your password")


class PasswordForm(Form, ChangePasswordForm):
    """The password so far, and the new one twice."""

    button = "Change the password"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", "Current password", "Enter your current password")
        _word(self, "password1", "New password", "Enter a new password")
        _word(self, "password2", "New password again", "Enter the new password again")

    def clean_oldpassword(self) -> str:
        """Refuse a wrong password, and count it as wherever else it is given once more."""
        given = str(self.cleaned_data["oldpassword"])
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        new = cleaned.get("password1")
        if new and new == cleaned.get("oldpassword"):
            self.add_error("password1", "Enter a password that you do not have already")
        return cleaned


class ForgottenForm(Form, ResetPasswordForm):
    """The address to send a link to."""

    button = "Send the link"
    email = OwnAddressField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", "Work email address", "Enter your work email address")
        self.fields["email"].error_messages["invalid"] = (
            "Enter an email address, like name@example.org"
        )


class NewPasswordForm(Form, ResetPasswordKeyForm):
    """The new password twice; the link says whose it is."""

    button = "Save the password"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password1", "New password", "Enter a new password")
        _word(self, "password2", "New password again", "Enter the new password again")


class SignIn(LoginView):
    """Sign in, and go on where one was; where somebody else was before, begin at home."""

    form_class = SignInForm
    is_another = False

    def form_valid(self, form: SignInForm) -> HttpResponse:
        self.is_another = answers.is_another(self.request.session, str(form.who_signs_in.uid))
        response: HttpResponse = super().form_valid(form)
        return response

    def get_next_url(self) -> str | None:
        url: str | None = super().get_next_url()
        return reverse("home") if self.is_another else url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        open_page = urlsplit(self.get_next_url() or "").path
        kept = answers.waits(self.request.session, open_page)
        ended = sessions.words_for(self.request.GET.get("ended", ""), kept=kept)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"title": "Sign in", "ended": ended}


class SignOut(LogoutView):
    """Sign out: nothing that a page kept in the browser stays there.

    "storage" and not "cookies", which would take away those of every other site of the council,
    and that by which this browser is known again. Our own two go by name.
    """

    extra_context = {"title": "Sign out"}

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"storage"'
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            response.delete_cookie(name, samesite="Lax")
        return response


class ChangePassword(PasswordChangeView):
    form_class = PasswordForm
    extra_context = {"title": "Change your password"}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            person = cast(User, self.request.user)
            end_all(person, How.PASSWORD, but=own(self.request.session), now=real_now())
            log_entry("password_changed", by=person, at=clock_now())
            owe_password_changed(person, clock_now())
        known.remember(self.request, person)
        return response


class ConfirmItIsYou(ReauthenticateView):
    form_class = ConfirmForm
    extra_context = {"title": "Confirm it is you"}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        session, now = self.request.session, real_now()
        password_given(session, now)
        if waits_for_factor(session, now):
            after = urlencode({"next": self.get_success_url()})
            return redirect(f"{reverse('factor_again')}?{after}")
        response: HttpResponse = super().form_valid(form)
        return response


class Forgotten(PasswordResetView):
    """Ask for a link. The same page, and the same entry, whether there is an account or not.

    Whoever has it is mailed one in ten minutes, however often it is asked for.
    """

    form_class = ForgottenForm
    extra_context = {"title": "Choose a new password"}

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        tries.of_a_link(self.request)
        email = form.cleaned_data["email"]
        with transaction.atomic():
            entries.link_asked(email)
            if tries.is_mailed_again(email):
                form.save(self.request)
        return redirect(self.get_success_url())


class LinkSent(PasswordResetDoneView):
    extra_context = {"title": "Look at your email"}


class NewPassword(PasswordResetFromKeyView):
    """Set the password that a mailed link is for; what must be changed is changed with it.

    The page says whose it is. Whoever else is signed in stays so until a password is saved: a link
    that somebody sends them ends nothing by being opened.
    """

    form_class = NewPasswordForm
    success_url = reverse_lazy("account_login")
    extra_context = {"title": "Choose your password"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if response.status_code == 200 and self.reset_user is None:
            tries.of_a_link(request)
        return response

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            if not is_good_still(self.reset_user, self.key):
                gone: HttpResponse = self.render_to_response(self.get_context_data(token_fail=True))
                return gone
            self._sign_out_another()
            response: HttpResponse = super().form_valid(form)
            end_all(self.reset_user, How.PASSWORD, now=real_now())
            log_entry("password_set_by_link", by=self.reset_user, at=clock_now())
            owe_password_changed(self.reset_user, clock_now())
            note_by_link(self.reset_user, clock_now())
        known.remember(self.request, self.reset_user)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"whose": self.reset_user, "signed_in_as": self._another()}

    def logout(self) -> None:
        """Do nothing: the library would sign out whoever opens somebody else's link."""

    def _another(self) -> User | None:
        """Return who else than the link's owner is signed in here."""
        here, owner = self.request.user, self.reset_user
        return here if here.is_authenticated and owner and here.pk != owner.pk else None

    def _sign_out_another(self) -> None:
        if self._another():
            super().logout()


sign_in = public("Nobody is signed in yet.")(SignIn.as_view())
sign_out = public("Signing out twice is no mistake.")(SignOut.as_view())
forgotten = public("Who has forgotten the password cannot sign in.")(Forgotten.as_view())
link_sent = public("Who has forgotten the password cannot sign in.")(LinkSent.as_view())
new_password = public("The link in the mail stands for the password.")(NewPassword.as_view())
change_password = everyone(fresh(FRESH_MINUTES)(ChangePassword.as_view()))
confirm_it_is_you = everyone(ConfirmItIsYou.as_view())


def _word(form: forms.Form, name: str, label: str, missing: str) -> None:
    """Give a field of the library's form this product's words, and no placeholder."""
    field = form.fields[name]
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)
