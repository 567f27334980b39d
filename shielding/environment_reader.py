"""How a variable of the environment is read: every value also from a file, as secrets are mounted.

It knows no setting: names, defaults and limits are in settings.py.

`NAME_FILE` names a file that holds the value of `NAME`. What is wrong with one is a sentence that
names the variable and never shows a value.
"""

from collections.abc import Callable
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping


class _Given(FileAwareMapping):
    """The library's mapping, which also refuses what it would pass over without a word."""

    def __getitem__(self, name: str) -> str:
        """Return a variable's value, from its file if one is named.

        Raises KeyError without either, ImproperlyConfigured with both or with no readable file.
        Every $ is escaped: to the library one in front would stand for another variable, whose
        name, a secret, it would then tell to be missing.
        """
        return self._read(name).replace("$", r"\$")

    def _read(self, name: str) -> str:
        if not self.env.get(f"{name}_FILE"):
            return str(self.env[name])
        if self.env.get(name):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one of them.")
        try:
            value = str(super().__getitem__(name)).strip()  # an editor ends a file with a line
        except (OSError, ValueError):
            value = ""
        if not value:
            raise ImproperlyConfigured(
                f"{name}_FILE must name a file that can be read and is not empty."
            )
        return value


class Environment(environ.FileAwareEnv):
    """django-environ, reading through `_Given`; an address it cannot take apart is not shown."""

    ENVIRON = _Given(cache=False)

    def db_url(self, name: str, **more: Any) -> dict[str, Any]:
        """Return a database's address, taken apart. Raises ImproperlyConfigured."""
        return _address(lambda: super(Environment, self).db_url(name, **more), name)

    def email_url(self, name: str, **more: Any) -> dict[str, Any]:
        """Return a mail server's address as Django's settings. Raises ImproperlyConfigured."""
        return _address(lambda: super(Environment, self).email_url(name, **more), name)


def _address(taken_apart: Callable[[], Any], name: str) -> dict[str, Any]:
    try:
        return dict(taken_apart())
    except (ValueError, KeyError):
        raise ImproperlyConfigured(
            f"{name} is no address that can be read. A sign in its password that has a meaning in"
            " addresses must be written as % and its code: / is %2F, # is %23, @ is %40."
        ) from None


def database_address(url: str, name: str) -> dict[str, Any]:
    """Return the address `url`, which the variable `name` gave, taken apart; else as `db_url`."""
    return _address(lambda: environ.Env.db_url_config(url), name)


env = Environment()
env.escape_proxy = True  # undoes what `_Given` escaped
