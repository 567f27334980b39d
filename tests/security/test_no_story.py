"""There is no place for a story: every column, field and setting that takes text is on one list.

PROCESS.md, section 7, says what may be typed. A column or a field of a kind that cannot hold a text
(a date, a number, a tick, a choice from a list) needs no mention; every other is named here with
its reason, or the test fails.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from logbook.pages.filters import DayField, DayFilter
from requests_app.practitioner.question_forms import ChoicesOrNone
from shielding.accounts.directory.forms import ManagerField, PersonField
from shielding.web.fields import DayAndTimeField, DayMonthYearField
from shielding.web.question_fields import PastDayField, Radios, SeenField, TickAllField
from tests.security.support.access_table import there
from tests.security.support.council import a_world, every_url

PACKAGES = ("shielding", "logbook", "requests_app", "brokerage")
# What may be typed.
NUMBER = "the record number, encrypted"
STAFF = "names, work e-mail addresses and phone numbers of staff"
SERVICE = "names of services"
SEARCH = "a search"
PASSWORD = "passwords and one-time codes"
REFERENCE = "references"
PAGE = "values the page itself set"
KEY = "what a security key says of itself: random bytes, and numbers that its signatures fit"
OPERATOR = "operators' settings"
FILE = "import files, of which an HMAC is kept"
# What nobody types.
CODE = "a code the product chose"
COUNTED = "an HMAC of what was tried, to count by"
OWN = "written by the product or by Django alone, from none of the typed"

COLUMNS = {
    "accounts.AddressChange.address": STAFF,
    "accounts.AddressChange.reference": REFERENCE,
    "accounts.BrokenGlass.reference": REFERENCE,
    "accounts.Budget.key": COUNTED,
    "accounts.Deputy.reference": REFERENCE,
    "accounts.Factor.credential_id": KEY,
    "accounts.Factor.public_key": KEY,
    "accounts.Factor.sealed": PASSWORD,
    "accounts.FactorReset.reference": REFERENCE,
    "accounts.FileImport.digest": FILE,
    "accounts.FileImport.reference": REFERENCE,
    "accounts.FileImport.row_key": FILE,
    "accounts.ImportedRow.digest": FILE,
    "accounts.Mail.kind": CODE,
    # Of a duty mailbox; or the address that an account had.
    "accounts.Mail.mailbox": STAFF,
    "accounts.Notice.kind": CODE,
    "accounts.Notice.mailbox": STAFF,
    "accounts.Notice.mentions": REFERENCE,
    "accounts.Notice.subject": REFERENCE,
    "accounts.RefusedTries.network": COUNTED,
    "accounts.RecoveryCode.digest": PASSWORD,
    "accounts.NotMe.link": REFERENCE,
    "accounts.NotMe.reference": REFERENCE,
    "accounts.RoleGrant.reference": REFERENCE,
    "accounts.Service.code": CODE,
    "accounts.Service.name": SERVICE,
    "accounts.Service.sort_name": SERVICE,
    # An address of the net, as the server saw it.
    "accounts.SignedIn.address": OWN,
    "accounts.Timer.name": CODE,
    "accounts.User.email": STAFF,
    "accounts.User.name": STAFF,
    "accounts.User.password": PASSWORD,
    "accounts.User.phone": STAFF,
    "accounts.User.sort_name": STAFF,
    "brokerage.AccessRequest.number": NUMBER,
    "brokerage.AccessRequest.reference": REFERENCE,
    "brokerage.AccessRequest.seen_by": CODE,
    "brokerage.Liaison.reference": REFERENCE,
    "logbook.Entry.event": CODE,
    "logbook.Entry.facts": CODE,
    "logbook.Entry.record": REFERENCE,
    "logbook.Entry.reference": REFERENCE,
    "logbook.Entry.role": CODE,
    "logbook.Entry.salt": OWN,
    "logbook.Entry.service": CODE,
    "requests_app.Request.explained": CODE,
    "requests_app.Request.not_grounds": CODE,
    "requests_app.Request.number": NUMBER,
    "requests_app.Request.points": CODE,
    "requests_app.Request.query": CODE,
    "requests_app.Request.reference": REFERENCE,
    "shielding.Consultation.reference": REFERENCE,
    "shielding.DataLoad.reference": REFERENCE,
    "shielding.HandOver.reference": REFERENCE,
    "shielding.HandOverTold.reference": REFERENCE,
    "accounts.Suspension.reference": REFERENCE,
    "accounts.SuspensionTold.reference": REFERENCE,
    "shielding.Hold.reference": REFERENCE,
    "shielding.Record.blind_index": NUMBER,
    "shielding.Record.number": NUMBER,
    "shielding.Record.reference": REFERENCE,
    "shielding.Review.outcome": CODE,
    "shielding.Review.reference": REFERENCE,
    # Of the packages beneath.
    "account.EmailAddress.email": STAFF,
    "account.EmailConfirmation.key": PASSWORD,
    "auth.Group.name": OWN,
    "auth.Permission.codename": OWN,
    "auth.Permission.name": OWN,
    "contenttypes.ContentType.app_label": OWN,
    "contenttypes.ContentType.model": OWN,
    "sessions.Session.session_data": PAGE,
    "sessions.Session.session_key": PASSWORD,
}
# Tables without a model: Django's cache and its migrations.
TABLES = {"django_cache", "django_migrations"}

FIELDS = {
    "brokerage.requester.forms.NumberForm.number": NUMBER,
    "brokerage.requester.forms.NumberForm.number_again": NUMBER,
    "brokerage.desk.urgent_call_forms.UrgentForm.email": STAFF,
    "brokerage.desk.urgent_call_forms.UrgentForm.number": NUMBER,
    "brokerage.desk.urgent_call_forms.UrgentForm.number_again": NUMBER,
    "brokerage.desk.urgent_call_forms.UrgentForm.reference": PAGE,
    "requests_app.desk.phoned_request_forms.PhonedForm.email": STAFF,
    "requests_app.desk.phoned_request_forms.PhonedForm.number": NUMBER,
    "requests_app.desk.phoned_request_forms.PhonedForm.number_again": NUMBER,
    "requests_app.desk.phoned_request_forms.PhonedForm.reference": PAGE,
    "requests_app.practitioner.again.forms.DeclarationPart.instead": PAGE,
    "requests_app.practitioner.again.forms.DeclarationPart.reference": PAGE,
    "requests_app.practitioner.question_forms.ManagerForm.email": STAFF,
    "requests_app.practitioner.question_forms.NumberForm.number": NUMBER,
    "requests_app.practitioner.question_forms.NumberForm.number_again": NUMBER,
    "requests_app.practitioner.question_forms.DecisionForm.no_ground_shown": PAGE,
    "requests_app.practitioner.question_forms.PointsForm.points_of": PAGE,
    "shielding.reviews.added.forms.TeamReasonForm.reference": REFERENCE,
    "shielding.accounts.factor_resets.forms.SpokenCodeForm.code": PASSWORD,
    "shielding.accounts.second_factor.forms.CodeForm.code": PASSWORD,
    "shielding.accounts.second_factor.forms.KeyForm.answer": KEY,
    "shielding.accounts.second_factor.forms.RecoveryCodeForm.code": PASSWORD,
    "shielding.accounts.sign_in.views.ConfirmForm.password": PASSWORD,
    "shielding.accounts.sign_in.views.ForgottenForm.email": STAFF,
    "shielding.accounts.sign_in.views.NewPasswordForm.password1": PASSWORD,
    "shielding.accounts.sign_in.views.NewPasswordForm.password2": PASSWORD,
    "shielding.accounts.sign_in.views.PasswordForm.oldpassword": PASSWORD,
    "shielding.accounts.sign_in.views.PasswordForm.password1": PASSWORD,
    "shielding.accounts.sign_in.views.PasswordForm.password2": PASSWORD,
    "shielding.accounts.sign_in.views.SignInForm.password": PASSWORD,
    "shielding.accounts.corrections.forms.AddressForm.address": STAFF,
    "shielding.accounts.bulk.forms.CheckFileForm.file": FILE,
    "shielding.accounts.bulk.forms.ConfirmFileForm.file": FILE,
    "shielding.accounts.bulk.forms.ProposeAnewForm.file": FILE,
    "shielding.accounts.deputies.forms.OwnDeputyForm.deputy": STAFF,
    "shielding.accounts.directory.forms.NameForm.name": STAFF,
    "shielding.accounts.directory.forms.PhoneForm.phone": STAFF,
    "shielding.accounts.directory.forms.PractitionerForm.uid": PAGE,
    "shielding.accounts.directory.forms.RenameForm.name": STAFF,
    "shielding.accounts.directory.forms.RoleAccountForm.uid": PAGE,
    "shielding.accounts.directory.forms.ServiceForm.code": PAGE,
    "shielding.accounts.directory.forms._AccountForm.uid": PAGE,
    "shielding.accounts.directory.forms.PractitionerForm.phone": STAFF,
    "shielding.accounts.directory.forms.PractitionerForm.email": STAFF,
    "shielding.accounts.directory.forms.PractitionerForm.name": STAFF,
    "shielding.accounts.directory.forms.RoleAccountForm.email": STAFF,
    "shielding.accounts.directory.forms.RoleAccountForm.name": STAFF,
    "shielding.accounts.directory.forms.ServiceForm.name": SERVICE,
    "shielding.accounts.directory.forms._AccountForm.email": STAFF,
    "shielding.accounts.directory.forms._AccountForm.name": STAFF,
    "shielding.desk.forms.FindRecordForm.number": SEARCH,
    "shielding.search.forms.SearchForm.sought": SEARCH,
    "shielding.records.forms.NumberTypedTwice.number": NUMBER,
    "shielding.records.forms.NumberTypedTwice.number_again": NUMBER,
    "shielding.desk.caller_forms.CallForm.email": STAFF,
    "shielding.desk.caller_forms.CallForm.number": NUMBER,
    "shielding.desk.caller_forms.CallForm.number_again": NUMBER,
    "shielding.holds.hand_over.forms.ConfirmHandOverForm.seen": PAGE,
    "shielding.holds.hand_over.forms.WhoseItIsForm.email": STAFF,
    "shielding.desk.caller_forms.CallForm.reference": PAGE,
    "shielding.holds.moves.forms.MoveForm.seen": PAGE,
    "shielding.reviews.forms.ConcludeForm.next_shown": PAGE,
    "shielding.unshield.forms.ConfirmEndForm.seen": PAGE,
}
FILTERS = {"logbook.pages.filters.EntryFilter.reference": REFERENCE}
# What a page shows that only its form's own making adds: the address somebody signs in with.
MADE = {"login": STAFF}
# Hidden, or on a page that only a link or a password leads to.
_NOT_SHOWN = {
    "answer",
    "code",
    "instead",
    "next_shown",
    "no_ground_shown",
    "points_of",
    "seen",
    "uid",
}
# What a view reads of a request itself, by its module: none of it is kept.
READ = {
    "brokerage.line_manager.views.show": PAGE,
    "brokerage.requester.views.show": PAGE,
    "requests_app.practitioner.again.views.instead": PAGE,
    "brokerage.source.views.answer": CODE,
    "brokerage.source.views.family": CODE,
    "brokerage.source.views.show": PAGE,
    "logbook.pages.views.after": PAGE,
    "logbook.pages.views.before": PAGE,
    "logbook.pages.views.fold": PAGE,
    "requests_app.practitioner.views.show": PAGE,
    "shielding.accounts.sessions.views.whose": PAGE,
    "shielding.accounts.corrections.views.whose": PAGE,
    "shielding.accounts.bulk.two_uploads.whose": PAGE,
    "shielding.accounts.directory.views.whose": PAGE,
    "shielding.accounts.sign_in.views.ended": PAGE,
    "shielding.checks.data_loads.views.show": PAGE,
    "shielding.demo.views.seen": PAGE,
    "shielding.demo.views.step": CODE,
    "shielding.accounts.second_factor.again_views.next": PAGE,
    "shielding.accounts.factor_resets.views.whose": PAGE,
    "shielding.desk.views.show": PAGE,
    "shielding.desk.views.whose": PAGE,
    "shielding.holds.hand_over.views.show": PAGE,
    "shielding.holds.disputes.views.whose": PAGE,
    "shielding.holds.hand_over.views.whose": PAGE,
    "shielding.holds.views.whose": PAGE,
    "shielding.notices.views.show": PAGE,
    "shielding.register.views.show": PAGE,
    "shielding.web.paging.page": PAGE,
    "shielding.web.middleware.ended": PAGE,
    "shielding.reviews.views.show": PAGE,
    "shielding.web.middleware.page": PAGE,
}
SETTINGS = dict.fromkeys(
    (
        "ALLOWED_HOSTS",
        "COUNCIL_EMAIL",
        "COUNCIL_NAME",
        "COUNCIL_PHONE",
        "COUNCIL_PHONE_OUT_OF_HOURS",
        "CSRF_TRUSTED_ORIGINS",
        "DATABASE_OWNER_URL",
        "DATABASE_URL",
        "DEMO_CLOCK",
        "DUTY_MAILBOXES",
        "EMAIL_URL",
        "LOG_LEVEL",
        "MAIL_CHECK_PHONE",
        "MAIL_DOMAINS",
        "MAIL_FOLDER",
        "MAIL_FROM",
        "MAIL_SENDER_NAME",
        "MAIL_SUBJECT",
        "PHASE_BANNER",
        "RECORD_INDEX_KEY",
        "RECORD_NUMBER_HINT",
        "RECORD_NUMBER_KEYS",
        "SECURITY_CONTACT",
        "RECORD_NUMBER_PATTERN",
        "REDIS_URL",
        "SECRET_KEY",
        "SERVICE_NAME",
        "SITE_URL",
        "STATICFILES_BACKEND",
        "SYSTEM_NAME",
    ),
    OPERATOR,
)

_PLAIN_COLUMNS = (
    models.ForeignKey,
    models.BooleanField,
    models.DateField,
    models.IntegerField,
    models.UUIDField,
)
# By their exact classes: a subclass may take more.
_PLAIN_FIELDS = {
    forms.BooleanField,
    forms.ChoiceField,
    forms.DateField,
    forms.ModelChoiceField,
    forms.MultipleChoiceField,
    ChoicesOrNone,
    DayAndTimeField,
    DayField,
    DayMonthYearField,
    ManagerField,
    PastDayField,
    PersonField,
    Radios,
    SeenField,
    TickAllField,
}
_PLAIN_FILTERS = {
    django_filters.ChoiceFilter,
    DayFilter,
    django_filters.ModelChoiceFilter,
}


_READS = re.compile(r"""\b(?:GET|POST)(?:\.get|\.getlist)?[(\[]["'](\w+)["']""")
# A day: three inputs of a form, or one of a filter.
_DAYS = r"\w+_(day|month|year|hour|minute)|since|until"


def _modules() -> Iterator[ModuleType]:
    """Import and yield every module of the product that may define a form or a view."""
    left_out = re.compile(r"\.(migrations|management|embedded|celery|wsgi)\b")
    for package in map(importlib.import_module, PACKAGES):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not left_out.search(info.name):
                yield importlib.import_module(info.name)


def _below(base: type) -> set[type]:
    return {one for kind in base.__subclasses__() for one in (kind, *_below(kind))}


def _ours_below(base: type) -> list[type]:
    """Return every class of the product below this one."""
    assert list(_modules())
    return [kind for kind in _below(base) if kind.__module__.split(".")[0] in PACKAGES]


def _name(kind: type, field: str) -> str:
    return f"{kind.__module__}.{kind.__name__}.{field}"


def _columns() -> dict[str, models.Field]:
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
    }


def _is_plain(column: models.Field) -> bool:
    return isinstance(column, _PLAIN_COLUMNS) or bool(column.choices)


def test_every_column_that_takes_text_is_on_the_list():
    columns = _columns()
    assert len(columns) > 200
    assert {name for name, column in columns.items() if not _is_plain(column)} == set(COLUMNS)


@pytest.mark.django_db
def test_the_database_has_no_text_beside_its_models():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type <> ALL (%s)",
            [
                [
                    "bigint",
                    "boolean",
                    "date",
                    "integer",
                    "smallint",
                    "uuid",
                    "xid8",
                    "timestamp with time zone",
                ]
            ],
        )
        found = {(table, column) for table, column in cursor.fetchall() if table not in TABLES}
    known = {(field.model._meta.db_table, field.column) for field in _columns().values()}
    assert found
    assert found <= known


def test_every_field_that_takes_text_is_on_the_list():
    found = {
        _name(form, name)
        for form in _ours_below(forms.BaseForm)
        for name, field in form.base_fields.items()
        if type(field) not in _PLAIN_FIELDS
    }
    assert found == set(FIELDS)


def test_every_filter_that_takes_text_is_on_the_list():
    found = {
        _name(filters, name)
        for filters in _ours_below(django_filters.FilterSet)
        for name, field in filters.base_filters.items()
        if type(field) not in _PLAIN_FILTERS
    }
    assert found == set(FILTERS)


def test_nothing_else_is_read_of_a_request():
    found = {
        f"{module.__name__}.{name}"
        for module in _modules()
        for name in _READS.findall(Path(str(module.__file__)).read_text())
    }
    assert found == set(READ)


def test_every_setting_that_takes_text_is_on_the_list():
    tree = ast.parse((settings.BASE_DIR / "shielding" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    numbers = {
        id(inner) for call in calls if ast.unparse(call.func) == "_counted" for inner in call.args
    }
    found = {
        ast.literal_eval(call.args[0])
        for call in calls
        if re.fullmatch(r"env(\.(?!int$|bool$)\w+)?", ast.unparse(call.func))
        and id(call) not in numbers
    }
    assert found == set(SETTINGS)


@pytest.mark.django_db
def test_every_input_of_a_page_that_takes_text_is_on_the_list():
    """Also what a form adds while it is made, and what a template writes by itself."""
    named = {name.rsplit(".", 1)[1] for name in (*FIELDS, *FILTERS)} | set(MADE)
    world, found = a_world(), set()
    for name, pattern in every_url().items():
        path = reverse(name, kwargs=there(world, name, set(pattern.pattern.converters)))
        for client in [Client(), *map(world.client, ("owner", "manager", "iw", "lead", "auditor"))]:
            found |= _typed_on(client.get(path).content.decode())
    assert {name for name in found if not re.fullmatch(_DAYS, name)} == named - _NOT_SHOWN


def _typed_on(page: str) -> set[str]:
    """Return the names of the inputs of a page that a text can be typed into."""
    inputs = re.findall(r"<(?:input|textarea)\b[^>]*>", page)
    kinds = {tag: re.search(r'type="(\w+)"', tag) for tag in inputs}
    return {
        re.search(r'name="([^"]+)"', tag)[1]
        for tag, kind in kinds.items()
        if kind is None or kind[1] not in ("hidden", "radio", "checkbox")
    }
