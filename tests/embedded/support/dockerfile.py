"""A Dockerfile's steps, done in order in an empty folder that has only what it copies.

There is no container engine here. What stands in for one, and nothing else does:
- A stage's root is a folder, and `WORKDIR /app` the folder `app` in it.
- `python:` is a fresh virtual environment of the Python that runs the tests, whatever version the
  file names; `node:` is the machine's Node.js, or the one of the Python registry.
- `useradd` would change this machine: it only notes the account, which USER must then name.
- A step that installs what is pinned with hashes, or builds the assets, is kept under var/image, by
  all that went into it, as an engine keeps its layers. It has this machine's way to the registries.
An instruction that is not known here is a failure.
"""

import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shielding.embedded.install import node

KEPT = ("pip install ", "npm ci", "npm run build")
KEPT_FOR = 7 * 24 * 60 * 60
TO_THE_REGISTRIES = re.compile(
    r"(PIP_\w+|NPM_CONFIG_\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|\w+_PROXY|HOME)$",
    re.IGNORECASE,
)
MACHINES = "/usr/local/bin:/usr/bin:/bin"
USERADD = '#!/bin/sh\nfor name; do :; done\necho "$name" >> "$(dirname "$0")/accounts"\n'


class Trouble(AssertionError):
    """What an engine would refuse, or what nothing stands in for here."""


def instructions(text: str) -> list[tuple[str, str]]:
    """Return a Dockerfile's instructions: name and the rest, comments and line ends away."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    split = [line.strip().split(None, 1) for line in whole.splitlines() if line.strip()]
    return [(parts[0], parts[1] if len(parts) > 1 else "") for parts in split]


@dataclass
class Image:
    """A stage as it is built, and at the end the image: what its containers start with."""

    root: Path
    base: str
    workdir: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    programs: list[Path] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Return where a path of the image is on this machine."""
        return self.root / os.path.normpath(os.path.join(self.workdir, path)).lstrip("/")

    def path(self) -> str:
        return os.pathsep.join([*map(str, self.programs), MACHINES])

    def contents(self) -> dict[str, str]:
        """Return every file of the image with a digest of what is in it."""
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


