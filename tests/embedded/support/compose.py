"""docker-compose.yml as `docker compose` reads it: variables put in, what cannot be refused.

Only what the file uses is known; anything else is a failure, so that nothing passes unread.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.embedded.support.dockerfile import Trouble

VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\}|)")
# These say how a container is kept, shut in and shown to people; nothing here depends on them.
NOT_ACTED_ON = {"restart", "read_only", "tmpfs", "cap_drop", "security_opt", "user", "volumes"}
ACTED_ON = {
    "image", "build", "pull_policy", "command", "environment", "depends_on", "healthcheck",
    "configs", "ports", "profiles", "stop_grace_period",
}  # fmt: skip
CONDITIONS = {"service_healthy", "service_completed_successfully", "service_started"}


def dotenv(text: str) -> dict[str, str]:
    """Return what a .env file sets. Raises Trouble on a quoted value, which it need not have."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or value[:1] in ("'", '"'):
            raise Trouble(f".env: nothing here reads the line of {name}")
        found[name] = put_in(value, found)
    return found


def put_in(text: str, variables: Mapping[str, str]) -> str:
    """Return the text with each ${NAME} replaced. Raises Trouble when one that must be is unset."""

    def value(match: re.Match[str]) -> str:
        dollar, name, sign, word = match.groups()
        if dollar:
            return "$"
        if name is None:
            raise Trouble(f"a lone $ in {text!r}")
        if given := variables.get(name):
            return given
        if sign != "-":
            raise Trouble(f"required variable {name} is missing a value: {word or ''}")
        return str(word)

    return VARIABLE.sub(value, text)


def _all_put_in(node: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {name: _all_put_in(value, variables) for name, value in node.items()}
    if isinstance(node, list):
        return [_all_put_in(value, variables) for value in node]
    return put_in(node, variables) if isinstance(node, str) else node


@dataclass
class Service:
    """One service that runs: what the file says of it, and its environment."""

    name: str
    said: dict[str, Any]
    environment: dict[str, str]

    @property
    def waits_for(self) -> dict[str, str]:
        """Return whom it waits for, and until what."""
        waits = self.said.get("depends_on", {})
        return {name: how["condition"] for name, how in waits.items()}

    @property
    def health(self) -> list[str]:
        """Return the command that asks whether it is well. Raises Trouble for another kind."""
        kind, *command = self.said["healthcheck"]["test"]
        if kind != "CMD":
            raise Trouble(f"{self.name}: nothing here does a health check by {kind}")
        return command


class Project:
    """The services of a compose file that run with these variables. Raises Trouble if refused."""

    def __init__(self, text: str, variables: Mapping[str, str]) -> None:
        said = _all_put_in(yaml.safe_load(text), variables)
        self.configs: dict[str, Any] = said.get("configs", {})
        profiles = set(variables.get("COMPOSE_PROFILES", "").split(","))
        self.services = {
            name: Service(name, service, _environment(service, variables))
            for name, service in said["services"].items()
            if not service.get("profiles") or profiles & set(service["profiles"])
        }
        for service in self.services.values():
            self._refuse_unknown(service)
            self._refuse_strange_hosts(service)
        self._refuse_images_nobody_has()

    def in_order(self) -> Iterator[Service]:
        """Yield every service after those it waits for."""
        left = dict(self.services)
        while left:
            free = [one for one in left.values() if not left.keys() & one.waits_for.keys()]
            if not free:
                raise Trouble(f"these wait for each other: {sorted(left)}")
            for service in free:
                yield left.pop(service.name)

    def _refuse_unknown(self, service: Service) -> None:
        if unknown := service.said.keys() - ACTED_ON - NOT_ACTED_ON:
            raise Trouble(f"{service.name}: nothing here knows {sorted(unknown)}")
        for name, condition in service.waits_for.items():
            if name not in self.services or condition not in CONDITIONS:
                raise Trouble(f"{service.name} waits for {name} ({condition}): there is no such")

    def _refuse_strange_hosts(self, service: Service) -> None:
        """In compose's network a name without a dot is a service's, or nobody's."""
        for name, value in service.environment.items():
            host = urlsplit(value).hostname if "://" in value else None
            if host and "." not in host and host not in self.services:
                raise Trouble(f"{service.name}: {name} names {host}, and no such service runs")

    def _refuse_images_nobody_has(self) -> None:
        """One service builds an image; whoever else uses it may neither fetch nor build it."""
        built = [one.said["image"] for one in self.services.values() if "build" in one.said]
        if len(built) != len(set(built)):
            raise Trouble(f"more than one service builds {built}")
        for service in self.services.values():
            if service.said.get("pull_policy") == "never" and service.said["image"] not in built:
                raise Trouble(f"no service builds {service.said['image']}")
            policy = service.said.get("pull_policy")
            meant = "build" if "build" in service.said else "never"
            if service.said["image"] in built and policy != meant:
                raise Trouble(f"{service.name}: pull_policy is {policy}, not {meant}")


def _environment(service: dict[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """Return its environment; a variable without a value is passed on where .env has it."""
    said: dict[str, str | None] = service.get("environment", {})
    together = {name: variables.get(name) if said[name] is None else said[name] for name in said}
    return {name: str(value) for name, value in together.items() if value is not None}
