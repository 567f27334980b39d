"""Whether the lists of pinned packages are what their .in files ask for, no more and no less.

    python -m shielding.embedded.lock

Asks no registry: what a package needs is read from the installed one. The only module here that
needs a package itself (`packaging`); nothing that installs imports it.
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shielding.embedded.progress import say

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("requirements", "requirements-embedded", "requirements-dev")


def asked_for(name: str, folder: Path = ROOT) -> Iterator[Requirement]:
    """What a .in file asks for, itself and by the files it names with -r."""
    for line in (folder / f"{name}.in").read_text().splitlines():
        words = line.split("#")[0].strip()
        if words.startswith("-r "):
            yield from asked_for(words.removeprefix("-r ").removesuffix(".in"), folder)
        elif words and not words.startswith("-c "):
            yield Requirement(words)


def pinned(name: str, folder: Path = ROOT) -> dict[str, Requirement]:
    """What a list pins for this machine, by package. Lines for other machines are left out."""
    lines = re.findall(r"^([\w.-]+==[^\\\n]+)", (folder / f"{name}.txt").read_text(), re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    return {canonicalize_name(pin.name): pin for pin in pins if _is_for_this_machine(pin)}


def what_is_wrong(name: str, folder: Path = ROOT) -> list[str]:
    """Sentences about the list `name`; none when it is whole."""
    pins = pinned(name, folder)
    needed: set[str] = set()
    wrong: list[str] = []
    waiting = [(one, f"{name}.in asks for") for one in asked_for(name, folder)]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted, who = waiting.pop()
        key = canonicalize_name(wanted.name)
        needed.add(key)
        pin = pins.get(key)
        if pin is None:
            wrong.append(f"{name}.txt pins no {key}: {who} {wanted}.")
        elif not wanted.specifier.contains(_version(pin), prereleases=True):
            wrong.append(f"{name}.txt pins {pin}: {who} {wanted}.")
        elif (key, frozenset(wanted.extras)) not in done:
            done.add((key, frozenset(wanted.extras)))
            waiting += [(need, f"{pin} needs") for need in _needs(key, wanted.extras)]
    surplus = pins.keys() - needed
    wrong += [f"{name}.txt pins {pins[key]}, which nothing asks for." for key in surplus]
    return sorted(set(wrong))


def which_differ(folder: Path = ROOT) -> list[str]:
    """Sentences about packages that two lists pin at different versions."""
    lowest = pinned(LISTS[0], folder)
    return [
        f"{name}.txt pins {pin} and {LISTS[0]}.txt pins {lowest[key]}."
        for name in LISTS[1:]
        for key, pin in pinned(name, folder).items()
        if key in lowest and _version(lowest[key]) != _version(pin)
    ]


def _needs(key: str, extras: set[str]) -> list[Requirement]:
    """What the installed package says it needs here, with these extras."""
    try:
        said = [Requirement(line) for line in metadata.requires(key) or []]
    except metadata.PackageNotFoundError:
        return []  # the installation has already said so
    return [need for need in said if any(_holds(need, extra) for extra in {"", *extras})]


def _holds(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _is_for_this_machine(pin: Requirement) -> bool:
    return pin.marker is None or pin.marker.evaluate()


def _version(pin: Requirement) -> str:
    return str(pin.specifier).removeprefix("==")


def main() -> int:
    """Say what is wrong with any list; return 1 when something is."""
    wrong = [line for name in LISTS for line in what_is_wrong(name)] + which_differ()
    for line in wrong:
        say(line)
    if wrong:
        say("The lists do not fit together. Make them anew with: make lock")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
