"""What is written no more. Entries of it stand in logbooks: they are read and filtered as ever."""

from logbook.events.kind import retired

# Access requests had a note, and a guard that read it, until a code took its place.
RETIRED = (
    retired(
        "text_refused", "typed a text that the guard refused ({field}: {kinds})", "field", "kinds"
    ),
    retired(
        "text_confirmed", "confirmed that a text of {reference} names nobody ({kinds})", "kinds"
    ),
    # Until the first review of an agreed request stayed open, agreeing concluded it.
    retired(
        "request_agreed",
        "agreed the request {reference} on record {record}",
        "involvement",
        "days_late",
    ),
    retired("reason_redacted", "took the text out of {reference}: {kind}", "kind"),
    retired("guard_figures_opened", "read the guard’s figures of quarter {quarter}", "quarter"),
)
