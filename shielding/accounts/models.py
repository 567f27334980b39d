"""People, the services they belong to, who manages whom, and the roles proposed for them."""

import secrets
import unicodedata
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Replace
from django.utils import timezone
from django.utils.functional import cached_property

from logbook.references import ALPHABET
from shielding.phone_numbers import PHONE_NUMBER
from shielding.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


# Accents off (after NFKD they are marks of their own), letters that have none as filed, small,
# and without apostrophes. By PostgreSQL, so that whatever writes a name writes this with it.
_AS_FILED = (
    "lower(translate(replace(replace(replace(replace(replace("
    r"regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g')"
    ", 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'ß', 'ss')"
    ", 'ØøŁłĐđÐðı’‘''', 'oollddddi'))"
)


def filed(expression: str) -> str:
    """Return the SQL by which names are filed, of an expression of SQL."""
    return _AS_FILED % {"expressions": expression}


def as_filed(text: str) -> Func:
    """Return a text as names are filed, to look for among them: without accents, small."""
    return Func(Value(text), template=_AS_FILED, output_field=models.TextField())


def filed_under(name: str) -> models.GeneratedField:
    """Return the column by which rows of this name are sorted, as people sort: Élise beside Elise.

    PostgreSQL keeps it; whoever lists by it need not know how the server sorts.
    """
    return models.GeneratedField(
        expression=Func(name, template=_AS_FILED),
        output_field=models.TextField(),
        db_persist=True,
    )


def new_service_code() -> str:
    """Return a fresh random service code such as SV-7KQ4M2.

    It stands for the service wherever its name may not be read: a name can be a place.
    """
    return "SV-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def both_or_neither(pair: str, name: str) -> models.CheckConstraint:
    """Return the constraint that `<pair>_at` and `<pair>_by` are set together."""
    return models.CheckConstraint(
        condition=Q(**{f"{pair}_at__isnull": True, f"{pair}_by__isnull": True})
        | Q(**{f"{pair}_at__isnull": False, f"{pair}_by__isnull": False}),
        name=name,
    )


