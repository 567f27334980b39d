"""The record number at rest: sealed for its row, found by its index, in no dump in clear."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import subprocess
import uuid
from pathlib import Path

import environ
import pytest
from django.conf import settings as real_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as some

from shielding import sealing
from shielding.embedded.binaries import binaries
from shielding.models import Record
from shielding.records import number as record_number
from shielding.records.number import blind_index, normalise, seal, unseal
from shielding.sealing import Unreadable
from tests.support.people import a_practitioner
from tests.support.requests import a_request, a_written_draft

NUMBER = "CP12345678"
ROW, OTHER_ROW = uuid.uuid4(), uuid.uuid4()


def a_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_a_number_comes_back_for_its_own_row():
    assert unseal(seal(NUMBER, table="t", row=ROW), table="t", row=ROW) == NUMBER


def test_the_same_number_is_sealed_differently_each_time():
    assert len({seal(NUMBER, table="t", row=ROW) for _ in range(100)}) == 100


def test_a_ciphertext_moved_to_another_row_or_table_does_not_open():
    sealed = seal(NUMBER, table="t", row=ROW)
    for table, row in (("t", OTHER_ROW), ("u", ROW)):
        with pytest.raises(Unreadable, match="another row"):
            unseal(sealed, table=table, row=row)


@trials(deadline=None)
@given(some.data())
def test_a_changed_or_shortened_ciphertext_does_not_open(data):
    sealed = bytearray(seal(NUMBER, table="t", row=ROW))
    place = data.draw(some.integers(0, len(sealed) - 1))
    if data.draw(some.booleans()):
        sealed[place] ^= data.draw(some.integers(1, 255))
    else:
        del sealed[place:]
    with pytest.raises(Unreadable):
        unseal(bytes(sealed), table="t", row=ROW)


@pytest.mark.parametrize("sealed", [b"", b":", b"k1", b"k1:", b"\xff\xfe:" + bytes(40)])
def test_what_was_never_sealed_does_not_open(sealed):
    with pytest.raises(Unreadable):
        unseal(sealed, table="t", row=ROW)


def test_after_a_new_key_the_old_still_opens_and_the_new_one_seals(settings):
    old, new = a_key(), a_key()
    settings.RECORD_NUMBER_KEYS = f"old:{old}"
    sealed = seal(NUMBER, table="t", row=ROW)
    settings.RECORD_NUMBER_KEYS = f"new:{new},old:{old}"
    assert unseal(sealed, table="t", row=ROW) == NUMBER
    again = seal(NUMBER, table="t", row=ROW)
    assert (sealed.partition(b":")[0], again.partition(b":")[0]) == (b"old", b"new")
    settings.RECORD_NUMBER_KEYS = f"new:{new}"
    assert unseal(again, table="t", row=ROW) == NUMBER
    with pytest.raises(Unreadable, match="not configured"):
        unseal(sealed, table="t", row=ROW)


def test_another_key_under_the_same_id_does_not_open(settings):
    sealed = seal(NUMBER, table="t", row=ROW)
    settings.RECORD_NUMBER_KEYS = f"{sealed.partition(b':')[0].decode()}:{a_key()}"
    with pytest.raises(Unreadable, match="changed"):
        unseal(sealed, table="t", row=ROW)


SHORT = base64.b64encode(bytes(31)).decode()


@pytest.mark.parametrize(
    "keys",
    ["", "k1", ":", f":{a_key()}", f"k1:{SHORT}", f"k1:{SHORT}AAAA", "k1:not base64",
     f"k1:{a_key()},", f"k1:{a_key()},k1:{a_key()}"],
    ids=range(9),  # the keys are random: two test processes would not agree on names made of them
)  # fmt: skip
def test_a_wrong_key_stops_the_start_and_is_not_quoted(settings, keys):
    settings.RECORD_NUMBER_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="RECORD_NUMBER_KEYS") as said:
        sealing.check_keys()
    assert SHORT not in str(said.value)


def test_the_index_key_is_whole_and_not_an_encryption_key(settings):
    settings.RECORD_INDEX_KEY = SHORT
    with pytest.raises(ImproperlyConfigured, match="RECORD_INDEX_KEY"):
        sealing.check_keys()
    settings.RECORD_INDEX_KEY = both = a_key()
    settings.RECORD_NUMBER_KEYS = f"new:{a_key()},old:{both}"
    with pytest.raises(ImproperlyConfigured, match="must not be one of"):
        sealing.check_keys()


@pytest.mark.parametrize(
    "typed",
    ["CP12345678", "cp12345678", " CP 1234 5678 ", "CP-1234-5678", "CP–1234—5678", "CP.1234.5678",
     "ＣＰ１２３４５６７８", "CP\u00a012345678", "CP\u201112345678", "CP\u221212345678",
     "\ufeffCP1234\u200b5678\u00ad", "\u202aCP12345678\u202c"],
)  # fmt: skip
def test_a_number_has_one_spelling(typed):
    assert normalise(typed) == NUMBER
    assert record_number.is_record_number(normalise(typed))


@pytest.mark.parametrize(
    "typed",
    ["", "CP1234567", "CP123456789", "XX12345678", "12345678", "CP1234567O", "CP١٢٣٤٥٦٧٨",
     "CP१२३४५६७८", "CP12345678\n1", "CP12345678\x00", "\u202eCP12345678", "943 476 5919"],
)  # fmt: skip
def test_what_is_no_record_number_is_none(typed):
    assert not record_number.is_record_number(normalise(typed))


def test_the_index_of_a_number_stays_what_it_was():
    """Taking more off what is typed finds the records of before: the index is of the spelling."""
    key = base64.b64decode(real_settings.RECORD_INDEX_KEY)
    expected = hmac.new(key, NUMBER.encode(), hashlib.sha256).digest()
    for typed in ("CP12345678", " cp-1234–5678.", "\u200bCP12345678\u00a0"):
        assert blind_index(normalise(typed)) == expected


@pytest.mark.parametrize(
    "typed", ["CP1234567O", "cpo2345678", "CP1O34O678", "CP123456\u041e\u039f"]
)
def test_a_letter_o_in_place_of_a_zero_is_named(typed):
    assert record_number.has_o_for_zero(normalise(typed))


@pytest.mark.parametrize(
    "typed", ["CP12345678", "CP123456OO8", "OP12345678", "CP1234567I", "", "CPOOOOOOOO", "O" * 5000]
)
def test_no_other_mistake_is_called_a_letter_o(typed):
    assert not record_number.has_o_for_zero(normalise(typed))


def test_a_letter_o_that_belongs_there_is_none_of_the_mistakes(settings):
    settings.RECORD_NUMBER_PATTERN = r"CO\d{4}"
    assert not record_number.has_o_for_zero("CO1234")
    assert record_number.has_o_for_zero("CO123O")


@trials(deadline=None)
@given(some.text(alphabet="CPcpＣＰ0123456789０１２ -–—.\u00a0\u2011", max_size=14))
def test_what_passes_as_a_number_is_in_its_one_spelling(typed):
    number = normalise(typed)
    assert normalise(number) == number
    assert number.isascii() or not record_number.is_record_number(number)


# --- A stolen dump ------------------------------------------------------------------------------


def dump() -> str:
    """Return the whole test database as text, as `pg_dump` writes it for the owner."""
    owner = environ.Env.db_url_config(real_settings.DATABASE_OWNER_URL)
    found = subprocess.run(
        [
            str(binaries("18", None) / "pg_dump"),
            f"--host={connection.settings_dict['HOST']}",
            f"--port={connection.settings_dict['PORT']}",
            f"--username={owner['USER']}",
            "--no-password",
            str(connection.settings_dict["NAME"]),
        ],
        env=os.environ | {"PGPASSWORD": owner["PASSWORD"]},
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    return found.stdout


def forms(number: str) -> dict[str, str]:
    """Return what a number could be recovered from, without the keys, by how it was made."""
    keys = {"no": b"", "the secret": real_settings.SECRET_KEY.encode(), "a zero": bytes(32)}
    hashed = {
        f"HMAC under {name} key": hmac.new(key, number.encode(), "sha256").hexdigest()
        for name, key in keys.items()
    }
    for name in ("md5", "sha1", "sha256", "sha512"):
        hashed |= {name: hashlib.new(name, number.encode()).hexdigest()}
    return hashed | {
        "clear": number,
        "digits": number[2:],
        "backwards": number[::-1],
        "hex": number.encode().hex(),
        "base64": base64.b64encode(number.encode()).decode().rstrip("=")[:-1],
    }


@pytest.mark.django_db(transaction=True)
def test_a_dump_gives_no_number_back():
    # Not counted up from a round number, which may stand in a dump by itself.
    numbers = [f"CP{10_000_000 + secrets.randbelow(90_000_000)}" for _ in range(3)]
    sent = a_request(number=numbers[0])
    a_request(number=numbers[1], decision="considered")
    a_written_draft(a_practitioner(), number=numbers[2])
    text = dump()
    for number in numbers:
        found = {name for name, form in forms(number).items() if form.lower() in text.lower()}
        assert found == set()
    # The search would find them: this is how the index and the ciphertext look in a dump.
    assert blind_index(numbers[0]).hex() in text
    assert bytes(sent.record.number).hex() in text
    assert sent.record.number_in_clear() == numbers[0]


@pytest.mark.django_db(transaction=True)
def test_a_number_stored_in_clear_would_be_found_in_the_dump():
    record = a_request().record
    planted = b"CP31415926"
    Record.objects.filter(pk=record.pk).update(number=planted)
    assert forms(planted.decode())["hex"] in dump()


@pytest.mark.django_db(transaction=True)
def test_a_ciphertext_moved_between_rows_of_the_database_does_not_open():
    one, other = a_request().record, a_request().record
    Record.objects.filter(pk=one.pk).update(number=other.number)
    one.refresh_from_db()
    with pytest.raises(Unreadable):
        one.number_in_clear()
    draft = a_written_draft(a_practitioner())
    draft.number = other.number
    with pytest.raises(Unreadable):
        draft.number_in_clear()


def test_no_key_is_in_the_code():
    root = Path(real_settings.BASE_DIR)
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    secrets = [real_settings.SECRET_KEY, real_settings.RECORD_INDEX_KEY]
    secrets += re.findall(r":([^,]+)", real_settings.RECORD_NUMBER_KEYS)
    for name in listed.stdout.splitlines():
        content = (root / name).read_bytes() if (root / name).is_file() else b""
        assert not [True for secret in secrets if secret.encode() in content], name


def test_what_one_purpose_keys_no_other_purpose_finds(settings):
    address = sealing.keyed("address", "192.0.2.1")
    assert address == sealing.keyed("address", "192.0.2.1")
    others = [sealing.keyed("account", "192.0.2.1"), sealing.keyed("address", "192.0.2.2")]
    assert address not in [*others, blind_index("192.0.2.1")]
    settings.RECORD_INDEX_KEY = a_key()
    assert address != sealing.keyed("address", "192.0.2.1")
