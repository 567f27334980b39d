"""`make run`: starts site, worker and beat on this machine only, with demo data, until Ctrl-C."""

import fcntl
import http.client
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shielding.embedded.keys import is_given
from shielding.embedded.progress import PATIENCE, Trouble, say, step, wait_until
from shielding.embedded.servers_in_use import VAR, environment, given_server, of_the_run, with_redis
from shielding.embedded.supervisor import Post, at_their_posts, keep

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"  # nothing but this machine: LOCAL_HTTP sends cookies without TLS
SIGN_INS = VAR / "demo-sign-ins.txt"
ACCOUNTS = """
from django.contrib.auth import get_user_model
print("some" if get_user_model().objects.exists() else "none")
"""
PENDING = """
import sys
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
try:
    work = MigrationExecutor(connection)
except OperationalError as error:
    sys.exit(f"Your server does not answer: {error}")
print(len(work.migration_plan(work.loader.graph.leaf_nodes())))
"""
WORKERS = ["--workers", "2", "--threads", "4"]  # threads: browsers keep idle connections open
QUIET = ["--loglevel", "WARNING"]
ONE_WORKER = ["--concurrency", "1", "--without-gossip", "--without-mingle", *QUIET]
# Told to stop, the worker ends what it is at within CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT.
POLITE = {
    "REMAP_SIGTERM": "SIGQUIT",
    # Celery warns of root each time. Messages here are JSON without arguments: nothing to run.
    "PYTHONWARNINGS": "ignore:::celery.platforms",
}


def run() -> int:
    """Serve the site until stopped; return the exit status. Raises Trouble with what to do."""
    port = _port()
    with only_one(port):
        _refuse_busy(port)
        demo = not given_server(dict(os.environ))
        with environment(live=True) as database, with_redis(database) as env:
            env |= {"LOCAL_HTTP": "1", "DJANGO_SETTINGS_MODULE": "shielding.settings"}
            env.setdefault("SITE_URL", f"http://{HOST}:{port}/")
            if demo:
                env.setdefault("PHASE_BANNER", "Demo data")
                env["DEMO_CLOCK"] = str(VAR / "demo-clock")
                env.setdefault("SECOND_FACTOR", "0")  # nobody's phone has the demo's secrets
                # Whoever moves the clock waits for what then falls due.
                env.setdefault("TICK_SECONDS", "10")
                if not is_given(env, "EMAIL_URL"):
                    env["MAIL_FOLDER"] = str(VAR / "mail")
                    env.setdefault("DUTY_MAILBOXES", "iw.duty@council.example")
                _prepare_demo(env)
            else:
                _refuse_pending_migrations(env)
            _manage("Collecting the static files", env, "collectstatic", "--noinput")
            return _serve(env, port, demo=demo)


def _manage(what: str, env: dict[str, str], *arguments: str) -> str:
    return step(what, [sys.executable, ROOT / "manage.py", *arguments], env=env, cwd=ROOT)


def _prepare_demo(env: dict[str, str]) -> None:
    _manage("Bringing the database up to date", env, "release")
    accounts = _manage("Looking for accounts", env, "shell", "--no-imports", "-c", ACCOUNTS)
    if accounts.split()[-1] == "none":
        _manage("Making the demo caseload (invented, every state)", env, "seed_demo")


def _refuse_pending_migrations(env: dict[str, str]) -> None:
    pending = _manage("Asking your server what it has", env, "shell", "--no-imports", "-c", PENDING)
    if pending.split()[-1] != "0":
        raise Trouble(f"Your database lacks {pending.split()[-1]} migrations. Run: make migrate")


def _serve(env: dict[str, str], port: int, *, demo: bool) -> int:
    posts = _posts({k: v for k, v in env.items() if not k.startswith("DATABASE_OWNER_URL")}, port)
    site = posts[0]
    with at_their_posts(posts, ROOT):
        wait_until(
            lambda: site.ended is not None or _answers(port), "Starting the site", at_most=60
        )
        if site.ended is not None:
            raise Trouble("The site did not start. Why is above.")
        say(f"\nThe site is at http://{HOST}:{port}/  (Ctrl-C stops it)")
        if demo:
            if "MAIL_FOLDER" in env:
                say(f"What it mails stays here: http://{HOST}:{port}/demo/mail/")
            say(f"Its clock can be moved on: http://{HOST}:{port}/demo/")
            say(_sign_ins())
        return keep(posts, ROOT, of_the_run(env))


def _posts(env: dict[str, str], port: int) -> list[Post]:
    """The site; the worker and the beat that wakes it, or what does their round without Redis."""
    python: list[str | Path] = [sys.executable, "-m"]
    site = [*python, "gunicorn", "shielding.wsgi:application", *WORKERS]
    site += ["--bind", f"{HOST}:{port}", "--no-control-socket", "--log-level", "warning"]
    posts = [Post("The site", site, env, vital=True)]
    if is_given(env, "REDIS_URL"):
        celery = [*python, "celery", "--quiet", "--app", "shielding.celery"]
        posts.append(Post("The worker", [*celery, "worker", *ONE_WORKER], env | POLITE))
        # A beat keeps nothing, and may go on for ever when it is told to stop in the middle of a
        # tick: Celery then raises an exception, which whoever waits for Redis there may catch.
        beat = [*celery, "beat", *QUIET]
        posts.append(Post("The beat", beat, env, orphaned=signal.SIGKILL))
    else:
        drain = [sys.executable, str(ROOT / "manage.py"), "drain", "--every"]
        posts.append(Post("The round", [*drain, env.get("TICK_SECONDS", "60")], env))
    return posts


def _sign_ins() -> str:
    if SIGN_INS.exists():
        return f"\n{SIGN_INS.read_text()}"
    return f"   {SIGN_INS} is gone; nobody else knows the passwords. Remove var/ to begin anew."


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)  # never through a proxy
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Trouble(
                f"Port {port} on {HOST} cannot be used: {error.strerror}."
                f" Choose another: make run PORT={port + 80 if port < 65000 else 8080}"
            ) from error


@contextmanager
def only_one(port: int) -> Iterator[None]:
    """Hold this folder's lock for running the site. Raises Trouble when somebody else has it."""
    VAR.mkdir(exist_ok=True)
    path = VAR / "run.lock"
    with open(path, "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble(
                f"The site of this folder is running already: {path.read_text()}"
            ) from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, http://{HOST}:{port}/")
        lock.flush()
        yield
