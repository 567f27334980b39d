"""Hostile posts to every form as everybody: no 5xx, and no column written that the form does not.

Each post is undone, so that every one finds the same house; before that PostgreSQL is asked for
what it would say at the end of the transaction, and the tables are compared with how they stood.
"""

from collections import Counter, defaultdict
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import Resolver404, resolve, reverse

from brokerage import questions as access_answers
from requests_app import questions as request_answers
from tests.security.support.access_table import declared, there
from tests.security.support.council import ABSENT, a_world, every_url
from tests.security.support.hostile_posts import Field, a_post, forms_of
from tests.security.support.writable_columns import unexpected

PEOPLE = ("nobody", "owner", "other", "manager", "iw", "lead", "auditor", "administrator")
PAGES = {
    "request_page": list(request_answers.SHEET),
    "access_page": list(access_answers.SHEET),
}
SESSIONS = "django_session"
ALL_ANSWERS = {200, 204, 302, 400, 403, 404, 405, 409, 413, 429}
State = dict[str, dict[Any, dict[str, Any]]]


class House:
    """The world with what its pages showed: the forms, who may send them, and how tables stood."""

    def __init__(self, draw: Random) -> None:
        self.draw, self.world, self.urls = draw, a_world(), every_url()
        self.welcome: dict[str, list[str]] = defaultdict(list)
        self.opens: dict[str, list[str]] = defaultdict(list)
        for (name, subject, method), codes in declared().items():
            if subject == "absent":
                continue
            for who, code in zip(PEOPLE, codes, strict=True):
                if method == "POST" and code not in ("403", "404"):
                    self.welcome[name].append(who)
                if method == "GET" and code == "200":
                    self.opens[name].append(who)
            if method == "POST":
                self.welcome.setdefault(name, [])
        self.fields: dict[str, list[Field]] = {}
        self._look_at_every_page()
        self.before = tables()

    def path(self, name: str, *, absent: bool = False) -> str:
        keys = set(self.urls[name].pattern.converters)
        absent = absent and keys <= ABSENT.keys()
        arguments = {key: ABSENT[key] for key in keys} if absent else there(self.world, name, keys)
        if name in PAGES and not absent:
            arguments["slug"] = self.draw.choice(PAGES[name])
        return reverse(name, kwargs=arguments)

    def send(self, who: str, path: str, body: bytes, kind: str) -> tuple[int, set[str]]:
        """Post and undo; return the answer and what was written, by table and column."""
        client = self.world.client(who)
        client.raise_request_exception = False
        cookies = client.cookies.copy()
        with transaction.atomic(), Writes() as writes:
            code = client.generic("POST", path, body, content_type=kind).status_code
            written = set[str]()
            if writes.tables - {SESSIONS}:
                try:
                    with connection.cursor() as cursor:
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    written = differences(self.before, tables(writes.tables))
                except IntegrityError:
                    code = 500  # so the end of the transaction would have said
            transaction.set_rollback(True)
        client.cookies = cookies
        return code, written

    def come_back(self) -> None:
        """Sign everybody in again, which their accounts show: a long run outlasts a session."""
        self.world.clients.clear()
        for who in PEOPLE:
            self.world.client(who)
        self.before = tables()

    def _look_at_every_page(self) -> None:
        """Look at each page, and at the page above each act, where its form stands."""
        seen = set()
        for name, people in [*self.opens.items(), *self.welcome.items()]:
            path = self.path(name)
            above = path.rsplit("/", 2)[0] + "/"
            looked_at = [path] if name in self.opens else []
            looked_at += [f"{above}{slug}/" for slug in PAGES.get(name, [])]
            looked_at += [above] if name in self.welcome else []
            some = [who for who in people if who in people[:2] or who == "lead"]
            for who, page in [(who, page) for who in some for page in looked_at]:
                if (who, page) not in seen:
                    self._look_at(who, page)
                    seen.add((who, page))

    def _look_at(self, who: str, path: str) -> None:
        try:
            resolve(path)
        except Resolver404:
            return
        page = self.world.client(who).get(path)
        if page.status_code == 200 and "html" in page.headers["Content-Type"]:
            self._remember(page.content, path)

    def _remember(self, page: bytes, path: str) -> None:
        for action, fields in forms_of(page, path).items():
            try:
                found = resolve(action)
            except Resolver404:
                continue
            name = str(found.url_name)
            self.fields[self._key(name, action)] = fields or self.fields.get(name, [])

    def fields_of(self, name: str, path: str) -> list[Field]:
        return self.fields.get(self._key(name, path), [])

    def _key(self, name: str, path: str) -> str:
        return f"{name} {path.rsplit('/', 2)[1]}" if name in PAGES else name


class Writes:
    """Notes which tables are written."""

    def __enter__(self) -> "Writes":
        self.tables = set[str]()
        self._wrapped = connection.execute_wrapper(self._note)
        self._wrapped.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapped.__exit__(*error)

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = str(sql).split(None, 3)
        if words[0] in ("INSERT", "DELETE"):
            self.tables.add(words[2].strip('"'))
        elif words[0] == "UPDATE":
            self.tables.add(words[1].strip('"'))
        return execute(sql, params, many, context)


def tables(only: set[str] | None = None) -> State:
    """Return the rows of every table, or of some and of those that a trigger may write."""
    state: State = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table == SESSIONS or (only is not None and table not in only):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column.name for column in cursor.description]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            key = "id" if "id" in columns else columns[0]
            state[table] = {row[key]: row for row in rows}
    return state


def differences(before: State, after: State) -> set[str]:
    """Return "table+", "table-" and "table.column" for what came, went and changed."""
    found = set()
    for table, rows in after.items():
        earlier = before[table]
        found |= {f"{table}+" for _ in rows.keys() - earlier.keys()}
        found |= {f"{table}-" for _ in earlier.keys() - rows.keys()}
        for key in rows.keys() & earlier.keys():
            found |= {
                f"{table}.{column}"
                for column, value in rows[key].items()
                if value != earlier[key][column]
            }
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("times", "seed"), [(200, 6), pytest.param(20_000, 2026, marks=pytest.mark.soak)]
)
def test_no_hostile_post_is_a_fault_or_writes_what_its_form_does_not(times, seed):
    draw = Random(seed)
    house = House(draw)
    names = sorted(house.welcome)
    answers: Counter[int | str] = Counter()
    wrong: Counter[str] = Counter()
    for turn in range(times):
        if turn % 1000 == 999:
            house.come_back()
        name = names[turn % len(names)]
        welcome = house.welcome[name]
        who = draw.choice(welcome if welcome and draw.random() < 0.8 else PEOPLE)
        path = house.path(name, absent=draw.random() < 0.05)
        code, written = house.send(who, path, *a_post(draw, house.fields_of(name, path)))
        answers[code] += 1
        answers["wrote"] += bool(written)
        if code not in ALL_ANSWERS:
            wrong[f"{name} as {who}: {code}"] += 1
        for place in unexpected(name, written, welcome=who in welcome):
            wrong[f"{name} as {who} wrote {place}"] += 1
    print(dict(answers))
    assert not wrong, "\n".join(f"{said} ({count})" for said, count in wrong.most_common())
    assert answers["wrote"] > times / 4  # enough of them were let in, or refused with an entry
    assert {200, 302, 400, 403} <= answers.keys()
