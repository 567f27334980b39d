"""What may reach a log line."""

import logging


class Careful(logging.Formatter):
    """Placeholder until the allow-list formatter lands."""