class Working(TypedDict):
    """What `as_listed` adds to a service: how many people work in it."""

    working: int


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: "User") -> "ServiceQuerySet":
        """Return every service for the IW Team, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def open(self) -> "ServiceQuerySet":
        """Return the services that people can still be added to."""
        return self.filter(closed_at__isnull=True)

    def codes_and_names(self) -> list[tuple[str, str]]:
        """Return the code and name of every service, by name, for those who read the logbook."""
        return list(self.order_by("sort_name", "id").values_list("code", "name"))

    def as_listed(self) -> "models.QuerySet[WithAnnotations[Service, Working]]":
        """Return all services, open ones first, with how many people work in each."""
        working = models.Count("people", filter=Q(people__is_active=True))
        found = self.annotate(working=working).order_by(
            F("closed_at").asc(nulls_first=True), "sort_name", "id"
        )
        # The same rows; only a cast names what was added to them.
        return cast("models.QuerySet[WithAnnotations[Service, Working]]", found)


class Service(models.Model):
    """A service practitioners belong to. Its name is for the IW Team's and auditors' pages only."""

    code = models.CharField(max_length=16, unique=True, default=new_service_code, editable=False)
    name = models.CharField(max_length=80)
    sort_name = filed_under("name")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ("sort_name", "id")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="service_name_once"),
            both_or_neither("closed", "service_closed_pair"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Return everybody for those who keep the directory or the accounts, else nobody."""
        return (
            self.all() if user.is_active and (user.is_iw or user.is_administrator) else self.none()
        )

    def working(self) -> "UserQuerySet":
        """Return the people who can sign in: not suspended, not awaiting their first role."""
        return self.filter(is_active=True)

    def with_mailbox_like(self, local: str, domain: str) -> "UserQuerySet":
        """Return whose address differs from local@domain by dots before the "@", and only so."""
        bare = Replace("email", models.Value("."), models.Value(""))
        alike = self.filter(email__endswith=f"@{domain}").alias(bare=bare)
        alike = alike.filter(bare=f"{local}@{domain}".replace(".", ""))
        return alike.exclude(email=f"{local}@{domain}")

    def practitioners(self) -> "UserQuerySet":
        return self.filter(role=Role.PRACTITIONER)

    def iw_team(self) -> "UserQuerySet":
        return self.filter(role=Role.IW)

    def locked(self, *keys: int | None) -> "dict[int, User]":
        """Return these people, locked until the transaction ends: nobody suspends them meanwhile.

        In one order, and before any record: so do all acts that ask who acted first.
        """
        # No key lock: whoever sends something meanwhile names their own row and does not wait.
        rows = self.select_for_update(no_key=True).filter(pk__in=[key for key in keys if key])
        return {one.pk: one for one in rows.order_by("pk")}

    def iw_leads(self) -> "UserQuerySet":
        return self.filter(role=Role.IW, is_lead=True)

    def leads_or_else_all(self) -> "list[User]":
        """Return the IW leads among these people; where none of them leads, all of them."""
        return list(self.iw_leads()) or list(self)

    def in_service(self, service: Service) -> "UserQuerySet":
        return self.filter(service=service)

    def staff_of(self, manager: "User") -> "UserQuerySet":
        """Return the people who name this person as their line manager."""
        return self.filter(line_manager=manager)

    def managers_in(self, service: Service | None) -> "UserQuerySet":
        """Return the people of a service who manage somebody."""
        managing = User.objects.working().filter(line_manager=models.OuterRef("pk"))
        return self.working().filter(models.Exists(managing), service=service)

    def fit_to_support(self, person: "User") -> "UserQuerySet":
        """Return whom a person may name as the manager who supported them.

        Whoever manages others in their service, and those above them.
        """
        near = Q(service=person.service) | Q(pk__in=ids_above(person))
        managing = User.objects.working().filter(line_manager=models.OuterRef("pk"))
        fit = self.working().practitioners().filter(models.Exists(managing), near)
        return fit.exclude(pk=person.pk).select_related("service")

    def fit_to_stand_in(self, manager: "User") -> "UserQuerySet":
        """Return who may be named as a deputy: `deputies.policies.may_stand_in`, as a query."""
        managing = User.objects.working().filter(line_manager=models.OuterRef("pk"))
        return (
            self.working()
            .practitioners()
            .filter(models.Exists(managing))
            .filter(Q(service=manager.service) | Q(pk__in=ids_above(manager)))
            .exclude(pk__in=[manager.pk, *ids_below(manager)])
        )

    def fit_to_manage(self, person: "User") -> "UserQuerySet":
        """Return whom a person may be given as line manager: `policies.may_manage`, as a query.

        Leaves out whoever reports to them already, directly or through others.
        """
        managing = User.objects.working().filter(line_manager=models.OuterRef("pk"))
        return (
            self.working()
            .filter(Q(service=person.service) | models.Exists(managing), role=person.role)
            .exclude(pk__in=[person.pk, *ids_below(person)])
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account; without a password nobody can sign in to it yet."""
        user = self.model(email=self.as_stored(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.as_stored(username or ""))

    @staticmethod
    def as_stored(email: str) -> str:
        """Return an email address the one way it is stored: trimmed, in lower case."""
        return email.strip().lower()


class User(AbstractBaseUser):
    """One person's account. Suspended when they leave, never deleted: entries name its `uid`."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=80)
    sort_name = filed_under("name")
    # A work phone number, as PHONE_NUMBER has it; empty where the directory has none.
    phone = models.CharField(max_length=40, blank=True, default="", db_default="")
    role = models.CharField(max_length=16, choices=Role.choices)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="people")
    line_manager = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="staff"
    )
    is_lead = models.BooleanField(default=False)
    # False and not suspended: proposed, and awaiting the confirmation of a first role.
    is_active = models.BooleanField(default=True)
    # Named by a migration, which asks no function of ours.
    created_at = models.DateTimeField(default=timezone.now)  # noqa: TID251
    suspended_at = models.DateTimeField(null=True)
    suspended_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # After a granted role nobody is the second person of anything for a day.
    second_person_from = models.DateTimeField(null=True)
    # A session that began before is over, and a link to set a password that was mailed before: the
    # account has another email address or role since, or was suspended. In real time.
    sessions_from = models.DateTimeField(null=True)
    # The password came by a mailed link, to an account that was used before: whoever reads that
    # mailbox may have chosen it. To set up a second factor, its mailed link is not enough then.
    password_by_link_at = models.DateTimeField(null=True)
    # Set with a password somebody else has seen: the first page after sign-in asks for a new one.
    must_change_password = models.BooleanField(default=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ("sort_name", "id")
        constraints = [
            # With the unique column this makes addresses unique whatever their case.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower"),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=PHONE_NUMBER), name="user_phone_is_one"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.PRACTITIONER, service__isnull=False)
                | (~Q(role=Role.PRACTITIONER) & Q(service__isnull=True)),
                name="user_service_iff_practitioner",
            ),
            models.CheckConstraint(
                condition=Q(is_lead=False) | Q(role=Role.IW), name="user_lead_is_iw"
            ),
            models.CheckConstraint(
                condition=Q(line_manager__isnull=True)
                | ~Q(role__in=[Role.AUDITOR, Role.ADMINISTRATOR]),
                name="user_outsiders_have_no_manager",
            ),
            models.CheckConstraint(
                condition=Q(line_manager__isnull=True) | ~Q(line_manager=F("id")),
                name="user_not_own_manager",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True) | Q(is_active=False),
                name="user_suspended_is_inactive",
            ),
            both_or_neither("suspended", "user_suspended_pair"),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password; one that is kept in an older way is kept anew.

        But not where the account has another by now, or none: it got another email address.
        """

        def renew(password: str) -> None:
            before, self.password = self.password, make_password(password)
            User.objects.filter(pk=self.pk, password=before).update(password=self.password)

        return check_password(_one_form(raw_password), self.password, renew)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(_one_form(raw_password))

    def end_sessions(self, at: datetime) -> None:
        """Let every session and mailed link that began before a real moment be over.

        The caller saves `sessions_from`. By the second, as sessions keep when they began; a later
        end that was set before stays.
        """
        ends = at.replace(microsecond=0)
        self.sessions_from = max(ends, self.sessions_from or ends)

    @property
    def is_practitioner(self) -> bool:
        return self.role == Role.PRACTITIONER

    @property
    def is_iw(self) -> bool:
        return self.role == Role.IW

    @property
    def is_auditor(self) -> bool:
        return self.role == Role.AUDITOR

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def service_code(self) -> str:
        """The opaque code of the person's service, or nothing: what entries hold."""
        return self.service.code if self.service else ""

    @cached_property
    def is_manager(self) -> bool:
        """Whether anyone working names this person as line manager (one query, then kept)."""
        return User.objects.working().staff_of(self).exists()


