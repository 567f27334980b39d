"""The kinds of notice about people: what each is, and whether it goes to its person alone."""

from shielding.notices.kinds import INVITATION, PASSWORD_RESET, Kind

KINDS = (
    Kind(PASSWORD_RESET, "A link for a password", is_personal=True),
    Kind(INVITATION, "An invitation", is_personal=True),
    Kind("deputy_ended", "A deputy ended"),
    Kind("deputy_named", "A deputy named"),
    Kind("role_granted", "A role granted"),
    Kind("role_proposed", "A role proposed"),
    Kind("role_refused", "A role refused"),
)
