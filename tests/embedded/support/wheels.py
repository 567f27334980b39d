"""Small packages made on the spot, so that installing can be tested without a registry."""

import hashlib
import zipfile
from pathlib import Path


def wheel(folder: Path, name: str, version: str, *needs: str) -> str:
    """Write a wheel that holds nothing but its own description; return its hash for a list."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {need}" for need in needs]
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        made.writestr(f"{info}/WHEEL", tags)
        made.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pin(name: str, version: str, digest: str) -> str:
    """A line of a list of pinned packages."""
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"
