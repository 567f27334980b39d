"""The order of the apps, for the tests that go by it."""

# Each app may point at those of its own floor number or lower; siblings never at each other.
FLOOR = {"logbook": 0, "accounts": 1, "shielding": 2, "requests_app": 3, "brokerage": 3}
