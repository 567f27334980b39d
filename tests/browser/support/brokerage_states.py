"""The pages of the IW Team's brokerage desk, and the states they can be in."""

from brokerage.desk.forms import FORMS
from brokerage.desk.lists import TAB
from tests.browser.support.state import State, access

BROKERAGE = (
    State("iw", "brokerage_queue"),
    State("iw", "brokerage_queue", "one's own", query="?tab=to_begin&whose=mine"),
    *(State("iw", "brokerage_queue", tab, query=f"?tab={tab}") for tab in TAB),
    *(
        State(
            "iw",
            "brokerage_request",
            name,
            access(name),
            asks=name in ("to_begin", "consulting", "to_pass_on"),
        )
        for name in (
            "to_begin",
            "to_begin_unknown",
            "consulting",
            "kept_quiet",
            "objected_to",
            "no_contact",
            "tried_again",
            "contact_stopped",
            "to_pass_on",
            "passed_on",
            "asked_after_quiet",
            "objects_since",
            "nobody_can_agree",
            "withdrawn_at_desk",
            "a_call_to_read",
            "declined",
            "finished",
        )
    ),
    State("second", "brokerage_request", "may read it", access("a_call_to_read"), asks=True),
    State("second", "brokerage_request", "may stop it", access("contact_runs"), asks=True),
    State("lead", "brokerage_request", "may decide", access("objected_to"), asks=True),
    State("lead", "brokerage_request", "decided", access("no_contact")),
    State("iw", "brokerage_urgent", asks=True),
)

# Addresses that only take a form, and the page it is sent from and comes back to.
POSTED: dict[str, str] = {
    **{form.url_name(): "brokerage_request" for form in FORMS},
    "brokerage_answer": "brokerage_request",
}
