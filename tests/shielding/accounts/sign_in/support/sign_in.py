"""Signing in and out as the tests do it."""

from tests.support.people import PASSWORD

SIGN_IN = "/sign-in/"
# The methods that are answered, and those that are refused to everybody.
METHODS = ["get", "post", "head"]
OTHER_METHODS = ["put", "patch", "delete", "options", "trace"]


def sign_in(client, email="ann@council.example", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_signed_in(client):
    return client.get("/your-account/").status_code == 200


def back_in_time(client, **seconds):
    """Move stamps of the stored session back, as if that much time had passed."""
    session = client.session
    for stamp, ago in seconds.items():
        session[stamp] -= ago
    session.save()
