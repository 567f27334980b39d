"""The settings for `manage.py lintmigrations`: which migrations it judges, and from where on.

Two versions run side by side while a release is brought in: a migration may not break the one that
still runs. A new NOT NULL column needs a default in the database (`db_default`), which stays until
the next release; a column or table is first no longer used, and dropped a release later.
"""

from tests.settings import *  # noqa: F403 - a settings module is a namespace
from tests.settings import BASE_DIR, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

# The last migration of each app when judging began (November 2026), before anything was released.
FOLDERS = {
    "shielding": ("shielding/migrations", 4),
    "accounts": ("shielding/accounts/migrations", 4),
    "logbook": ("logbook/migrations", 1),
    "requests_app": ("requests_app/migrations", 2),
    "brokerage": ("brokerage/migrations", 4),
}
# What breaks the running version on purpose, or only seems to, by "app.name", with its reason.
EXCUSED = {
    "accounts.0013_duty_mailboxes": (
        "it breaks nothing: what is to be unique is a column of its own, of new rows alone"
    ),
    "brokerage.0005_a_code_in_place_of_the_note": "the notes go at once, the site is stopped",
    "shielding.0005_a_six_monthly_review_is_of_one_hold": (
        "every hold gets its day at once, and nobody is asked by the old rule meanwhile: stopped"
    ),
    "shielding.0016_a_review_when_something_changes": (
        "it breaks nothing: what is to be unique are reviews of a kind that the running version"
        " never makes"
    ),
}


def names(*, judged: bool) -> set[tuple[str, str]]:
    """Return (app, name) of every migration of ours that is judged, or of every other one."""
    return {
        (app, path.stem)
        for app, (folder, last) in FOLDERS.items()
        for path in (BASE_DIR / folder).glob("0*.py")
        if (int(path.stem[:4]) > last and f"{app}.{path.stem}" not in EXCUSED) is judged
    }


MIGRATION_LINTER_OPTIONS = {
    "include_apps": list(FOLDERS),
    "ignore_name": sorted({name for _, name in names(judged=False)}),
    "no_cache": True,
    # A reference to somebody has an index, made in under a second for a nation's 51,100 records;
    # writers wait for it as they wait for the column.
    "exclude_migration_tests": ["CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"],
    "quiet": ["ok", "ignore"],
}
