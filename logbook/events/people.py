"""Accounts, roles and services, signing in; and the settings that a release changed."""

from logbook.events.kind import event

SYSTEM = (
    event("setting_changed", "Setting {setting} is now {value}", "setting", "value", system=True),
    event(
        "threshold_changed",
        "A sign of misuse: {setting} is now {value}",
        "setting",
        "value",
        system=True,
    ),
    event(
        "notes_destroyed",
        "The notes of access requests were destroyed by an upgrade. There were {count}",
        "count",
        system=True,
    ),
    event(
        "account_counted_as_vouched",
        "An upgrade counted {person} as phoned: the account was there before the rule",
        "person",
        "since",
        system=True,
    ),
)

PEOPLE = (
    event("service_added", "added service {added}", "added"),
    event("service_closed", "closed service {closed}", "closed"),
    event("service_reopened", "opened service {reopened} again", "reopened"),
    event(
        "person_added",
        "added {person} as {new_role} of service {new_service}",
        "person",
        "new_role",
        "new_service",
    ),
    event(
        "person_added_from_file",
        "added {person} as {new_role} of service {new_service}, from the file that {proposed_by}"
        " proposed ({reference})",
        "person",
        "new_role",
        "new_service",
        "proposed_by",
    ),
    event(
        "import_checked",
        "checked a file of {kind}: {rows} rows, {wrong} with something wrong",
        "kind",
        "rows",
        "wrong",
    ),
    event(
        "import_proposed",
        "proposed to import a file of {kind} with {rows} rows ({reference})",
        "kind",
        "rows",
    ),
    event(
        "import_confirmed",
        "confirmed the import of a file of {kind} with {rows} rows, proposed by {proposed_by}"
        " ({reference})",
        "kind",
        "rows",
        "proposed_by",
    ),
    event(
        "import_proposed_anew",
        "took the place of {before} as who proposes the import of a file of {kind} with {rows} rows"
        " ({reference})",
        "kind",
        "rows",
        "before",
    ),
    event(
        "person_phone_from_file",
        "kept the work phone number of {person} from a file that {proposed_by} proposed"
        " ({reference})",
        "person",
        "proposed_by",
    ),
    event("import_taken_back", "took back the import of a file of {kind} ({reference})", "kind"),
    event(
        "import_finished",
        "brought the import of a file of {kind} to its end: {done} rows done, {left_out} left out"
        " ({reference})",
        "kind",
        "done",
        "left_out",
    ),
    event(
        "person_vouched",
        "attested having phoned {person} on a number from the directory: the account may let go",
        "person",
    ),
    event("person_renamed", "corrected the name of {person}", "person"),
    event(
        "address_change_proposed",
        "proposed another email address for {person} ({reference})",
        "person",
    ),
    event(
        "address_change_confirmed",
        "attested having phoned {person} and confirmed another email address ({reference})",
        "person",
        "proposed_by",
    ),
    event(
        "address_change_withdrawn",
        "took back another email address proposed for {person} ({reference})",
        "person",
    ),
    event(
        "person_phone_set",
        "set the work phone number of {person} in the directory",
        "person",
        "kept",
    ),
    event(
        "line_manager_set",
        "set the line manager of {person} from {before} to {after}",
        "person",
        "before",
        "after",
    ),
    event(
        "person_moved",
        "moved {person} from service {before} to {after} (what they had in hand: {how})",
        "person",
        "before",
        "after",
        "how",
    ),
    event(
        "deputy_named",
        "named {deputy} to stand in for {person} from {first_day} to {last_day} ({reference})",
        "person",
        "deputy",
        "first_day",
        "last_day",
    ),
    event(
        "deputy_ended",
        "ended early that {deputy} stands in for {person} ({reference})",
        "person",
        "deputy",
    ),
    event("person_suspended", "suspended {person}", "person", "told"),
    event("person_reactivated", "let {person} sign in again", "person"),
    event(
        "role_proposed",
        "proposed the role {new_role} for {person} ({reference}, lead: {lead})",
        "person",
        "new_role",
        "lead",
    ),
    event(
        "role_granted",
        "confirmed the role {new_role} of {person} ({reference}, lead: {lead})",
        "person",
        "old_role",
        "new_role",
        "lead",
        "proposed_by",
    ),
    event(
        "role_refused",
        "refused the role {new_role} for {person} ({reference})",
        "person",
        "new_role",
        "lead",
        "proposed_by",
    ),
    event(
        "demo_clock_moved",
        "The clock of the demo was moved on by {days} days, to {ahead} days ahead",
        "days",
        "ahead",
        system=True,
    ),
    event("password_changed", "changed their password"),
    event("password_set_by_link", "chose a password by a mailed link"),
    event(
        "password_link_asked",
        "Somebody asked for a link to set the password of account {account}",
        "account",
        system=True,
    ),
    event("invited_again", "sent {person} the invitation again", "person"),
    event("mail_sent_again", "sent again a mail that could not be delivered", "told"),
    event("signed_in", "signed in"),
    event(
        "not_me_said", "said that somebody else used their account ({reference}, by {how})", "how"
    ),
    event(
        "not_me_settled",
        "settled, after a call, that {person} said somebody else used their account ({reference}):"
        " {found}",
        "person",
        "found",
    ),
    event(
        "own_sessions_ended",
        "signed out their own account in other browsers ({count} times signed in)",
        "count",
    ),
    event("factor_link_mailed", "was mailed a link to set up a second factor"),
    event("factor_added", "added a second factor ({kind}, {how})", "kind", "how"),
    event("factor_ended", "ended a second factor ({kind})", "kind"),
    event(
        "factor_reset_proposed",
        "proposed to reset the second factor of {person} ({reference})",
        "person",
    ),
    event(
        "factor_reset",
        "attested having phoned {person} and reset their second factor, proposed by {proposed_by}"
        " ({reference})",
        "person",
        "proposed_by",
    ),
    event(
        "factor_reset_withdrawn",
        "took back the reset of the second factor of {person} ({reference})",
        "person",
    ),
    event("recovery_codes_made", "was given ten recovery codes"),
    event("recovery_codes_kept", "kept their recovery codes"),
    event("recovery_code_used", "signed in with a recovery code; {left} of them are left", "left"),
    event(
        "wrong_code",
        "Somebody gave a wrong code for account {account}",
        "account",
        system=True,
    ),
    event(
        "key_copied",
        "A copied key of account {account} was refused",
        "account",
        system=True,
    ),
    event(
        "password_ended",
        "The password of {person} was ended after wrong codes",
        "person",
        system=True,
    ),
    event("signed_out", "signed out ({how})", "how"),
    event(
        "sign_in_failed", "Somebody failed to sign in to account {account}", "account", system=True
    ),
    event(
        "sign_ins_refused",
        "{tries} tries at account {account} were refused unseen, as too many: in the hour from"
        " {hour}, from network {network}",
        "account",
        "network",
        "hour",
        "tries",
        system=True,
    ),
    event(
        "first_password_made",
        "A one-time password was made at the server for {person}",
        "person",
        system=True,
    ),
    event(
        "glass_broken",
        "At the server {one} and {other} let {person} sign in again ({why}, {reference})",
        "person",
        "one",
        "other",
        "why",
        system=True,
    ),
    event(
        "first_account_made",
        "The first account of role {new_role} was made at the server: {person}",
        "person",
        "new_role",
        "lead",
        system=True,
    ),
)
