"""What a source says of the family with an answer, where the test is about something else."""

CONTENT = {"family": "content"}


def family_said(answer: str) -> str:
    """Return that the family is content with it; nothing where nobody answered."""
    return "" if answer in ("no_answer", "left_out") else "content"
