"""The kinds of notice about people: what each is, and whether it goes to its person alone."""

from shielding.accounts import policies
from shielding.accounts.corrections.policies import who_hear_of_address
from shielding.accounts.deputies.models import both_of
from shielding.accounts.factor_resets.policies import who_hear_of_reset
from shielding.accounts.history import who_made
from shielding.accounts.sessions import alerts as not_me_alerts
from shielding.notices.kinds import (
    ADDRESS_CHANGED,
    FACTOR_LINK,
    GLASS_BROKEN,
    INVITATION,
    LET_IN,
    MEMBER_SUSPENDED,
    MOVED,
    NAME_CHANGED,
    PASSWORD_CHANGED,
    PASSWORD_RESET,
    SUSPENSION,
    Kind,
)

KINDS = (
    Kind(PASSWORD_RESET, "A link for a password", is_personal=True),
    Kind(
        PASSWORD_CHANGED,
        "A password changed",
        is_personal=True,
        readers=policies.whose_password,
        says="The password of your account was changed. If you did not change it, phone the IW "
        "Team at once.",
    ),
    # With a link of its own, good for an hour.
    Kind(FACTOR_LINK, "A link for a second factor", is_personal=True),
    Kind(
        "wrong_codes",
        "Wrong codes",
        is_personal=True,
        readers=policies.told_of("wrong_codes"),
        says="Somebody who knows your password gave five wrong codes to sign in. If it was not "
        "you, phone the IW Team at once.",
    ),
    Kind(
        "factor_reset",
        "A second factor reset",
        readers=who_hear_of_reset,
        says="What an account is signed in with besides its password was reset. If it is yours and "
        "you did not ask for it, phone the IW Team at once.",
    ),
    Kind(
        "factor_changed",
        "What somebody signs in with changed",
        is_personal=True,
        readers=policies.told_of("factor_changed"),
        says="What you sign in with besides your password was changed: an app, a key or your "
        "recovery codes. If it was not you, phone the IW Team at once.",
    ),
    Kind(
        "factor_after_recovery",
        "A second factor added with a recovery code",
        is_personal=True,
        readers=policies.told_of("factor_after_recovery"),
        says="Somebody signed in with a recovery code and set up another app or key. For 24 hours "
        "they are the second person of nothing. The logbook says who it is.",
    ),
    Kind(
        "key_copied",
        "A security key refused",
        is_personal=True,
        readers=policies.told_of("key_copied"),
        says="A security key of yours was refused, as there seem to be two of it. Phone the IW "
        "Team at once.",
    ),
    Kind(
        "recovery_code_used",
        "A recovery code used",
        is_personal=True,
        readers=policies.told_of("recovery_code_used"),
        says="Somebody signed in to your account with one of your recovery codes. If it was not "
        "you, phone the IW Team at once.",
    ),
    Kind(
        "password_ended",
        "A password ended",
        is_personal=True,
        readers=policies.told_of("password_ended"),
        says="Somebody who knew your password gave twenty wrong codes, so it was ended. Choose "
        "another one by “I have forgotten my password” on the page to sign in. If it was not you, "
        "phone the IW Team at once.",
    ),
    Kind(
        "codes_guessed",
        "Somebody guessed at codes",
        is_personal=True,
        readers=policies.told_of("codes_guessed"),
        says="Somebody who knew a colleague’s password gave twenty wrong codes. The password was "
        "ended, and the colleague was told. The logbook says whose it was.",
    ),
    not_me_alerts.KIND,
    Kind(INVITATION, "An invitation", is_personal=True, from_whom=who_made),
    Kind(NAME_CHANGED, "A name changed", is_personal=True, readers=policies.who_was_renamed),
    # To the address that the account had; of whom it tells stands in no mail.
    Kind(ADDRESS_CHANGED, "An email address changed, to the old one", is_personal=True),
    Kind(
        "address_confirmed",
        "An email address changed",
        readers=who_hear_of_address,
        says="The email address of an account was changed.",
    ),
    Kind(
        MOVED,
        "A move to another service",
        is_personal=True,
        readers=policies.who_hear_of_move,
        says="The IW Team moved an account to another service: yours, or that of somebody you "
        "manage or managed.",
    ),
    Kind(
        MEMBER_SUSPENDED,
        "A member suspended by a lead",
        readers=policies.who_hear_of_stop,
        says="An IW lead suspended a member of the IW Team. An administrator can let them in.",
    ),
    Kind(
        LET_IN,
        "A colleague let in again",
        readers=policies.who_hear_of_let_in,
        says="The account of a member, an auditor or an administrator was let in again.",
    ),
    Kind(
        GLASS_BROKEN,
        "Somebody let in at the server",
        readers=policies.who_hear_of_glass,
        waits=policies.is_broken_glass,
        says="At the server two people let somebody sign in again. The home page says who. If you "
        "did not expect this, phone at once.",
    ),
    # With a link of its own, as that of a hand-over: the suspended person needs no sign-in.
    Kind(SUSPENSION, "A suspension", is_personal=True),
    Kind("deputy_ended", "A deputy ended", readers=both_of),
    Kind("deputy_named", "A deputy named", readers=both_of),
    Kind("role_granted", "A role granted", readers=policies.who_hear_of_grant),
    Kind("role_proposed", "A role proposed", readers=policies.who_keep_roles),
    Kind("role_refused", "A role refused", readers=policies.who_keep_roles),
)
