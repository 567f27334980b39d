"""Draw the state diagrams of docs from the transition tables, so that they cannot differ."""

import re
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

PAGE = "docs/how-it-works.md"
# Named as strings: two of them are above the core.
DIAGRAMS = {
    "record": ("shielding.records.states", "RECORD", "RECORD_LABELS"),
    "request": ("requests_app.states", "TRANSITIONS", "LABELS"),
    "access": ("brokerage.states", "TRANSITIONS", "LABELS"),
}


class Command(BaseCommand):
    """`manage.py diagrams` writes them; `--check` only says whether they are as drawn."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite the page's diagrams. With --check, fail where one differs from its table."""
        page = Path(settings.BASE_DIR) / PAGE
        before = page.read_text(encoding="utf-8")
        after = with_diagrams(before)
        if options["check"] and after != before:
            raise CommandError(f"The diagrams of {PAGE} differ: run manage.py diagrams.")
        page.write_text(after, encoding="utf-8")


def with_diagrams(text: str) -> str:
    """Return the text with each marked block drawn anew. Raises where a mark is missing."""
    for name, (module, table, labels) in DIAGRAMS.items():
        block = re.compile(rf"(<!-- {name} states -->\n).*?(\n<!-- end -->)", re.DOTALL)
        if not block.search(text):
            raise CommandError(f"{PAGE} has no place for the {name} diagram.")
        states = import_module(module)
        drawing = draw(getattr(states, table), getattr(states, labels))
        text = block.sub(partial(_redrawn, drawing), text)
    return text


def _redrawn(drawing: str, block: re.Match[str]) -> str:
    return f"{block[1]}{drawing}{block[2]}"


def draw(table: dict[tuple[str, str], str], labels: dict[str, str]) -> str:
    """Return one transition table as a Mermaid state diagram."""
    names = [f'    state "{label}" as {state}' for state, label in labels.items()]
    arrows = [
        f"    {before} --> {after}: {act.replace('_', ' ')}"
        for (before, act), after in table.items()
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, *arrows, "```"])
