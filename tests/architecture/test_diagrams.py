"""The state diagrams of docs/how-it-works.md are the tables the code obeys."""

from django.core.management import call_command


def test_the_diagrams_are_as_drawn():
    call_command("diagrams", "--check")
