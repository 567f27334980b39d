"""Random keys and passwords of this installation: written once to var/secrets, kept for ever.

Without them no record number can be read again, so they are never replaced silently.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from shielding.embedded.progress import Trouble, say

FOR_DJANGO = ("SECRET_KEY", "RECORD_NUMBER_KEYS", "RECORD_INDEX_KEY")


def is_given(env: Mapping[str, str], name: str) -> bool:
    """Whether the product's settings find the variable `name`: itself, or a file that holds it."""
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def with_ours(given: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """Put `ours` in the place of what was given, also in a file: the settings refuse both."""
    files = {f"{name}_FILE" for name in ours}
    return {name: value for name, value in given.items() if name not in files} | dict(ours)


def keys_not_given(var: Path, name: str) -> dict[str, str]:
    """Return those of Django's keys that the environment lacks; they are made once, and it is said.

    For somebody's own server, whose data outlives this folder.
    """
    missing = [key for key in FOR_DJANGO if not is_given(os.environ, key)]
    if not missing:
        return {}
    stored = installation(var, name)
    say(f"   {', '.join(missing)}: not set, so taken from {var / 'secrets' / name}.env.")
    say("   Keep a copy of that file: without it no record number can be read again.")
    return {key: stored[key] for key in missing}


def installation(var: Path, name: str) -> dict[str, str]:
    """Return everything secret about the installation `name`, made on first use (mode 0600)."""
    path = var / "secrets" / f"{name}.env"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, _new())
    lines = path.read_text().splitlines()
    stored = dict(line.split("=", 1) for line in lines if "=" in line)
    missing = [key for key in _new() if not stored.get(key)]
    if missing:
        raise Trouble(f"{path} lacks {', '.join(missing)}. Put back the file that belongs here.")
    return stored


def _new() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "RECORD_NUMBER_KEYS": f"k1:{key()}",
        "RECORD_INDEX_KEY": key(),
        "OWNER_PASSWORD": secrets.token_hex(24),
        "APP_PASSWORD": secrets.token_hex(24),
        "INSTALLATION": secrets.token_hex(6),
    }


def _write(path: Path, values: dict[str, str]) -> None:
    """Write whole or not at all: a full disk must not leave half a key."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another command was first; its keys are the keys
    finally:
        draft.unlink(missing_ok=True)