class Build:
    """`docker build` of the folder `context` into the empty folder `work`; layers in `cache`."""

    def __init__(self, context: Path, work: Path, cache: Path) -> None:
        self.context, self.work, self.cache = context, work, cache
        self.stages: dict[str, Image] = {}
        self.image: Image | None = None
        self.ignored = Ignored((context / ".dockerignore").read_text())
        self.stand_ins = work / "stand-ins"
        self.stand_ins.mkdir(parents=True)
        _script(self.stand_ins / "useradd", USERADD)
        self.cache.mkdir(parents=True, exist_ok=True)

    def all(self, text: str) -> Image:
        """Do every step; return the last stage. Raises Trouble where an engine would refuse."""
        for name, rest in instructions(text):
            step = getattr(self, f"do_{name.lower()}", None) if name.isupper() else None
            if step is None:
                raise Trouble(f"nothing here knows the instruction {name}")
            step(rest)
            self.now.done.append(f"{name} {rest}")
        return self.now

    @property
    def now(self) -> Image:
        if self.image is None:
            raise Trouble("a Dockerfile begins with FROM")
        return self.image

    # --- The instructions -----------------------------------------------------------------------
    def do_from(self, rest: str) -> None:
        match = re.fullmatch(r"(node|python):([\w.-]+)(?: AS (\w+))?", rest)
        if not match:
            raise Trouble(f"nothing here stands in for FROM {rest}")
        root = self.work / f"stage{len(self.stages)}"
        root.mkdir()
        self.image = Image(root, match[1], programs=[self.stand_ins])
        self.stages[match[3] or str(len(self.stages))] = self.image
        if match[1] == "node":
            self.image.programs.append(_with_npm(self.stand_ins))

    def do_workdir(self, rest: str) -> None:
        self.now.workdir = os.path.join(self.now.workdir, rest)
        self.now.inside(".").mkdir(parents=True, exist_ok=True)

    def do_env(self, rest: str) -> None:
        self.now.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def do_arg(self, rest: str) -> None:
        [pair] = shlex.split(rest)
        name, _, default = pair.partition("=")
        self.now.args[name] = default

    def do_user(self, rest: str) -> None:
        made = self.stand_ins / "accounts"
        if not made.exists() or rest not in made.read_text().split():
            raise Trouble(f"USER {rest}: no step made this account")
        self.now.user = rest

    def do_expose(self, rest: str) -> None:
        """It opens nothing; compose's `ports` does."""

    def do_healthcheck(self, rest: str) -> None:
        self.now.health = json.loads(rest.partition("CMD")[2])

    def do_cmd(self, rest: str) -> None:
        self.now.command = json.loads(rest)

    def do_copy(self, rest: str) -> None:
        words = shlex.split(rest)
        stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--") else None
        if stage is not None and stage not in self.stages:
            raise Trouble(f"COPY {rest}: there is no such stage")
        *sources, target = words
        for source in sources:
            if stage is None:
                self._copy(self.context / source, target, self._sent(source))
            else:
                origin = self.stages[stage].inside(source)
                self._copy(origin, target, [p for p in origin.rglob("*") if p.is_file()])

    def _sent(self, source: str) -> list[Path]:
        """Return the files of the context below `source`, without what .dockerignore names."""
        top = self.context / source
        files = [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]
        return [p for p in files if not self.ignored.has(str(p.relative_to(self.context)))]

    def _copy(self, origin: Path, target: str, files: list[Path]) -> None:
        if not files:
            raise Trouble(f"COPY {origin.name}: there is no such thing, or .dockerignore names it")
        for path in files:
            place = self.now.inside(target)
            if path != origin:
                place = place / path.relative_to(origin)
            elif target.endswith("/"):
                place = place / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)

    # --- RUN ------------------------------------------------------------------------------------
    def do_run(self, rest: str) -> None:
        if rest.startswith(KEPT):
            self._kept(rest)
        elif self.now.base == "python" and len(self.now.programs) == 1:
            raise Trouble("Python's stand-in is made by the step that installs the packages")
        else:
            self._shell(rest, self.now.root, self.now.programs)

    def _kept(self, line: str) -> None:
        """Do the step in a folder of its own unless that is there already; go on with a copy."""
        stage = self.now
        parts = [*stage.done, line, json.dumps(stage.contents()), sys.version, sys.base_prefix]
        layer = self.cache / hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
        with open(self.cache / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (layer / "done").exists():
                self._forget_old()
                self._make(layer, line)
            (layer / "done").touch()
        shutil.rmtree(stage.root)
        shutil.copytree(layer / "root", stage.root, symlinks=True)
        if stage.base == "python":
            stage.programs.append(layer / "python" / "bin")

    def _make(self, layer: Path, line: str) -> None:
        shutil.rmtree(layer, ignore_errors=True)
        shutil.copytree(self.now.root, layer / "root", symlinks=True)
        programs = list(self.now.programs)
        if self.now.base == "python":
            subprocess.run([sys.executable, "-m", "venv", layer / "python"], check=True)
            programs.append(layer / "python" / "bin")
        self._shell(line, layer / "root", programs, registries=True)

    def _forget_old(self) -> None:
        for stamp in self.cache.glob("*/done"):
            if stamp.stat().st_mtime < time.time() - KEPT_FOR:
                shutil.rmtree(stamp.parent)

    def _shell(
        self, line: str, root: Path, programs: list[Path], *, registries: bool = False
    ) -> None:
        env = {"HOME": str(self.work), "PATH": os.pathsep.join([*map(str, programs), MACHINES])}
        if registries:
            env |= {k: v for k, v in os.environ.items() if TO_THE_REGISTRIES.match(k)}
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=root / self.now.workdir.lstrip("/"),
            env=env | self.now.args | self.now.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Trouble(f"RUN {line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _with_npm(stand_ins: Path) -> Path:
    """Return a folder that has `node` and `npm`, found as `make run` finds them."""
    npm, env = node()
    folder = stand_ins / "node"
    if not folder.exists():
        folder.mkdir()
        words = " ".join(shlex.quote(str(word)) for word in npm)
        _script(folder / "npm", f'#!/bin/sh\nexec {words} "$@"\n')
        (folder / "node").symlink_to(shutil.which("node", path=env["PATH"]) or "no-node")
    return folder


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


class Ignored:
    """A .dockerignore: the last pattern that fits a file, or a folder it is in, decides."""

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        self.patterns = [line for line in lines if line and not line.startswith("#")]

    def has(self, path: str) -> bool:
        found = False
        for pattern in self.patterns:
            if any(_fits(pattern.lstrip("!"), part) for part in _with_folders(path)):
                found = not pattern.startswith("!")
        return found


def _with_folders(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _fits(pattern: str, path: str) -> bool:
    wild = {"**/": "(?:.*/)?", "*": "[^/]*"}
    words = re.split(r"(\*\*/|\*)", pattern)
    return re.fullmatch("".join(wild.get(w, re.escape(w)) for w in words), path) is not None
