"""Pages, mails and letters speak plain English: the words of the code are on none of them."""

import ast
import re
from collections.abc import Iterator

from logbook.events import EVENTS
from logbook.events.labels import event_label
from tests.architecture.support.source_code import ROOT, modules, parsed
from tests.support.words import banned_in

# What a template says to Django and to who reads its code, and its tags. Texts that are handed to
# another template stand in quotes.
NOT_TEXT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}|{%.*?%}|{{.*?}}|<[^>]*>", re.DOTALL)
VARIABLE = re.compile(r"{{.*?}}")
QUOTED = re.compile(r"\"([^\"]*)\"")
# Entries keep their words, and so does what reads them; a command speaks to who runs the server.
KEEP_THEIRS = ("logbook.", "shielding.management.", "shielding.embedded.")
# A name of a model, a type or a table is not read by anybody who uses the service.
NO_TEXT = re.compile(r"^\s*(INSERT|SELECT|UPDATE|DELETE|WITH)\b|\[[A-Z]")
TEMPLATES = [
    *sorted((ROOT / "templates").rglob("*.html")),
    *sorted((ROOT / "templates").rglob("*.txt")),
]


def said_in(template: str) -> str:
    """Return the words of a template's page: its text, and what it hands on in quotes."""
    tags = [VARIABLE.sub("", tag) for tag in NOT_TEXT.findall(template)]
    quoted = [text for tag in tags for text in QUOTED.findall(tag) if " " in text]
    return " ".join([NOT_TEXT.sub(" ", template), *quoted])


def texts_of(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a module that a page could show: no docstring, code, SQL or type."""
    described = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [one.body[0] for one in ast.walk(tree) if isinstance(one, described) and one.body]
    left_out = {id(one.value) for one in docstrings if isinstance(one, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in left_out and " " in node.value and not NO_TEXT.search(node.value):
            yield node.value


def labels_of(tree: ast.Module) -> Iterator[str]:
    """Yield single words with a capital letter: heads of tables, rows of facts, states."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if re.fullmatch(r"[A-Z][a-z]+", node.value):
            yield node.value


def test_no_template_says_a_word_of_the_code():
    assert len(TEMPLATES) > 200
    said = {
        str(path.relative_to(ROOT)): banned_in(said_in(path.read_text(encoding="utf-8")))
        for path in TEMPLATES
    }
    assert {path: words for path, words in said.items() if words} == {}


def test_no_text_of_a_module_is_a_word_of_the_code():
    found = {}
    for name, path in modules().items():
        if name.startswith(KEEP_THEIRS):
            continue
        texts = [*texts_of(parsed(path))]
        if not name.endswith("models"):
            texts += labels_of(parsed(path))
        if said := [word for text in texts for word in banned_in(text)]:
            found[name] = said
    assert found == {}


def test_no_name_of_an_event_is_a_word_of_the_code():
    """The sentences of entries keep their words; the names by which they are narrowed are read."""
    named = {one.code: banned_in(event_label(one.code)) for one in EVENTS.values()}
    assert len(named) > 100
    assert {code: words for code, words in named.items() if words} == {}


def test_words_of_the_code_are_found():
    """Else the two above could find nothing because they look at nothing."""
    assert banned_in("The source let go of it anew.") == ["source", "let go", "anew"]
    assert banned_in("We hold no record. A hold stands.") == ["hold"]
    assert said_in(
        '{% include "a.html" with text="No source answered" %}<p title="x">Ask</p>{# hold #}'
    )
    assert banned_in(said_in('{% include "a.html" with text="No source answered" only %}')) == [
        "source"
    ]
    tree = ast.parse(
        '"""A hold."""\nA = "The hold ends"\nB: "QuerySet[Hold, At]" = 1\nC = "Hold"\n'
    )
    assert list(texts_of(tree)) == ["The hold ends"]
    assert list(labels_of(tree)) == ["Hold"]
    assert sum(len(list(texts_of(parsed(path)))) for path in modules().values()) > 1000
