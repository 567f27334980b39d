"""A server that would write values of rows to its own log is named by the release step."""

import pytest
from django.core.management import call_command
from django.db import connection

from shielding.operations.server_log import KEEPS_VALUES_OUT, values_in_log, wrong

# As PostgreSQL and the two extensions come, and as somebody sets them to look for slow statements.
LEAKS = {
    "log_statement": ("ddl", "mod", "all"),
    "log_min_duration_statement": ("0", "250"),
    "log_min_duration_sample": ("100",),
    "log_transaction_sample_rate": ("0.1", "1"),
    "log_min_error_statement": ("error", "warning"),
    "log_parameter_max_length_on_error": ("-1", "64"),
    "log_error_verbosity": ("default", "verbose"),
    "debug_print_parse": ("on",),
    "debug_print_rewritten": ("on",),
    "debug_print_plan": ("on",),
    "auto_explain.log_min_duration": ("0",),
    "pgaudit.log": ("write", "all"),
}


def test_each_value_that_leaks_is_named_with_what_to_set():
    assert LEAKS.keys() == KEEPS_VALUES_OUT.keys()
    for name, values in LEAKS.items():
        for value in values:
            [sentence] = wrong({name: value})
            assert sentence.startswith(f"PostgreSQL's {name} is {value}:")
            assert sentence.endswith(f"Set {name} = {KEEPS_VALUES_OUT[name][0]} on the server.")
        assert wrong(dict.fromkeys([name], KEEPS_VALUES_OUT[name][0])) == []


@pytest.mark.django_db(transaction=True)
def test_the_release_step_asks_the_server_itself(capsys):
    assert values_in_log() == []  # the embedded one, whose settings are ours
    role = connection.ops.quote_name(connection.settings_dict["USER"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {role} SET debug_print_plan = on")
    try:
        call_command("release", verbosity=1)  # signs in anew
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER ROLE {role} RESET debug_print_plan")
        connection.close()
    assert "Set debug_print_plan = off on the server." in capsys.readouterr().err
