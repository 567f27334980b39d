"""Which kinds of notices share a mail, and which have their own."""

# Duty notices of a day share one mail at 09:00. The others of one look share one mail at once.
DUTY, CHANGED = "duty", "changed"
DUTY_KINDS = {
    "access_to_agree",
    "confirm_phoned",
    "contact_asked",
    "grant_ends",
    "review_reminder",
    "review_overdue_manager",
    "review_overdue_lead",
    "urgent_not_read",
}
# These carry a link that only their own mail may hold.
PASSWORD_RESET, INVITATION = "password_reset", "invitation"
OWN_MAIL_KINDS = {PASSWORD_RESET, INVITATION}
# Still owed to somebody whose things a colleague has now: nobody else was about to make contact.
PERSONAL_KINDS = OWN_MAIL_KINDS | {"contact_ended"}
