"""Every page says who may open it, starts at what the person may see, and has a name."""

import re

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver

from tests.architecture.support.source_code import modules

ROLES = {"practitioner", "iw", "auditor", "administrator"}


def patterns(resolver=None):
    """Return every address of the site with its view."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += [entry] if isinstance(entry, URLPattern) else patterns(entry)
    return found


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.name or "unnamed")
def test_a_view_is_public_for_a_reason_or_names_its_roles(pattern):
    view = pattern.callback
    reason, roles = getattr(view, "public_reason", ""), getattr(view, "allowed_roles", None)
    assert bool(reason) != (roles is not None)
    # What the middleware obeys and what the table of pages reads are the same.
    assert bool(reason) == (getattr(view, "login_required", True) is False)
    if roles is not None:
        assert roles <= ROLES
        assert roles or view.allows_managers or view.allows_leads


def test_every_address_has_a_name_of_its_own():
    names = [pattern.name for pattern in patterns()]
    assert None not in names
    assert sorted(names) == sorted(set(names))


def test_no_view_takes_a_file_or_does_without_the_csrf_token():
    """Whoever adds one that does says here which, and why."""
    assert settings.FILE_UPLOAD_HANDLERS == ["shielding.web.uploads.no_files.NoFiles"]
    exempt = [one.name for one in patterns() if getattr(one.callback, "csrf_exempt", False)]
    # These ask for the token themselves, once the handler of their file is in place.
    assert sorted(exempt) == ["go_live", "go_live_one", "people_import", "people_import_one"]
    taking = [name for name, path in modules().items() if ".FILES" in path.read_text("utf-8")]
    assert taking == ["shielding.web.uploads.in_memory"]


def test_the_table_is_not_empty():
    assert len(patterns()) > 20


def views_files():
    return [path for name, path in modules().items() if re.search(r"[._]views$", name)]


@pytest.mark.parametrize("path", views_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_view_reaches_for_all_there_is(path):
    """A view asks for what the person may see; which rows those are is said once, elsewhere."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\.objects\b(?!\.visible_to\()", text)
    assert not re.search(r"\._(default|base)_manager\b", text)
    assert not re.search(r"\b(raw|cursor)\(", text)
