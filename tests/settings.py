"""The product's settings, with what a test run needs different and nothing else."""

import os

# Read below; as of the machines of the tests' own that read the product's settings.
os.environ.setdefault("TRUSTED_PROXY_COUNT", "0")

from shielding.settings import *  # noqa: F403 - a settings module is a namespace
from shielding.settings import DATABASES, STATIC_ROOT, STORAGES, VAR

# Hundreds of sign-ins: the fast hasher is for tests, the strong one stays Django's default.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The live server of the tests cannot serve hashed names.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
# In a fresh clone nothing was collected yet, and a folder that is not there is a warning.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DATABASES["default"]["TEST"] = {
    "NAME": "test_shielding" + os.environ.get("TEST_DB_SUFFIX", ""),
}
# Kept connections would outlive a test's threads.
DATABASES["default"]["CONN_MAX_AGE"] = 0
SECURE_SSL_REDIRECT = False
LOCAL_HTTP = True
# One person of a test does the work of many.
WRITES_AN_HOUR = 1_000_000
SECURITY_CONTACT = "weakness@council.example"
# The demo's pages have an address only where there is a folder; `tests/worker` shows the other.
MAIL_FOLDER = str(VAR / "tests-mail")
# Every other page is the same with it, and has its tests; those of signing in with it switch it on.
SECOND_FACTOR = False
