"""What a council has not set is said before anybody is given the address."""

from django.core.checks import run_checks

from shielding.operations import deploy_checks

SET = {
    "SITE_URL": "https://council.example/",
    "COUNCIL_PHONE": "020 7946 0001",
    "COUNCIL_PHONE_OUT_OF_HOURS": "020 7946 0002",
    "COUNCIL_NAME": "North Shields Council",
    "MAIL_SUBJECT": "You have a message",
    "MAIL_SENDER_NAME": "IW Team",
    "MAIL_CHECK_PHONE": "020 7946 0003",
    "SECURITY_CONTACT": "weakness@council.example",
}


def said(settings, **values) -> list[str]:
    for name, value in (SET | values).items():
        setattr(settings, name, value)
    found = run_checks(tags=[deploy_checks.TAG], include_deployment_checks=True)
    return sorted(str(one.msg).split()[0] for one in found)


def test_what_is_missing_is_named(settings):
    settings.LOCAL_HTTP = False
    assert said(settings) == []
    for name, wrong in (
        ("COUNCIL_PHONE", "01632 960 001"),
        ("COUNCIL_PHONE_OUT_OF_HOURS", "01632 960 002"),
        ("COUNCIL_PHONE_OUT_OF_HOURS", ""),
        ("SITE_URL", "http://127.0.0.1:8000/"),
        ("SITE_URL", "http://localhost/"),
        ("SITE_URL", "https://[::1]/"),
        ("SITE_URL", "/"),
        ("MAIL_SENDER_NAME", ""),
        ("MAIL_CHECK_PHONE", ""),
        ("MAIL_CHECK_PHONE", "+44 1632 960003"),
        ("SECURITY_CONTACT", ""),
        ("MAIL_SENDER_NAME", "Shielding Team"),
        ("COUNCIL_NAME", "Shielded Council"),
        ("MAIL_SUBJECT", "A shield to review"),
        ("SITE_URL", "https://shielding.council.example/"),
    ):
        assert said(settings, **{name: wrong}) == [name], wrong
