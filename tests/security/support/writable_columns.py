"""What a form may write: the tables of its kind, and in them no column that is fixed once made."""

# The entry; and what counts tries of passwords and links, in columns that are no form's.
_COUNTS = {f"accounts_budget.{column}" for column in ("tries", "until", "last_at")}
_COUNTS |= {"accounts_budget+", "accounts_refusedtries+", "accounts_refusedtries.tries"}
# Whoever asks for anything was last seen then, and from there.
_SEEN = {"accounts_signedin.seen_at", "accounts_signedin.address"}
ANYWHERE = {"logbook_entry+", "django_cache+", "django_cache-", *_COUNTS, *_SEEN}
_ACCESS = "brokerage_accessrequest brokerage_participation brokerage_liaison"
_SHIELDED = (
    "shielding_record shielding_hold shielding_review shielding_consultation shielding_check"
)
_HAND_OVER = "shielding_handover shielding_handedoverhold shielding_handovertold"
# What an account is signed in with besides its password.
_FACTORS = "accounts_factor accounts_recoverycode"
_SUSPENSION = "accounts_suspension accounts_suspensiontold"
# By how the name of an address begins; the longest that fits.
TABLES = {
    "access_": _ACCESS,
    "brokerage_": _ACCESS,
    "liaison_": _ACCESS,
    "request_": f"requests_app_request {_SHIELDED}",
    "desk_": f"requests_app_request {_SHIELDED}",
    "phoned": f"requests_app_request {_SHIELDED}",
    "redirected": "",
    "duty_": "",
    "duty": "shielding_dutyday",
    "record_": _SHIELDED,
    "data_load": "shielding_dataload",
    "hold_": _SHIELDED,
    "team_": _SHIELDED,
    "review_": _SHIELDED,
    "find_record": "",
    "search": "",
    "register": "",
    "record_purpose": "",
    "logbook": "",
    "figures": "",
    "session_extend": "",
    "session_keep": "",
    "account_": "accounts_user accounts_signedin",
    "own_session": "accounts_signedin",
    "second_factor": "",
    "recovery_code": "",
    "factor_": "",
    "factor_reset": "accounts_factorreset accounts_factor accounts_recoverycode accounts_signedin"
    " accounts_user"
    " accounts_accountchange",
    "person_factor_reset": "accounts_factorreset accounts_factor accounts_recoverycode"
    " accounts_signedin"
    " accounts_user accounts_accountchange",
    "stage_leave": "",
    "own_factor": "accounts_factor accounts_signedin",
    "own_codes": "accounts_recoverycode accounts_signedin",
    "not_me": f"accounts_user accounts_signedin accounts_notme {_FACTORS}",
    "mail_": "",
    "person_": "accounts_user accounts_deputy accounts_accountchange accounts_pastmanager",
    "person_address": "accounts_addresschange",
    "address": "accounts_addresschange accounts_user accounts_accountchange accounts_signedin"
    f" {_FACTORS}",
    "person_move": "accounts_user accounts_accountchange accounts_pastmanager"
    " requests_app_request brokerage_accessrequest",
    "person_suspend": f"accounts_user accounts_accountchange accounts_signedin {_SUSPENSION}",
    "person_reactivate": "accounts_user accounts_accountchange accounts_signedin"
    f" shielding_consultation {_FACTORS}",
    "suspension": f"accounts_user accounts_accountchange accounts_signedin {_SHIELDED}"
    f" {_SUSPENSION} {_FACTORS}",
    "person_hand_over_to": "shielding_handover",
    "hold_hand_over_to": "shielding_handover",
    "hand_over": f"requests_app_request {_ACCESS} {_SHIELDED} {_HAND_OVER}",
    "people_import": "accounts_fileimport accounts_importedrow accounts_user"
    " accounts_accountchange accounts_pastmanager",
    "go_live": f"accounts_fileimport accounts_importedrow requests_app_request {_SHIELDED}",
    "deputy_": "accounts_deputy",
    "role_": "accounts_rolegrant accounts_user accounts_accountchange accounts_pastmanager"
    " accounts_signedin",
    "service_": "accounts_service",
}
_EVERYWHERE = "id reference uid created_at"
# What a row is made with, and no form changes afterwards.
FIXED = {
    "requests_app_request": "practitioner_id service_id logged_at logged_by_id caller imported_at"
    " imported_by_id placed_on applied_on",
    "brokerage_accessrequest": "requester_id service_id logged_at logged_by_id caller",
    "brokerage_participation": "access_id person_id part since",
    "brokerage_liaison": "access_id hold_id asked_of_id asked_at asked_by_id",
    "shielding_record": "number blind_index",
    "shielding_hold": "record_id source_id service_id ground placed_at placed_by_id imported_at"
    " file_import_id",
    "shielding_check": "record_id finding at by_id open_from open_until",
    "shielding_dutyday": "day member_id set_at set_by_id",
    "shielding_dataload": "loaded_on entered_at entered_by_id",
    "shielding_review": "kind record_id hold_id opened_at",
    "shielding_handover": "person_id to_id only_id proposed_at proposed_by_id",
    "shielding_handovertold": "hand_over_id person_id",
    "shielding_handedoverhold": "hold_id hand_over_id proposed_by_id at",
    "shielding_consultation": "review_id hold_id asked_at",
    "accounts_service": "code name",
    "accounts_user": "email service_id is_lead role password must_change_password",
    "accounts_rolegrant": "person_id role is_lead proposed_at proposed_by_id",
    "accounts_notme": "person_id said_at link",
    "accounts_signedin": "person_id began_at via browser system",
    "accounts_suspension": "person_id suspended_at suspended_by_id",
    "accounts_suspensiontold": "suspension_id person_id",
    "accounts_addresschange": "person_id address proposed_at proposed_by_id",
    "accounts_deputy": "manager_id deputy_id first_day last_day named_at named_by_id",
    "accounts_fileimport": "kind digest rows proposed_at proposed_by_id",
    "accounts_notice": "kind subject mentions step recipient_id mailbox",
}
# The forms that are there to change such a column.
THEIRS = {
    "address_change": "accounts_user.email accounts_user.password",
    "person_move_to": "accounts_user.service_id requests_app_request.service_id"
    " brokerage_accessrequest.service_id",
    "hand_over_settle": "requests_app_request.practitioner_id shielding_hold.source_id",
    "hand_over_wrong": "requests_app_request.practitioner_id shielding_hold.source_id",
    "suspension": "shielding_hold.source_id",
    "suspension_wrong": "shielding_hold.source_id",
    "hand_over": "requests_app_request.practitioner_id shielding_hold.source_id"
    " brokerage_accessrequest.requester_id",
    "request_ask_review": "shielding_review.opened_at",
    "team_review": "shielding_review.opened_at",
    "role_confirm": "accounts_user.role accounts_user.is_lead",
    "account_change_password": "accounts_user.password accounts_user.must_change_password",
    "account_login": "accounts_user.last_login",
    "not_me": "accounts_user.must_change_password",
    "not_me_by_link": "accounts_user.password accounts_user.must_change_password",
}


def unexpected(name: str, written: set[str], *, welcome: bool) -> set[str]:
    """Return what of "table+", "table-" and "table.column" the form of an address may not write.

    Whoever is not welcome there writes nothing but the logbook's entry about it; no row is deleted.
    """
    beyond = written - ANYWHERE
    if not welcome:
        return beyond
    begins = max((begin for begin in TABLES if name.startswith(begin)), key=len)
    tables = {"accounts_notice", *TABLES[begins].split()}
    return {
        place
        for place in beyond - set(THEIRS.get(name, "").split())
        if place.endswith("-")
        or place.rstrip("+").partition(".")[0] not in tables
        or _is_fixed(*place.partition(".")[::2])
    }


def _is_fixed(table: str, column: str) -> bool:
    return column in f"{_EVERYWHERE} {FIXED.get(table, '')}".split()
