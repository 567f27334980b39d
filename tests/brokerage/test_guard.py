"""What the guard refuses, in the spellings people use, and what it must let pass."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from brokerage.guard import KINDS, PASSED, QUESTIONED, REFUSED, Finding, in_words, inspect
from logbook.references import new_reference
from tests.brokerage.identifiers import MADE, generated

TODAY = date(2026, 11, 22)
HONEST = Path(__file__).with_name("honest_reasons.jsonl")

REFUSALS = {
    "nhs_number": [
        "9434765919",
        "943 476 5919",
        "943-476-5919",
        "943.476.5919",
        "943\u00a0476\u00a05919",
        "943\u200b476\u200b5919",
        "943\u2013476\u20135919",
        "943/476/5919",
        "943_476_5919",
        "9 4 3 4 7 6 5 9 1 9",
        "(943) 476 5919",
        "\uff19\uff14\uff13 \uff14\uff17\uff16 \uff15\uff19\uff11\uff19",
        "٩٤٣ ٤٧٦ ٥٩١٩",
        "943 476 59l9",
        "943 476 59I9",
        "NHS:943 476 5919.",
        "9434\n765919",
    ],
    "pupil_number": [
        "B801200005001",
        "b801200005001",
        "B 8012 0000 5001",
        "B-801-200-005-001",
        "B8O12OOOO5OO1",
        "B801\u200b200005001",
        "UPN B801200005001",
    ],
    "insurance_number": [
        "QQ123456C",
        "QQ 12 34 56 C",
        "qq 12 34 56 c",
        "QQ-12-34-56-C",
        "Q Q 1 2 3 4 5 6 C",
        "AB12345OC",
        "ZZ 12 34 56 A",
        "QQ\u00a012\u00a034\u00a056\u00a0C",
        "JW123456",
        "J-W-I-O-4-6-4-9-B",
    ],
    "driving_licence": ["MORGA657054SM9IJ", "MORGA 657054 SM9IJ 35", "morga 6O7O54 sm9ij"],
    "registration": [
        "AB12 CDE",
        "AB12CDE",
        "ab12 cde",
        "AB 12 CDE",
        "AB-12-CDE",
        "A123 BCD",
        "ABC 123D",
        "AB1O CDE",
        "car reg ABC 1234",
        "RD24 WHY",
    ],
    "phone": [
        "07700 900123",
        "07700900123",
        "07700-900-123",
        "07700.900.123",
        "+44 7700 900123",
        "+44 (0)7700 900 123",
        "0044 7700 900123",
        "(01632) 960 123",
        "0121 496 0123",
        "O77OO 9OO123",
        "077\u200b00 900123",
        "\uff10\uff17\uff17\uff10\uff10 \uff19\uff10\uff10\uff11\uff12\uff13",
        "०७७०० ९००१२३",
        "7700 900123",
        "0 7 7 0 0 9 0 0 1 2 3",
        "+33 1 99 00 12 34",
        "tel: 4521",
        "07700 / / 90012",
        "07700x900123",
        "07700 then 900 123",
    ],
    "email": [
        "jade.smith@example.com",
        "JADE@EXAMPLE.COM",
        "jade @ example . com",
        "jade(at)example.com",
        "jade [at] example",
        "jade at example dot com",
        "jade at gmail",
        "jade-at-gmail-dot-com",
        "hotmail: jade",
        "jade\uff20example.com",
        "o'neill@example.sch.uk",
    ],
    "web_address": [
        "https://example.org/jade",
        "HTTP://x",
        "www.example",
        "facebook.com/jade",
        "example.co.uk",
        "example dot com",
        "///filled.count.soap",
        "hxxps://example",
    ],
    "handle": [
        "@jade_x09",
        "find her @jade",
        "insta: jade_09",
        "snapchat name jade_x",
        "insta: jadesmith",
        "snap jadesmith99",
        "jade#1234",
    ],
    "postcode": [
        "SW1A 1AA",
        "sw1a1aa",
        "Sw1a 1aa",
        "SW1A\u00a01AA",
        "SW1A-1AA",
        "SW1A.1AA",
        "SW1A\u200b1AA",
        "SW 1A 1AA",
        "S W 1 A 1 A A",
        "SW1A lAA",
        "SWlA lAA",
        "M1 OAA",
        "ol1 1aa",
        "OL1 1AA",
        "b33 8th",
        "GIR 0AA",
        "BFPO 123",
        "ZZ99 3VZ",
        "ＳＷ１Ａ １ＡＡ",
        "\u0405W1A 1\u0410A",
    ],
    "address": [
        "12 Oak Road",
        "12, Oak Rd",
        "12a oak road",
        "12-14 High Street",
        "9 St John's Close",
        "1 The Avenue",
        "4 Park View",
        "12 oak close",
        "l2 Oak Road",
        "Twelve Oak Road",
        "Flat 2",
        "flat 2b, elm house",
        "12a, high st",
        "14, the old bakery",
        "No. 9 St John's Close",
        "flat three, elm house",
        "8 the Green",
        "22park road",
        "Oak Road, number 22",
        "lives at number 8",
    ],
    "birth_date": [
        "DOB 12/3/14",
        "d.o.b. 12 March",
        "D O B: 12.03.14",
        "date of birth 12th March 2014",
        "born 2014",
        "born in March",
        "born on the 3rd of May",
        "birthday is 3 May",
        "born '14",
        "birth year 2014",
    ],
    "date": [
        "3/12/2019",
        "12/31/2019",
        "03-12-2019",
        "12.03.14",
        "12-03-14",
        "2014-03-12",
        "2014/3/12",
        "12 03 2014",
        "12 March 2014",
        "12th of March, 2014",
        "12 march '14",
        "12-Mar-14",
        "12Mar2014",
        "12 Mar 14",
        "March 12, 2014",
        "Mar 12th '14",
        "March 2014",
        "Mar-14",
        "03/2014",
        "2014-03",
        "l2/O3/2Ol4",
        "29OCT2O19",
        "\uff11\uff12/\uff10\uff13/\uff12\uff10\uff11\uff14",
        "12\u200b/03/2014",
        "12\u201303\u20132014",
        "21/11/2026",
        "October 2026",
        "24/11/2027",
        "May 2031",
        "March two thousand and fourteen",
        "3rd May twenty fourteen",
    ],
    "digits": [
        "123456",
        "12 34 56",
        "12-34-56",
        "1.2.3.4.5.6",
        "CP12345678",
        "case 12/3456",
        "①②③④⑤⑥",
        "1\u200b2\u200b3\u200b4\u200b5\u200b6",
        "12345O",
        "I23456",
        "oh seven seven double oh nine one",
        "07700 nine 00 one 23",
    ],
}
PASSES = [
    "continuity of care",
    "I am free at 9.30am, 14:00 or 9.30-10.30 and 14:00-15:30 on Monday",
    "available 0900-1700 weekdays, 24/7 cover by the Emergency Duty Team",
    "Year 6 to Year 7 transition, 2026/27 academic year, Key Stage 2, week 12",
    "Years 9/10/11, groups 1, 2 and 3",
    "under section 47 and sections 17, 20, 31, 38 and 47 of the Children Act 1989",
    "section 17(10)(a), Working Together 2023, the 2014 Act, Acts 1989 and 2004",
    "Initial Child Protection Conference on 12 January 2027 at 10am",
    "by 22/11/2026, 01/12/26, 3 December, 12/3, 2027-03-12, March 2027 or 3 Dec 10am",
    "needed until 21 November 2027",
    "We speak for Hackney Children's Services about the EHCP with the SENCo and CAMHS",
    "Tower Hamlets Council, West Yorkshire Police and Great Ormond Street Hospital",
    "The Health Visitor needs the 2 year check before the 3 month review",
    "ring 999 or 101, or NHS 111",
    "0-19 team, 16+ provision, a 3 way call, 6 week court timetable, 24 hour drive",
    "2 x 45 minute sessions, 10½ hours, 3-4pm",
    "Child A and Child B in Group C",
    "COURT OFFICER HERE. PLEASE ASK THE PRACTITIONER TO RING BY FRIDAY",
    "Let us know as soon as you will let us. I'll be in at 9. I'll wait.",
    "in 12 may be, YR10 SEN, Y10 SEN support, KS2 2nd term",
    "6 October half-term places",
    "ring me on ext 4471, ext. 207 or extension 318, any time",
    "2 x 30 minute sessions 2026, 4 x 45 minutes, 3 then 4 visits",
    "they visited last week and yesterday; I wrote a fortnight ago",
    "the WhatsApp group, a Facebook page, a snap decision, posted on Instagram",
    "for Hackney Children's Services with Eastfield clinic",
    "",
]
QUESTIONS = {
    "title": [
        "we met Mr Smith",
        "Mr.Khan knows",
        "MrKhan rang",
        "ms o'neill",
        "dr shah asked",
        "PC Jones was there",
        "Auntie Jo has them",
    ],
    "other_name": [
        "changed surname to Jones",
        "now called Smith",
        "goes by Jones",
        "by deed poll",
        "his name is jay",
        "a boy called jay",
        "formerly looked after here",
        "is known as something else",
        "née x",
        "a.k.a. x",
    ],
    "name": [
        "we met Jade Smith there",
        "Jade Smith needs help",
        "saw J. Smith at home",
        "SMITH, Jade",
        "with Jade SMITH today",
        "seen by Shah-Jones",
        "with Amina_Begum",
        "with AminaBegum",
        "with Amina.Begum",
        "the mother Amina rang",
        "for Jayden",
        "brother of Jayden",
        "Jayden's mum",
        "dad (Dave) rang",
        "pupil JS",
        "about J.S. today",
        "with A. Begum",
        "with Zoë Ångström today",
    ],
    "age": ["aged 9", "she is 9", "a 9-year-old", "nine years old", "9yo", "14 y/o", "age: 15"],
    "birthday": ["her birthday was yesterday", "born last Tuesday", "his 12th birthday"],
    "day": ["placed on 21 Nov", "since October 3rd", "the third of May", "left 1 Sept"],
    "year": ["referral from 2025", "in 2019", "since 2019", "adopted 2015"],
    "reference": ["referral ref 2026/1187", "ref: 2025-0412"],
    "account": ["snapchat is janesmith", "her gmail is janesmith", "janesmith on insta"],
    "area": ["in LS6", "lives near SW1A now", "from ls11"],
    "place": [
        "at Oakfield Primary School",
        "at Oakfield school",
        "the refuge in Leeds",
        "St Mary's nursery",
        "Hillcrest Surgery",
        "st marys primary",
    ],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in REFUSALS.items() for text in texts]
)
def test_what_identifies_is_refused_in_every_spelling(kind, text):
    for sentence in ("{}", "We ask because {} is needed soon", "x\n{}\ny"):
        found = inspect(sentence.format(text), TODAY)
        assert found.verdict == REFUSED
        assert kind in found.refused, found


@pytest.mark.parametrize("text", PASSES)
def test_what_a_colleague_writes_passes(text):
    assert inspect(text, TODAY) == Finding(PASSED, ())


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in QUESTIONS.items() for text in texts]
)
def test_what_may_name_somebody_is_questioned(kind, text):
    found = inspect(f"The plan, {text}", TODAY)
    assert found.verdict == QUESTIONED
    assert kind in found.questioned


def test_every_kind_has_an_example_here():
    assert set(REFUSALS) | set(QUESTIONS) == set(KINDS)


def test_our_own_references_pass_however_they_are_retyped():
    for _ in range(500):
        reference = new_reference()
        assert inspect(f"see {reference}", TODAY).verdict == PASSED
    assert inspect("iw 7kq4 m2xd", TODAY).verdict == PASSED
    assert inspect("iw 2345 6789", TODAY).verdict == REFUSED


def test_days_of_the_year_that_begins_today_may_be_named_and_no_others():
    day = TODAY - timedelta(days=400)
    while day < TODAY + timedelta(days=800):
        stands = TODAY <= day <= TODAY + timedelta(days=366)
        for text in (f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", f"{day:%d %B %Y}", f"{day:%B %d, %Y}"):
            assert (inspect(f"on {text}", TODAY).verdict == PASSED) == stands, text
        day += timedelta(days=7)


def test_refused_kinds_come_first_and_read_as_a_sentence():
    found = inspect("Ring Mr Smith, 07700 900123, SW1A 1AA", TODAY)
    assert found == Finding(REFUSED, ("phone", "postcode", "title"))
    assert in_words(found.refused) == "a phone number and a postcode"
    assert in_words(("phone",)) == "a phone number"
    assert in_words(("phone", "email", "date")) == (
        "a phone number, an email address and a date that is past or more than a year away"
    )


def test_of_5000_generated_identifiers_99_in_100_are_refused():
    missed: Counter[str] = Counter()
    for made in generated(5000, seed=2026, today=TODAY):
        missed[made.kind] += inspect(made.text, TODAY).verdict != REFUSED
    assert set(missed) == set(MADE)
    assert missed.total() <= 50, missed
    assert max(missed.values()) <= 0.03 * 5000 / len(MADE), missed


def test_of_500_honest_reasons_1_in_100_is_refused_and_10_are_questioned():
    """Written by somebody who had not seen the guard; words were added to its lists afterwards."""
    lines = HONEST.read_text(encoding="utf-8").splitlines()
    said = Counter(inspect(json.loads(line)["text"], TODAY).verdict for line in lines)
    assert said.total() == 500
    assert said[REFUSED] <= 5
    assert said[QUESTIONED] <= 50