def _one_form(password: str | None) -> str | None:
    """Return a password in the one form (NFC) that every keyboard's way of typing it comes to."""
    return None if password is None else unicodedata.normalize("NFC", password)


def below(person: User) -> RawSQL:
    """Return all who report to this person, directly or through others, for an `__in`."""
    return RawSQL(
        """
        WITH RECURSIVE below(id) AS (
            SELECT id FROM accounts_user WHERE line_manager_id = %s
            UNION
            SELECT u.id FROM accounts_user u JOIN below ON u.line_manager_id = below.id
        ) SELECT id FROM below
        """,
        [person.pk],
    )


def above(person: User) -> RawSQL:
    """Return all this person reports to, directly or through others, for an `__in`."""
    return RawSQL(
        """
        WITH RECURSIVE above(id) AS (
            SELECT line_manager_id FROM accounts_user WHERE id = %s
            UNION
            SELECT u.line_manager_id FROM accounts_user u JOIN above ON u.id = above.id
        ) SELECT id FROM above WHERE id IS NOT NULL
        """,
        [person.pk],
    )


def ids_below(person: User) -> set[int]:
    """Return the ids of all who report to this person, directly or through others."""
    return set(User.objects.filter(pk__in=below(person)).values_list("pk", flat=True))


def ids_above(person: User) -> set[int]:
    """Return the ids of all this person reports to, directly or through others."""
    return set(User.objects.filter(pk__in=above(person)).values_list("pk", flat=True))


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def visible_to(self, user: User) -> "RoleGrantQuerySet":
        """Return every proposal for administrators and IW leads, none for anyone else."""
        may = user.is_active and (user.is_administrator or user.is_lead)
        return self.all() if may else self.none()

    def open(self) -> "RoleGrantQuerySet":
        """Return the proposals nobody has decided yet."""
        return self.filter(confirmed_at=None, refused_at=None)

    def decided(self) -> "RoleGrantQuerySet":
        """Return the confirmed and the refused, the latest first."""
        return self.exclude(confirmed_at=None, refused_at=None).order_by("-id")


class RoleGrant(models.Model):
    """A role an administrator proposes and an IW lead confirms or refuses.

    Two people for each, never the one it is about: whoever could hand out roles alone could read
    everything.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    reference = models.CharField(max_length=16, unique=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    is_lead = models.BooleanField(default=False)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ("proposed_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.IW, Role.AUDITOR, Role.ADMINISTRATOR]),
                name="grant_role_known",
            ),
            models.CheckConstraint(
                condition=Q(is_lead=False) | Q(role=Role.IW), name="grant_lead_is_iw"
            ),
            both_or_neither("confirmed", "grant_confirmed_pair"),
            both_or_neither("refused", "grant_refused_pair"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(refused_at__isnull=True),
                name="grant_one_end",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")) | Q(confirmed_by__isnull=True),
                name="grant_two_people",
            ),
            models.CheckConstraint(
                condition=(~Q(confirmed_by=F("person")) | Q(confirmed_by__isnull=True))
                & ~Q(proposed_by=F("person")),
                name="grant_not_to_oneself",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=True, refused_at__isnull=True),
                name="grant_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.refused_at is None


class ServerGrant(models.Model):
    """A role that somebody gave at the server, as the owner of the database, without a proposal.

    The first two accounts', the demo's, and those from before roles stood with their grants only.
    The application may read this table and write nothing to it: PostgreSQL lets a role stand with
    the latest confirmed proposal, or with this where there is none.
    """

    person = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="server_grant"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    is_lead = models.BooleanField(default=False)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.IW, Role.AUDITOR, Role.ADMINISTRATOR]),
                name="server_grant_role_known",
            ),
            models.CheckConstraint(
                condition=Q(is_lead=False) | Q(role=Role.IW), name="server_grant_lead_is_iw"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.person_id}"
