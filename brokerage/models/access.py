"""The access request, and who has a part in it."""

import uuid
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q

from brokerage import access_request_codes as codes
from brokerage import states, time_limits
from logbook.references import new_reference
from shielding import clock
from shielding.accounts.models import User, both_or_neither
from shielding.models import Record
from shielding.records import number as record_number
from shielding.records.models import a_person


def a_code(choices: type[models.TextChoices], **more: Any) -> "models.CharField[str, str]":
    """Return a column for one code of these, empty until there is one."""
    return models.CharField(max_length=30, choices=choices.choices, blank=True, **more)


def two_people(one: str, other: str) -> CheckConstraint:
    """Return the constraint that two columns never name the same person."""
    return CheckConstraint(
        condition=Q(**{f"{one}__isnull": True})
        | Q(**{f"{other}__isnull": True})
        | ~Q(**{one: F(other)}),
        name=f"access_{one}_not_{other}",
    )


# Phoned, and read by no second member yet.
TO_READ = Q(logged_at__isnull=False, read_at__isnull=True)


def running_on(today: date) -> Q:
    """Return under which access requests a contact was granted that nobody ended by a day.

    Also of a requester who is suspended: nobody contacts them meanwhile, and it runs on if they
    come back, so it can be stopped.
    """
    return Q(granted_until__gte=today, withdrawn_at__isnull=True, stopped_at__isnull=True)


def granted_on(today: date) -> Q:
    """Return which access requests allow contact on a day."""
    return running_on(today) & Q(requester__is_active=True)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    """Access requests, from the person who looks."""

    def visible_to(self, user: User) -> "AccessRequestQuerySet":
        """Return a practitioner's own, the IW Team's all but drafts, else none."""
        if user.is_active and user.is_practitioner:
            return self.filter(requester=user).exclude(state=states.DISCARDED)
        if user.is_active and user.is_iw:
            return self.sent()
        return self.none()

    def sent(self) -> "AccessRequestQuerySet":
        """Return all that are no drafts: sent, or logged by the IW Team from a call."""
        return self.filter(submitted_at__isnull=False)

    def drafts_of(self, user: User) -> "AccessRequestQuerySet":
        return self.filter(requester=user, state=states.DRAFT)

    def open_of(self, user: User) -> "AccessRequestQuerySet":
        """Return a person's requests that were sent and are not at an end."""
        return self.filter(requester=user, state__in=states.OPEN)

    def to_approve(self, staff: "models.QuerySet[User]") -> "AccessRequestQuerySet":
        """Return what waits for the line manager of these people."""
        return self.filter(state=states.WITH_MANAGER, requester__in=staff)

    def of_staff(self, staff: "models.QuerySet[User]", decided_by: User) -> "AccessRequestQuerySet":
        """Return the sent requests of these people, and those this person agreed or declined."""
        return self.sent().filter(Q(requester__in=staff) | Q(manager_decided_by=decided_by))

    def over(self, today: date) -> "AccessRequestQuerySet":
        """Return the unfinished ones that were needed until a day before this one."""
        return self.filter(state__in=states.OPEN, needed_until__lt=today).order_by("id")

    def over_soon(self, today: date) -> "AccessRequestQuerySet":
        """Return the unfinished ones that end by themselves within two working days."""
        days = (today, time_limits.ends_soon_until(today))
        soon = self.filter(state__in=states.OPEN, needed_until__range=days)
        return soon.order_by("id")

    def at_desk(self) -> "AccessRequestQuerySet":
        """Return what the IW Team has to work on, the longest with it first."""
        return self.filter(state__in=states.AT_IW).order_by("manager_decided_at", "id")

    def to_begin(self) -> "AccessRequestQuerySet":
        """Return what a manager agreed and nobody at the IW Team has begun, the longest first."""
        return self.filter(state=states.WITH_IW).order_by("manager_decided_at", "id")

    def with_lead(self) -> "AccessRequestQuerySet":
        return self.filter(state=states.WITH_LEAD).order_by("state_since", "id")

    def urgent_to_read(self) -> "AccessRequestQuerySet":
        """Return the calls that no second member has read, the oldest first."""
        return self.filter(TO_READ).order_by("logged_at")

    def declined_twins(self, access: "AccessRequest") -> "AccessRequestQuerySet":
        """Return what else this requester sent about this record and a manager declined.

        Whenever it was sent. Once a request is decided, only what was declined by then: what
        another manager says afterwards is no longer this one's to read.
        """
        same = self.filter(requester=access.requester_id, record=access.record_id)
        declined = same.filter(state=states.DECLINED).exclude(pk=access.pk)
        if access.manager_decided_at is not None:
            declined = declined.filter(manager_decided_at__lte=access.manager_decided_at)
        return declined.order_by("-manager_decided_at", "-id")

    def granted(self, today: date) -> "AccessRequestQuerySet":
        """Return those under which contact may be made today, the first to end first."""
        return self.filter(granted_on(today)).order_by("granted_until", "id")

    def running(self, today: date) -> "AccessRequestQuerySet":
        """Return those whose contact can be stopped today, the first to end first."""
        return self.filter(running_on(today)).order_by("granted_until", "id")

    def to_pass_on(self, now: datetime) -> "AccessRequestQuerySet":
        """Return those whose outcome the IW Team has to pass on by phone, and did not yet.

        From the publication to the last day, not after a stop or while the requester is suspended.
        """
        today = clock.today(now)
        runs = Q(outcome=codes.Outcome.PUT_IN_TOUCH, granted_until__gte=today)
        viewed = Q(outcome=codes.Outcome.VIEWED, needed_until__gte=today)
        return self.filter(
            runs | viewed,
            passed_on="",
            publish_at__lte=now,
            withdrawn_at__isnull=True,
            stopped_at__isnull=True,
            requester__is_active=True,
        )

    def as_listed(self) -> "AccessRequestQuerySet":
        """Return them with everybody a list names, the latest first."""
        people = ("requester", "service", "manager_decided_by", "record")
        return self.select_related(*people).order_by("-submitted_at", "-created_at", "-id")


