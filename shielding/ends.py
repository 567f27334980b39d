"""How a record can end otherwise than by the final unshield; each takes two IW members."""

from dataclasses import dataclass


@dataclass(frozen=True)
class End:
    """One end of a record: its code, its words, and what must be attested before it."""

    code: str
    label: str
    attest: str = ""


ENDS = (
    End("moved_away", "The child moved to another authority, which now keeps the shield"),
    End("archived", "The record was archived at 18, or at 25"),
    End(
        "merged_duplicate",
        "The record was a duplicate and was merged into another",
        "The surviving record is shielded, and the sources were asked to place their own requests "
        "on it",
    ),
    End("died", "The child or young person has died"),
)
END = {end.code: end for end in ENDS}
CHOICES = [(end.code, end.label) for end in ENDS]
