"""Who may import whom, and which table may point at which."""

import re
import subprocess
import sys
from importlib import import_module

import pytest
from django.apps import apps

from tests.architecture.support.layers import FLOOR
from tests.architecture.support.source_code import ROOT


def test_the_import_contracts_hold():
    command = "from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_app_of_ours_has_its_floor():
    ours = {config.label for config in apps.get_app_configs() if str(ROOT) in config.path}
    assert {label for label in ours if ".venv" not in apps.get_app_config(label).path} == set(FLOOR)


def test_no_table_points_up_or_sideways():
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for label, floor in FLOOR.items()
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields(include_hidden=False)
        if field.is_relation and not field.auto_created
        for target in [field.related_model._meta.app_label]
        if target not in FLOOR or (target != label and FLOOR[target] >= floor)
    ]
    assert wrong == []


# Below a practitioner's own list, one line for line managers; at home it is a tile of its own app.
BESIDE = "templates/requests_app/practitioner/list.html: access_to_agree"
# A page that is named: by code, or by a template.
NAMED = re.compile(r'(?:\breverse\(|\bredirect\(|{% url )\s*"(\w+)"')


@pytest.mark.parametrize(
    ("app", "others"),
    [
        ("shielding", ("requests_app", "brokerage")),
        ("requests_app", ("brokerage",)),
        ("brokerage", ("requests_app",)),
    ],
)
def test_no_room_names_a_page_of_an_app_above_or_beside_it(app, others):
    """Such a page is registered by the app that has it: see shielding/hooks.py."""
    theirs = {
        pattern.name
        for other in others
        for urls in ("urls", "desk.urls")
        for pattern in import_module(f"{other}.{urls}").urlpatterns
    }
    assert len(theirs) > 5
    texts = [*(ROOT / app).rglob("*.py"), *(ROOT / "templates" / app).rglob("*.html")]
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if name in theirs
    ]
    assert [one for one in found if one != BESIDE] == []