class AccessRequest(models.Model):
    """One practitioner's request to reach the people behind a shielded record.

    The record number is here only while it is a draft, encrypted; then the record has it. What it
    asks, and why, is codes and dates: there is no text in it.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    state = models.CharField(
        max_length=20, choices=list(states.LABELS.items()), default=states.DRAFT
    )
    state_since = models.DateTimeField()
    # When anything of it last changed: a page posts it back, so that nobody acts on what they
    # never saw.
    changed_at = models.DateTimeField()
    requester = a_person()
    service = models.ForeignKey("accounts.Service", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    number = models.BinaryField(null=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")

    purpose = a_code(codes.Purpose)
    sought = a_code(codes.Sought)
    # Empty in what was sent before this was asked.
    need = a_code(codes.Need, default="", db_default="")
    why_not_otherwise = a_code(codes.WhyNotOtherwise)
    seen_by = ArrayField(models.CharField(max_length=30), default=list)
    needed_until = models.DateField(null=True)
    documented = a_code(codes.Documented)
    documented_on = models.DateField(null=True)
    declared_at = models.DateTimeField(null=True)

    manager_decided_at = models.DateTimeField(null=True)
    manager_decided_by = a_person()
    # The line manager who decided, or in whose place a deputy did.
    manager = a_person()
    decline_reason = a_code(codes.DeclineReason)

    # The member of the IW Team who first asked sources or the lead, or concluded.
    brokered_at = models.DateTimeField(null=True)
    brokered_by = a_person()
    quiet_reason = a_code(codes.QuietReason)
    lead_decided_at = models.DateTimeField(null=True)
    lead_decided_by = a_person()
    lead_decision = a_code(codes.LeadDecision)
    lead_reason = a_code(codes.LeadReason)
    # When a lead last decided against contact: a decision to go ahead takes the place of the other
    # columns, and is void once something new comes.
    no_contact_at = models.DateTimeField(null=True)

    concluded_at = models.DateTimeField(null=True)
    concluded_by = a_person()
    outcome = a_code(codes.Outcome)
    granted_until = models.DateField(null=True)
    # From when the requester and their manager read the outcome, whatever it is.
    publish_at = models.DateTimeField(null=True)
    # Unfinished when the day until which it was needed had passed: by nobody.
    lapsed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = a_person()

    # Phoned to the IW Team because a child could not wait; another member reads it afterwards.
    logged_at = models.DateTimeField(null=True)
    logged_by = a_person()
    caller = a_code(codes.Caller)
    read_at = models.DateTimeField(null=True)
    read_by = a_person()

    # Contact was agreed and stopped: a source objected late, or the IW Team ended it.
    stopped_at = models.DateTimeField(null=True)
    stopped_by = a_person()

    # What the outcome permits was passed on by phone, on which day, and who says so.
    passed_on = a_code(codes.PassedOn, default="", db_default="")
    passed_on_day = models.DateField(null=True)
    passed_on_at = models.DateTimeField(null=True)
    passed_on_by = a_person(db_index=False)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=list(states.LABELS)), name="access_state_known"),
            CheckConstraint(
                condition=Q(number__isnull=True) | Q(state=states.DRAFT),
                name="access_number_only_in_draft",
            ),
            CheckConstraint(
                condition=Q(
                    state__in=[states.DRAFT, states.DISCARDED],
                    record__isnull=True,
                    submitted_at__isnull=True,
                )
                | (
                    ~Q(state__in=[states.DRAFT, states.DISCARDED])
                    & Q(record__isnull=False, submitted_at__isnull=False)
                ),
                name="access_sent_has_record",
            ),
            CheckConstraint(
                condition=Q(requester__isnull=False) | Q(logged_by__isnull=False),
                name="access_has_a_person",
            ),
            # Nothing goes to the IW Team that a line manager has not agreed, but an urgent call.
            CheckConstraint(
                condition=~Q(state__in=[*states.AT_IW, states.DECLINED])
                | Q(manager_decided_by__isnull=False),
                name="access_manager_first",
            ),
            CheckConstraint(
                condition=~Q(state=states.CONCLUDED)
                | (Q(concluded_at__isnull=False, publish_at__isnull=False) & ~Q(outcome="")),
                name="access_concluded_whole",
            ),
            CheckConstraint(
                condition=Q(
                    state=states.LAPSED,
                    lapsed_at__isnull=False,
                    needed_until__isnull=False,
                    publish_at__isnull=False,
                    concluded_at__isnull=True,
                    outcome=codes.Outcome.NOT_IN_TIME,
                )
                | (
                    ~Q(state=states.LAPSED)
                    & Q(lapsed_at__isnull=True)
                    & ~Q(outcome=codes.Outcome.NOT_IN_TIME)
                ),
                name="access_lapsed_whole",
            ),
            CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=codes.Outcome.values),
                name="access_outcome_known",
            ),
            CheckConstraint(
                condition=~Q(outcome__in=list(codes.DISCLOSING))
                | Q(manager_decided_by__isnull=False)
                | Q(logged_by__isnull=False),
                name="access_disclosed_as_agreed",
            ),
            CheckConstraint(
                condition=Q(granted_until__isnull=True) | Q(outcome__in=list(codes.CONTACT)),
                name="access_grant_of_contact",
            ),
            CheckConstraint(
                condition=Q(need__in=["", *codes.Need.values]), name="access_need_known"
            ),
            both_or_neither("manager_decided", "access_manager_pair"),
            both_or_neither("brokered", "access_brokered_pair"),
            both_or_neither("lead_decided", "access_lead_pair"),
            CheckConstraint(
                condition=~Q(lead_decision="no_contact") | Q(no_contact_at__isnull=False),
                name="access_no_contact_kept",
            ),
            both_or_neither("concluded", "access_concluded_pair"),
            both_or_neither("withdrawn", "access_withdrawn_pair"),
            both_or_neither("logged", "access_logged_pair"),
            both_or_neither("read", "access_read_pair"),
            both_or_neither("stopped", "access_stopped_pair"),
            both_or_neither("passed_on", "access_passed_on_pair"),
            CheckConstraint(
                condition=Q(passed_on="", passed_on_at__isnull=True, passed_on_day__isnull=True)
                | Q(
                    passed_on__in=codes.PassedOn.values,
                    passed_on_at__isnull=False,
                    passed_on_day__isnull=False,
                    outcome__in=list(codes.PASSED_ON),
                ),
                name="access_passed_on_whole",
            ),
            two_people("lead_decided_by", "passed_on_by"),
            # Nobody twice: who asks, who agrees, who brokers and who leads are different people.
            two_people("requester", "manager_decided_by"),
            two_people("requester", "brokered_by"),
            two_people("requester", "lead_decided_by"),
            two_people("requester", "concluded_by"),
            two_people("manager_decided_by", "brokered_by"),
            two_people("manager_decided_by", "lead_decided_by"),
            two_people("manager_decided_by", "concluded_by"),
            two_people("brokered_by", "lead_decided_by"),
            two_people("logged_by", "read_by"),
            # An unshield ends what is brokered, by whoever confirms it; that discloses nothing.
            CheckConstraint(
                condition=~Q(outcome__in=list(codes.DISCLOSING))
                | Q(lead_decided_by__isnull=True)
                | ~Q(lead_decided_by=F("concluded_by")),
                name="access_lead_does_not_disclose",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "manager_decided_at"], name="access_by_state"),
            models.Index(fields=["requester", "state"], name="access_by_requester"),
            models.Index(fields=["record"], name="access_by_record"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_urgent(self) -> bool:
        """Whether it was phoned: the IW Team acted at once, and a second member reads it."""
        return self.logged_at is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def is_published(self, now: datetime) -> bool:
        """Whether requester and manager may read that the IW Team has finished."""
        return self.publish_at is not None and now >= self.publish_at

    def void_go_ahead(self) -> None:
        """Forget that the lead went ahead, not knowing of what came since; its entry stays.

        *No contact* stays until a lead decides anew. The caller holds the row, and saves it.
        """
        if self.lead_decision == codes.LeadDecision.NO_CONTACT:
            return
        self.lead_decided_at = self.lead_decided_by = None
        self.lead_decision = self.lead_reason = ""

    def seal_number(self, number: str) -> None:
        """Keep a normalised number in this draft, encrypted for this row."""
        self.number = record_number.seal(number, table=self._meta.db_table, row=self.uid)

    def number_in_clear(self) -> str:
        """Return the number of a draft, for sending it. No page shows it."""
        return record_number.unseal(
            bytes(self.number or b""), table=self._meta.db_table, row=self.uid
        )


class Participation(models.Model):
    """Who has a part in an access request, and which: PostgreSQL keeps everybody to one.

    Requester, line manager, members of the IW Team who broker, and the lead are different people.
    """

    access = models.ForeignKey(AccessRequest, models.PROTECT, related_name="participations")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=codes.Part.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access", "person"], name="participation_once"),
            models.UniqueConstraint(
                fields=["access", "part"],
                condition=Q(part__in=["requester", "manager", "reader"]),
                name="participation_one_of_a_kind",
            ),
            CheckConstraint(condition=Q(part__in=codes.Part.values), name="participation_known"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.access}"
