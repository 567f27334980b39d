"""How often was tried, and what was refused: counts alone, of nobody whose address is readable.

Neither table tells what anybody did: wrong tries are entries of the logbook, and refused ones
become one, by the hour. So old rows are deleted, which no other table of the product allows.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Budget(models.Model):
    """How many tries of one kind one key has behind it, and until when it has to wait.

    `key` stands for an account, a network, a browser or several together: 32 bytes that nobody
    can turn back without RECORD_INDEX_KEY.
    """

    class Kind(models.TextChoices):
        KNOWN = "known", "A password, in a browser that signed in to this account before"
        PAIR = "pair", "A password for one account from one network, in any other browser"
        ACCOUNT = "account", "A password for one account from anywhere, in any other browser"
        NETWORK = "network", "Wrong passwords from one network"
        AGAIN = "again", "The password once more, in one session"
        CODE = "code", "A code of one person"
        MAIL = "mail", "A link mailed to one address"
        LINKS = "links", "Links asked for, or tried, from one network"
        WRITE = "write", "What one person sends in an hour"
        TOLD = "told", "An entry of an hour in which one person sent too much"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.BinaryField(max_length=32)
    tries = models.PositiveIntegerField()
    until = models.DateTimeField(null=True)
    last_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        constraints = [UniqueConstraint(fields=["kind", "key"], name="budget_of_a_key_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.tries}"


class RefusedTries(models.Model):
    """How many tries were refused unseen within an hour, of one account and from one network.

    `account` is the opaque id of the account; none where nobody has the address that was typed, or
    none was. Told by one entry when the hour is over.
    """

    account = models.UUIDField(null=True)
    network = models.BinaryField(max_length=32)
    hour = models.DateTimeField()
    tries = models.PositiveIntegerField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"
        constraints = [
            UniqueConstraint(
                fields=["account", "network", "hour"],
                name="refused_tries_of_an_hour_once",
                nulls_distinct=False,
            ),
            CheckConstraint(condition=Q(tries__gt=0), name="refused_tries_are_some"),
        ]

    def __str__(self) -> str:
        return f"{self.hour}: {self.tries}"
