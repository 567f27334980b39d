"""The Dockerfile's steps and what docker-compose.yml starts, done as the files say.

No container engine is needed. What stands in for one is told in dockerfile.py and containers.py.
"""

import base64
import http.client
import http.cookies
import re
import secrets
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.embedded.support.compose import Project, dotenv, put_in
from tests.embedded.support.containers import Mail, Ports, Postgres, Up, wait_for
from tests.embedded.support.dockerfile import Build, Ignored, Image, Trouble, instructions
from tests.embedded.support.project_folder import PROJECT

DOCKERFILE = (PROJECT / "Dockerfile").read_text()
COMPOSE = (PROJECT / "docker-compose.yml").read_text()
EXAMPLE = (PROJECT / ".env.example").read_text()
LEAD = "lead@council.example"


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


FILLED_IN = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "RECORD_NUMBER_KEYS": f"k1:{_key()}",
    "RECORD_INDEX_KEY": _key(),
    "POSTGRES_PASSWORD": secrets.token_hex(16),
    "OWNER_PASSWORD": secrets.token_hex(16),
    "APP_PASSWORD": secrets.token_hex(16),
    "EMAIL_URL": "smtp://mail:1025",
    "TRUSTED_PROXY_COUNT": "0",
}


def env_file(without: str = "", more: str = "COMPOSE_PROFILES=demo\n") -> dict[str, str]:
    """Return a copy of .env.example with its empty lines filled in, but for `without`."""
    text = EXAMPLE
    for name, value in FILLED_IN.items():
        assert f"\n{name}=\n" in text, name
        if name != without:
            text = text.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    return dotenv(text + more)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(PROJECT, tmp_path / "build", PROJECT / "var" / "image")


@pytest.fixture
def image(build: Build) -> Image:
    return build.all(DOCKERFILE)


@pytest.fixture
def up(image: Image, tmp_path: Path) -> Iterator[Up]:
    # A look a second instead of a minute: the one thing that differs from the example.
    variables = env_file(more="COMPOSE_PROFILES=demo\nTICK_SECONDS=1\n")
    made = Up(Project(COMPOSE, variables), image, tmp_path)
    yield made
    made.down()


