"""docker-compose.yml, Dockerfile and .env.example say what settings.py asks for, and no more."""

import ast
import re

import pytest
import yaml

from tests.architecture.support.source_code import ROOT, parsed

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
# Variables of the containers beside ours: PostgreSQL's three passwords.
BESIDE = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"}
# Celery's own, and what no container may set: the demo's and the tests'.
CELERYS, DEMOS = {"REMAP_SIGTERM"}, {"DEMO_CLOCK", "MAIL_FOLDER", "STATICFILES_BACKEND"}
OURS = {name for name, service in SERVICES.items() if service.get("image") == "shielding"}
ONCE = {"release"}


def settings() -> dict[str, bool]:
    """Return every variable that settings.py reads, and whether it must be set."""
    found = {}
    for node in ast.walk(parsed(ROOT / "shielding" / "settings.py")):
        if isinstance(node, ast.Call) and node.args and _of_env(node.func):
            name = ast.literal_eval(node.args[0])
            found[name] = not any(keyword.arg == "default" for keyword in node.keywords)
    return found


def _of_env(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        called = called.value
    return isinstance(called, ast.Name) and called.id == "env"


def example() -> dict[str, str]:
    """Return what .env.example sets; what is commented out is there with a leading #."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = {}
    for line in lines:
        if match := re.fullmatch(r"(# )?([A-Z][A-Z_]+)=(.*)", line):
            found[match[2]] = f"#{match[3]}" if match[1] else match[3]
    return found


def test_settings_are_found():
    assert settings()["SECRET_KEY"] is True
    assert settings()["EMAIL_URL"] is False
    assert len(settings()) > 25


def test_every_setting_is_in_the_example_and_the_required_ones_are_not_commented_out():
    shown = example()
    assert set(shown) == set(settings()) | BESIDE
    for name, required in settings().items():
        assert not required or not shown[name].startswith("#"), name


def test_the_example_holds_no_secret():
    secret = {"SECRET_KEY", "RECORD_NUMBER_KEYS", "RECORD_INDEX_KEY"} | BESIDE
    assert {example()[name] for name in secret} == {""}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_container_is_given_every_setting_and_nothing_else(name):
    given = set(SERVICES[name]["environment"]) - CELERYS
    owners = {"DATABASE_OWNER_URL"} if name == "release" else set()
    assert given == set(settings()) - DEMOS - {"DATABASE_OWNER_URL"} | owners


def test_every_variable_the_file_asks_for_is_a_setting_or_a_password_beside():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert asked <= set(settings()) | BESIDE
    for name, required in settings().items():
        assert not required or f"${{{name}:?}}" in str(COMPOSE["x-settings"]), name


def test_how_many_proxies_stand_in_front_must_be_said():
    assert COMPOSE["x-settings"]["TRUSTED_PROXY_COUNT"].startswith("${TRUSTED_PROXY_COUNT:?")
    assert example()["TRUSTED_PROXY_COUNT"] == ""


def test_nothing_is_mailed_to_a_catcher_unless_somebody_says_so():
    assert COMPOSE["x-settings"]["EMAIL_URL"].startswith("${EMAIL_URL:?")
    assert example()["EMAIL_URL"] == ""
    assert SERVICES["mail"]["profiles"] == ["demo"]


def test_one_service_builds_the_image_and_no_registry_is_asked_for_it():
    assert {name for name in OURS if "build" in SERVICES[name]} == ONCE
    policies = {name: SERVICES[name]["pull_policy"] for name in OURS}
    assert policies == dict.fromkeys(OURS, "never") | {"release": "build"}


def test_there_are_one_beat_workers_and_everything_they_need():
    assert set(SERVICES) == {"web", "worker", "beat", "release", "db", "redis", "mail"}
    commands = {name: SERVICES[name].get("command", []) for name in OURS}
    assert [name for name, words in commands.items() if "beat" in words] == ["beat"]
    assert [name for name, words in commands.items() if "worker" in words] == ["worker"]
    assert "replicas" not in str(SERVICES["beat"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_runs_on_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_nobody_is_root_and_nothing_is_open_to_the_network():
    last_user = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1]
    assert last_user not in ("root", "0")
    after = DOCKERFILE[DOCKERFILE.rindex("\nUSER ") :]
    assert "RUN" not in after
    for name, service in SERVICES.items():
        assert str(service.get("user", "somebody")) not in ("root", "0"), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    for name in OURS:
        assert SERVICES[name]["cap_drop"] == ["ALL"], name
        assert SERVICES[name]["read_only"] is True, name


def test_only_the_release_step_is_the_owner_and_everybody_waits_for_it():
    owners = {name for name in OURS if "DATABASE_OWNER_URL" in SERVICES[name]["environment"]}
    assert owners == ONCE
    for name in OURS - ONCE:
        waits = SERVICES[name]["depends_on"]["release"]["condition"]
        assert waits == "service_completed_successfully", name


def test_the_image_has_the_code_the_lock_and_no_secret():
    copied = set(re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.MULTILINE))
    assert copied == {"brokerage", "logbook", "requests_app", "shielding", "static", "templates"}
    assert "pip install --no-cache-dir --no-input --no-deps --require-hashes" in DOCKERFILE
    assert "&& pip check" in DOCKERFILE
    assert not re.search(r"^(ENV|ARG) .*(KEY|PASSWORD|URL)", DOCKERFILE, re.MULTILINE)
    kept_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert kept_out[0] == "*"
    assert {line[1:] for line in kept_out if line.startswith("!")} >= copied
