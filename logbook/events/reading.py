"""What was looked at, what was refused, and what was asked for and is not there."""

from logbook.events.kind import event

READS = (
    event("request_opened", "opened {reference}"),
    event("record_opened", "opened record {record}", "purpose"),
    event("review_read", "opened review {reference} of record {record}"),
    event(
        "record_searched",
        "looked for a record by number (purpose: {purpose}, found: {found})",
        "purpose",
        "found",
    ),
    event("register_opened", "opened page {page} of the register", "page"),
    event(
        "records_to_check_again_opened",
        "opened page {page} of the records to check again (data load: {reference})",
        "page",
    ),
    event(
        "register_narrowed",
        "narrowed the register (ground: {ground}, service: {service}, page {page})",
        "page",
        "ground",
        "service",
    ),
    event("searched", "used the search box for {kind} (found: {found})", "kind", "found"),
    event("number_shown", "was shown the record number of {reference}"),
    event("worksheet_printed", "opened the blank worksheet"),
    event("logbook_opened", "read the logbook (filtered by: {filters})", "filters"),
    event(
        "logbook_by_service",
        "read the entries of service {service} in the logbook (filtered by: {filters})",
        "filters",
        "service",
    ),
    event("misuse_opened", "read the signs of misuse of {since} to {until}", "since", "until"),
    event("entry_opened", "read entry {entry} of the logbook", "entry"),
    event("figures_opened", "opened the page of how the team is doing"),
    event("board_printed", "opened the figures of {since} to {until} for print", "since", "until"),
    event("figures_exported", "saved the figures of {since} to {until}", "since", "until"),
    event("directory_opened", "opened the directory page of {person}", "person"),
    event("service_opened", "opened the page of service {opened}", "opened"),
    event("refused", "was refused: {action} ({why})", "action", "why"),
    event("not_found", "asked for something that is not there or not theirs ({page})", "page"),
    event("nobody_named", "typed an email that no manager they can name has"),
)

# Looks that the logbook's list folds where they were repeated: pages that were opened, and no more.
READ_AGAIN = frozenset(
    {
        "request_opened",
        "record_opened",
        "review_read",
        "register_opened",
        "records_to_check_again_opened",
        "access_opened",
        "liaison_opened",
        "directory_opened",
        "logbook_opened",
        "entry_opened",
        "misuse_opened",
        "figures_opened",
    }
)
