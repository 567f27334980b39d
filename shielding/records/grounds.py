"""The grounds for shielding: the process document's table as data.

Each ground carries the points a practitioner considers (ticked as considered, never answered
here: the answers belong in the service's own record) and who normally identifies such a case.
"""

from dataclasses import dataclass

_KNOWS_REHOUSED = "Does the person who poses a risk of harm know where the family now live?"
_CONTACT = "Does that person collect the children for contact visits?"
_KNOWS_CHILD = (
    "Does the person who poses a risk of harm know the whereabouts of the child or young person?"
)
_ALREADY_KNOWN = "Are the whereabouts already known?"
_OTHER_RECORDS = "Are records shielded now on the electoral register or elsewhere?"
_POLICE = "Have the police been informed?"
_REFERRAL = "Does a referral to social care need to be made?"
_STEPS = "Are further steps needed to keep the family safe?"
# No code says why: the IW Team phones whoever asks, and the hold stands meanwhile.
OTHER = "other"


@dataclass(frozen=True)
class Point:
    """One thing to consider; `code` is what a request stores when it was."""

    code: str
    text: str


@dataclass(frozen=True)
class Ground:
    """A coded reason for shielding. `identified_by` is empty where anyone may find it."""

    code: str
    label: str
    points: tuple[Point, ...]
    identified_by: str = ""


GROUNDS: tuple[Ground, ...] = (
    Ground(
        "abuse",
        "Fleeing abuse or domestic violence, or re-housed because of it",
        (Point("knows_home", _KNOWS_REHOUSED), Point("contact_visits", _CONTACT)),
    ),
    Ground(
        "police_protection",
        "Witness protection or other police protection",
        (
            Point(
                "already_shielded",
                "Is this already known, and shielded in police and housing records?",
            ),
        ),
        "Police and housing",
    ),
    Ground(
        "placement",
        "Adopted with little or no contact with the birth family, or an adoption, looked-after "
        "or fostering placement at risk",
        (Point("placement_risk", "Would the placement be at risk if the whereabouts were known?"),),
        "Social care",
    ),
    Ground(
        "panic_button",
        "A panic button is installed for the family",
        (Point("police_know", "Do the police know of this family?"),),
        "Police",
    ),
    Ground(
        "asylum",
        "Political or other asylum, and the children are at risk",
        (Point("agency_knows", "Do housing or social care know of this family?"),),
        "Housing and social care",
    ),
    Ground(
        "public_profile",
        "A parent’s public profile puts the child at risk",
        (
            Point("what_risk", "Has the parent said what the risk is?"),
            Point("already_known", _ALREADY_KNOWN),
            Point("other_records", _OTHER_RECORDS),
        ),
        "Parents",
    ),
    Ground(
        "professional_family",
        "Family of a vulnerable practitioner or professional",
        (
            Point("what_risk", "Has the member of staff shown what the risk is?"),
            Point("already_known", _ALREADY_KNOWN),
            Point("other_records", _OTHER_RECORDS),
        ),
    ),
    Ground("forced_marriage", "Fleeing forced marriage", (Point("police", _POLICE),)),
    Ground("honour", "“Honour”-based violence", (Point("police", _POLICE),)),
    Ground(
        "trafficking",
        "Trafficking or exploitation",
        (Point("knows_child", _KNOWS_CHILD), Point("referral", _REFERRAL)),
    ),
    Ground(
        "abduction",
        "Risk of abduction",
        (
            Point("knows_child", _KNOWS_CHILD),
            Point("police", _POLICE),
            Point("referral", _REFERRAL),
        ),
    ),
    Ground(
        "sibling",
        "Sibling of, or living with, a child at risk",
        (
            Point("own_risk", "Would this child’s record lead to the child at risk?"),
            Point("knows_child", _KNOWS_CHILD),
        ),
    ),
    Ground(
        OTHER,
        "Another reason",
        (
            Point("what_risk", "Is the risk to the child, young person, parent or carer clear?"),
            Point("police", "Do the police need to be informed?"),
            Point("social_care", "Does social care need to be informed?"),
            Point("steps", _STEPS),
        ),
    ),
)

GROUND = {ground.code: ground for ground in GROUNDS}
LABELS = [(ground.code, ground.label) for ground in GROUNDS]
# What the columns' migrations say, so that no label needs a migration. Shown nowhere: see LABELS.
_AS_MIGRATED = {
    OTHER: "Another reason (the IW Team will phone you; the record is shielded meanwhile)"
}
CHOICES = [(code, _AS_MIGRATED.get(code, label)) for code, label in LABELS]
