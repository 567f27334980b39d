"""The cells of a table: what each kind becomes, and that nothing in them is taken for HTML."""

from datetime import UTC, date, datetime

import pytest

from shielding.templatetags.work_lists import cell, due, in_sentence, tag, when
from shielding.web.cells import Due, Tag, Text, When
from shielding.web.deadlines import deadline

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("Words", "Words"),
        (3, "3"),
        (0, "0"),
        (None, ""),
        (Text(""), ""),
        (
            Text("IW-7KQ4-M2XD", code=True),
            '<span class="app-code" translate="no">IW-7KQ4-M2XD</span>',
        ),
        (Text("A", "/a/"), '<a class="govuk-link" href="/a/">A</a>'),
        (Text("<b>", '"'), '<a class="govuk-link" href="&quot;">&lt;b&gt;</a>'),
        ("<script>", "&lt;script&gt;"),
        (
            Text("Change", hidden="<i>"),
            'Change<span class="govuk-visually-hidden"> &lt;i&gt;</span>',
        ),
        (
            Tag("To shield", "red"),
            '<strong class="govuk-tag govuk-tag--red">To shield</strong>',
        ),
        (When(DAY), '<time datetime="2026-03-09">9 March 2026</time>'),
    ],
)
def test_a_cell(value, html):
    assert cell(value) == html


def test_a_moment_is_told_in_london_time():
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    said = '<time datetime="2026-07-01T00:30+01:00">1 July 2026, 12:30am</time>'
    assert when(summer) == said
    assert when(summer, date_only=True) == '<time datetime="2026-07-01">1 July 2026</time>'
    assert when(None) == due(None) == ""


def test_a_due_date_has_its_words_beside_it():
    assert due(deadline(DAY, DAY)) == (
        '<span class="app-due"><time datetime="2026-03-09">9 March 2026</time>'
        f'<span class="app-due__words">{tag("Due today", "orange")}</span></span>'
    )
    assert ">31 days left<" in due(deadline(DAY.replace(month=4), DAY))
    assert "9 March" in cell(Due(deadline(DAY, DAY)))


@pytest.mark.parametrize(
    ("key", "words"),
    [("Line manager", "line manager"), ("IW Team", "IW Team"), ("Name", "name"), ("", "")],
)
def test_what_is_changed_is_named_as_within_a_sentence(key, words):
    assert in_sentence(key) == words
