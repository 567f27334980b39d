"""PostgreSQL away: a page that says so and a line for whoever runs the site, never a traceback."""

import logging

import pytest
from django.db import connection

from tests.support import people


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_503_and_a_line_that_says_what_to_start(client, caplog):
    client.force_login(people.an_auditor())
    before = dict(connection.settings_dict)
    client.raise_request_exception = False
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        with caplog.at_level(logging.ERROR):
            page = client.get("/your-account/")
    finally:
        connection.close()
        connection.settings_dict.update(before)

    assert page.status_code == 503
    assert "Sorry, the service is not available" in page.content.decode()
    lines = [
        record.getMessage() for record in caplog.records if record.name == "shielding.web.errors"
    ]
    assert lines == ["The database does not answer: start PostgreSQL, or mend DATABASE_URL."]