class Browser:
    """Somebody who comes to the published port, and keeps the cookies they are given."""

    def __init__(self, up: Up) -> None:
        [published] = up.project.services["web"].said["ports"]
        host, _, inside = published.split(":")
        self.port, self.host = up.ports.of("web", int(inside)), host
        self.cookies: http.cookies.SimpleCookie = http.cookies.SimpleCookie()

    def ask(self, path: str, **fields: str) -> tuple[int, str]:
        """Get a page, or post `fields` to it; return its status and text."""
        link = http.client.HTTPConnection(self.host, self.port, timeout=30)
        sent = {"Cookie": "; ".join(f"{m.key}={m.coded_value}" for m in self.cookies.values())}
        if fields:
            sent |= {"Content-Type": "application/x-www-form-urlencoded"}
        link.request("POST" if fields else "GET", path, urlencode(fields) or None, sent)
        answer = link.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(header)
        text = answer.read().decode()
        link.close()
        return answer.status, text

    def send(self, path: str, **fields: str) -> int:
        """Fill in the form of a page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask(path)[1])
        assert token, path
        return self.ask(path, csrfmiddlewaretoken=token[1], **fields)[0]


def test_what_the_files_say_becomes_a_page_and_one_delivered_mail(up: Up) -> None:
    before = up.image.contents()
    up.start()
    web, mail = up.running["web"], up.running["mail"]
    assert isinstance(mail, Mail)
    wait_for(web.healthy, "web is healthy")
    browser = Browser(up)
    assert browser.ask("/health/live") == (200, '{"status": "ok"}')
    status, page = browser.ask("/sign-in/")
    assert (status, "Work email address" in page) == (200, True)
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert stylesheet
    assert browser.ask(stylesheet[1])[0] == 200

    first = ["python", "manage.py", "first_accounts", "--lead", "Lena Lead", LEAD]
    first += ["--administrator", "Ada Admin", "admin@council.example"]
    # The web server has not the owner's address: it could give nobody a first role.
    assert web.does(first)[0] != 0
    done, said = up.running["release"].does(first)
    assert done == 0, said
    assert browser.send("/forgotten-password/", email=LEAD) == 302
    wait_for(lambda: mail.office.mails, "a mail is delivered")
    [(address, content)] = mail.office.mails
    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert (address, body is not None) == (LEAD, True)
    link = re.search(r"http://127\.0\.0\.1:8000(/\S+)", str(body))
    assert link
    assert browser.ask(urlsplit(link[1]).path)[0] in (200, 302)

    for name in ("worker", "beat"):
        wait_for(up.running[name].healthy, f"{name} is healthy")
    assert up.image.contents() == before  # in a container nothing of it can be written to
    statuses = up.down()
    assert set(statuses) == set(up.project.services)
    assert {name: status for name, status in statuses.items() if status} == {}


# --- What must not pass -------------------------------------------------------------------------
NEEDED = sorted({*FILLED_IN, "DATABASE_URL", "DATABASE_OWNER_URL", "SITE_URL"})


@pytest.mark.parametrize("name", NEEDED)
def test_a_variable_that_is_left_out_is_named(name: str) -> None:
    variables = env_file()
    del variables[name]
    with pytest.raises(Trouble, match=f"required variable {name} is missing"):
        Project(COMPOSE, variables)


@pytest.mark.parametrize("name", sorted(FILLED_IN))
def test_the_example_alone_starts_nothing(name: str) -> None:
    with pytest.raises(Trouble, match=f"required variable {name} is missing"):
        Project(COMPOSE, env_file(without=name))


def test_without_the_demos_profile_the_mail_catcher_is_nobodys_mail_server() -> None:
    with pytest.raises(Trouble, match="EMAIL_URL names mail, and no such service runs"):
        Project(COMPOSE, env_file(more=""))
    variables = env_file(more="") | {"EMAIL_URL": "smtp+tls://a:b@mail.council.example:587"}
    assert "mail" not in Project(COMPOSE, variables).services


@pytest.mark.parametrize("name", ["db", "redis", "mail", "release"])
def test_a_service_that_is_renamed_is_missed(name: str) -> None:
    renamed = COMPOSE.replace(f"\n  {name}:  #", f"\n  {name}2:  #")
    renamed = renamed.replace(f"\n  {name}:\n", f"\n  {name}2:\n")
    with pytest.raises(Trouble, match="there is no such|no such service runs"):
        Project(renamed, env_file())
    everywhere = re.sub(rf"(^ *){name}:", rf"\g<1>{name}2:", renamed, flags=re.MULTILINE)
    if name == "release":
        assert Project(everywhere, env_file()).services["release2"]
        return
    with pytest.raises(Trouble, match=f"names {name}, and no such service runs"):
        Project(everywhere, env_file())


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        ("    build: .\n", "", "no service builds"),
        ("  pull_policy: never\n", "", "pull_policy is None, not never"),
        ("  pull_policy: never\n", "  build: .\n", "more than one service builds"),
        ("    pull_policy: build\n", "    pull_policy: missing\n", "is missing, not build"),
        ("    profiles: [demo]\n", "    privileged: true\n", "nothing here knows .'privileged'."),
        ("service_completed_successfully", "service_done", "there is no such"),
    ],
)
def test_a_compose_file_that_cannot_be_followed_is_refused(
    before: str, after: str, refusal: str
) -> None:
    assert before in COMPOSE
    with pytest.raises(Trouble, match=refusal):
        Project(COMPOSE.replace(before, after), env_file())


@pytest.mark.parametrize("asks", ["the address", "the socket"])
def test_the_health_check_does_not_take_the_first_start_for_the_server(
    asks: str, tmp_path: Path
) -> None:
    text = COMPOSE if asks == "the address" else COMPOSE.replace('"--host", "127.0.0.1", ', "")
    assert (text == COMPOSE) == (asks == "the address")
    project = Project(text, env_file())
    database = Postgres(project.services["db"], Ports(["db"]), tmp_path, project)
    try:
        if asks == "the socket":
            with pytest.raises(Trouble, match="takes the first start for ours"):
                database.start()
            return
        database.start()
        wait_for(database.healthy, "db is healthy")
    finally:
        database.stop()


KEYS = 'RECORD_NUMBER_KEYS="k1:$(key)" RECORD_INDEX_KEY="$(key)"'


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        (KEYS, 'RECORD_NUMBER_KEYS="k1:$(key)"', "Set the RECORD_INDEX_KEY"),
        (KEYS, 'RECORD_INDEX_KEY="$(key)"', "Set the RECORD_NUMBER_KEYS"),
        ("/dev/urandom", "/dev/zero", "must not be one of RECORD_NUMBER_KEYS"),
        ("COPY brokerage brokerage\n", "", "No module named 'brokerage'"),
        ("COPY manage.py ./\n", "COPY Makefile ./\n", "COPY Makefile: there is no such thing"),
        ("WORKDIR /build", "USER shielding", "USER shielding: no step made this account"),
        ("WORKDIR /build", "ONBUILD RUN true", "nothing here knows the instruction ONBUILD"),
        ("FROM python:3.13-slim", "FROM alpine:3", "nothing here stands in for FROM alpine:3"),
    ],
)
def test_a_dockerfile_with_a_fault_builds_nothing(
    before: str, after: str, refusal: str, build: Build
) -> None:
    assert before in DOCKERFILE
    with pytest.raises(Trouble, match=refusal):
        build.all(DOCKERFILE.replace(before, after))


# --- The readers themselves ---------------------------------------------------------------------
def test_a_step_may_go_over_several_lines_with_a_comment_between() -> None:
    text = "# one\nFROM a\nRUN b \\\n    # why\n    && c\n\nEXPOSE 1\n"
    assert [(name, rest.split()) for name, rest in instructions(text)] == [
        ("FROM", ["a"]),
        ("RUN", ["b", "&&", "c"]),
        ("EXPOSE", ["1"]),
    ]


def test_the_last_pattern_that_fits_decides_what_is_sent() -> None:
    ignored = Ignored("# all\n*\n!shielding\n!manage.py\n**/__pycache__\n")
    sent = ["shielding/a/b.py", "manage.py"]
    kept = [".env", "tests/x.py", "shielding/__pycache__/a.pyc", "shielding/a/__pycache__/b.pyc"]
    assert [path for path in sent + kept if not ignored.has(path)] == sent


def test_variables_are_put_in_as_compose_does() -> None:
    given = {"A": "a", "EMPTY": ""}
    assert put_in("$$ ${A} ${EMPTY:-x} ${B:-}", given) == "$ a x "
    for text in ("${EMPTY:?}", "${B:?say why}", "${B}", "$A"):
        with pytest.raises(Trouble):
            put_in(text, given)
    assert dotenv("# c\n\nA=1\nB=x${A}\n") == {"A": "1", "B": "x1"}
    with pytest.raises(Trouble):
        dotenv("A='1'\n")
