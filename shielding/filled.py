"""What a state promises: PostgreSQL's constraints say what is filled in it, its column cannot."""

from typing import TypeVar

Value = TypeVar("Value")


def filled(value: Value | None) -> Value:
    """Return what a column holds that is filled in this state, or refuse to go on without it."""
    if value is None:
        raise ValueError("a column is empty that its state says is filled")
    return value
