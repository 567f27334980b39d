"""What each source is asked for an access request, and what they say."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypedDict, cast

from django.db import models
from django.db.models import CheckConstraint, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce

from brokerage import access_request_codes as codes
from brokerage import states
from brokerage.models.access import AccessRequest, Participation, a_code
from logbook.references import new_reference
from shielding import hooks
from shielding.accounts.models import User, both_or_neither
from shielding.models import Hold
from shielding.records.models import a_person

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Against(TypedDict):
    """What `against` adds to a row."""

    since: datetime


def is_disowned() -> Q:
    """Return which are about a phoned claim whose practitioner said that it was not theirs."""
    return reduce(or_, (Q(hold__in=holds()) for holds in hooks.disowned), Q(pk__in=()))


# Blocks contact until a lead decides.
SPEAKS_AGAINST = Q(answer=codes.Answer.OBJECTS) | Q(family=codes.FamilyAsked.NOT_CONTENT)


class LiaisonQuerySet(models.QuerySet["Liaison"]):
    """What sources are asked; a source sees their own and nothing of anyone else's."""

    def visible_to(self, user: User) -> "LiaisonQuerySet":
        """Return what a source is asked, everything for an IW member, none for anyone else.

        Never to somebody who had another part in the same access request: a claim that was handed
        over must not show its new source that they ask about it themself. Nor to somebody who was
        left out of the consultation for such a part.
        """
        if user.is_active and user.is_iw:
            return self.all()
        if user.is_active and user.is_practitioner:
            return self.filter(hold__source=user)._without_part_of(user)
        return self.none()

    def handed_on_by(self, user: User) -> "LiaisonQuerySet":
        """Return what a practitioner was asked whose claim is a colleague's since, latest first.

        They may have been about to contact the requester, and the end of it is mailed to them.
        """
        if not (user.is_active and user.is_practitioner):
            return self.none()
        asked = self.filter(asked_of=user)._without_part_of(user)
        return asked.exclude(hold__source=user).order_by("-asked_at", "-id")

    def asked(self, user: User) -> "LiaisonQuerySet":
        """Return what a person was asked, or has from a colleague, and was not left out of."""
        asked = self.filter(Q(asked_of=user) | Q(hold__source=user)).order_by()
        return asked.exclude(answer=codes.Answer.LEFT_OUT)

    def _without_part_of(self, user: User) -> "LiaisonQuerySet":
        parts = Participation.objects.filter(access=models.OuterRef("access"), person=user)
        other = Q(access__manager__isnull=True) | ~Q(access__manager=user)
        heard = self.filter(other).exclude(answer=codes.Answer.LEFT_OUT)
        # Who became the requester's line manager since: `parts.people_of`.
        heard = heard.exclude(access__requester__line_manager=user)
        return heard.filter(~models.Exists(parts))

    def owed(self) -> "LiaisonQuerySet":
        """Return those without an answer whose claim stands, of requests still being brokered."""
        return self.filter(
            answered_at__isnull=True,
            hold__released_at__isnull=True,
            access__state__in=states.AT_IW,
        ).order_by("asked_at", "id")

    def against(self) -> "models.QuerySet[WithAnnotations[Liaison, Against]]":
        """Return what speaks against contact while the claim stands, each with `since`.

        An objection, or that the family is not content, from when it was said; and whatever was
        said to a contact that was stopped, from then on: neither a yes of before nor silence is a
        word for another one.
        """
        no = SPEAKS_AGAINST | Q(access__stopped_at__isnull=False)
        said = self.filter(no, hold__released_at__isnull=True).order_by()
        since = Coalesce("access__stopped_at", "answered_at")
        found = said.exclude(answer=codes.Answer.LEFT_OUT).annotate(since=since)
        # The same rows; only a cast names what annotating added to them.
        return cast("models.QuerySet[WithAnnotations[Liaison, Against]]", found)

    def withdrawn(self) -> "LiaisonQuerySet":
        """Return those whose requester withdrew."""
        return self.filter(access__withdrawn_at__isnull=False).order_by("id")

    def at_desk(self) -> "LiaisonQuerySet":
        """Return those of requests that are still being brokered."""
        return self.filter(access__state__in=states.AT_IW).order_by("id")

    def with_people(self) -> "LiaisonQuerySet":
        """Return them with whoever may have to hear what became of them."""
        return self.select_related("access__requester", "asked_of", "hold__source")

    def marked(self) -> "LiaisonQuerySet":
        """Return them with whether their claim is disowned."""
        disowned = ExpressionWrapper(is_disowned(), models.BooleanField())
        # The class says what those have that are marked; django-stubs wants it said only here.
        return self.annotate(disowned=disowned)  # type: ignore[no-redef]  # the reason above

    def in_full(self) -> "LiaisonQuerySet":
        """Return them marked, with everybody they name."""
        people = (
            "hold__source__service",
            "hold__service",
            "asked_by",
            "answered_by",
            "access__requester",
        )
        found = self.marked().select_related("access__service", *people)
        return found.order_by("asked_at", "id")


class Liaison(models.Model):
    """One source asked, for one access request: "the Integrated Working Team will liaise".

    Its reference is the only one its source knows: nothing leads from it to another source.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    access = models.ForeignKey(AccessRequest, models.PROTECT, related_name="liaisons")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="+")
    # The claim's source when they were asked: a yes is theirs and goes to nobody else.
    asked_of = a_person()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answer = a_code(codes.Answer)
    answered_at = models.DateTimeField(null=True)
    answered_by = a_person()
    # Said on the source's confirmed word, and recorded by a member of the IW Team.
    on_word = models.BooleanField(default=False)
    # Said with the answer; empty in what was answered before this was asked, and with silence.
    family = a_code(codes.FamilyAsked, default="", db_default="")
    # Who concluded on an answer that stood on one member's word: never that member.
    relied_on_by = a_person(db_index=False)
    # Only of `marked` ones.
    disowned: bool

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access", "hold"], name="liaison_once"),
            both_or_neither("answered", "liaison_answered_pair"),
            CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=codes.Answer.values, answered_at__isnull=False),
                name="liaison_answered_whole",
            ),
            CheckConstraint(
                condition=Q(family="")
                | Q(family__in=codes.FamilyAsked.values, answer__in=list(codes.SAID)),
                name="liaison_family_of_a_word",
            ),
            CheckConstraint(
                condition=Q(relied_on_by__isnull=True) | ~Q(relied_on_by=F("answered_by")),
                name="liaison_relied_on_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def let_go_first(self) -> bool:
        """Whether the claim was let go before what was asked about it came to its end.

        Of that end its source reads and hears nothing: it may be the unshield of the record.
        """
        let_go, ended = self.hold.released_at, self.access.concluded_at
        return let_go is not None and (ended is None or let_go < ended)
