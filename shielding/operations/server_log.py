"""Whether PostgreSQL writes values of rows into its own log, which the product cannot see.

psycopg2 puts the values into a statement before it is sent: whatever logs statements logs them,
and an error's detail holds the row. A council's own server may do both.
"""

from django.db import connection

# What each setting must be, any of these; those of an extension count where it is loaded. With all
# of them so no statement is logged, and log_parameter_max_length has nothing to shorten.
KEEPS_VALUES_OUT: dict[str, tuple[str, ...]] = {
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_min_error_statement": ("panic", "fatal"),
    "log_parameter_max_length_on_error": ("0",),
    "log_error_verbosity": ("terse",),
    "debug_print_parse": ("off",),
    "debug_print_rewritten": ("off",),
    "debug_print_plan": ("off",),
    "auto_explain.log_min_duration": ("-1",),
    "pgaudit.log": ("none", ""),
}


def values_in_log() -> list[str]:
    """Return a sentence for each setting that lets values into the server's log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name",
            [list(KEEPS_VALUES_OUT)],
        )
        return wrong(dict(cursor.fetchall()))


def wrong(found: dict[str, str]) -> list[str]:
    """Return what to set instead, for each of these that is otherwise."""
    return [
        f"PostgreSQL's {name} is {value}: its log would show values of rows."
        f" Set {name} = {KEEPS_VALUES_OUT[name][0]} on the server."
        for name, value in found.items()
        if value not in KEEPS_VALUES_OUT[name]
    ]
