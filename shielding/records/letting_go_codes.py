"""Codes of how a request was let go of, and of what its family was told then."""

from django.db.models import TextChoices


class Release(TextChoices):
    """Who let go of it."""

    SOURCE = "source", "by the practitioner"
    ON_WORD = "on_word", "by the IW Team on the practitioner’s confirmed word"
    NOT_AGREED = "not_agreed", "not agreed, by two members of the IW Team"
    ENDED = "ended", "because the record ended, attested by two members of the IW Team"


# With these it was the source who let go: themself, or by their word.
BY_SOURCE = (Release.SOURCE, Release.ON_WORD)


class FamilyToldOfEnd(TextChoices):
    """Whether the family was told that it ended."""

    TOLD = "told", "They were told, in a way that is safe"
    NOT_SAFE = "not_safe", "It is not safe to tell them"
    # Of a wrong number, or another child: only `letting_go.take_back` says so.
    NOTHING = "nothing", "Entered in error: there was nothing to tell them"

    @classmethod
    def to_say(cls) -> list[tuple[str, str]]:
        """Return what somebody can say of a family, with the words."""
        return [(one.value, str(one.label)) for one in (cls.TOLD, cls.NOT_SAFE)]
