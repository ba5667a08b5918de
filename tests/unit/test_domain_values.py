"""Breaker, bucket, signature, redaction, fingerprint, product matching."""

from decimal import Decimal
from pathlib import Path

import polib
import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.breaker import Breaker
from odoo.addons.retail_sync_core.domain.bucket import Bucket
from odoo.addons.retail_sync_core.domain.fingerprint import fingerprint
from odoo.addons.retail_sync_core.domain.mapping import match_product, normalize
from odoo.addons.retail_sync_core.domain.redact import redact
from odoo.addons.retail_sync_core.domain.signature import (
    sign_hmac_sha256,
    verify_hmac_sha256,
)


def failed(times, now_s=0.0):
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.failed(now_s)
    return breaker


def test_the_breaker_opens_at_the_fifth_failure_in_a_row():
    assert failed(4).allows(0)
    assert not failed(5).allows(0)


def test_an_answer_in_between_starts_the_count_anew():
    assert failed(4).succeeded().failed(0).allows(0)


def test_an_open_breaker_lets_a_probe_through_after_the_cooldown():
    breaker = failed(5, now_s=100)

    assert not breaker.allows(219)
    assert breaker.allows(220)
    assert breaker.opens_again_at() == 220


def test_a_failed_probe_opens_the_breaker_for_another_cooldown():
    breaker = failed(5, now_s=100).failed(220)

    assert not breaker.allows(339)
    assert breaker.succeeded().is_closed


def test_a_bucket_refills_with_time_up_to_its_capacity():
    bucket = Bucket(capacity=100, per_s=10, tokens=0, at_s=0)

    assert bucket.refilled(3).tokens == 30
    assert bucket.refilled(60).tokens == 100


def test_a_bucket_gives_nothing_that_is_not_there():
    bucket = Bucket(capacity=100, per_s=10, tokens=20, at_s=0)

    assert bucket.take(21, 0) is None
    assert bucket.take(20, 0).tokens == 0
    assert bucket.wait_s(50, 0) == 3


def test_a_cost_above_the_capacity_waits_for_a_full_bucket_only():
    assert Bucket(100, 10, 0, 0).wait_s(1000, 0) == 10


def test_a_clock_that_steps_back_takes_no_tokens():
    assert Bucket(100, 10, 50, at_s=10).refilled(5).tokens == 50


def test_the_channels_own_word_corrects_the_bucket():
    assert Bucket(100, 10, 90, 0).corrected(5, 1, capacity=200) == Bucket(200, 10, 5, 1)


def test_a_signature_is_of_the_raw_bytes():
    signed = sign_hmac_sha256(b'{"a": 1}', "s3cret")

    assert verify_hmac_sha256(b'{"a": 1}', signed, ["s3cret"])
    assert not verify_hmac_sha256(b'{"a":1}', signed, ["s3cret"])


def test_the_old_secret_still_signs_while_it_is_rotated():
    signed = sign_hmac_sha256(b"x", "old")

    assert verify_hmac_sha256(b"x", signed, ["new", "old"])


@pytest.mark.parametrize("received", [None, "", "nonsense", "ü"])
def test_a_missing_or_odd_signature_is_refused(received):
    assert not verify_hmac_sha256(b"x", received, ["s3cret"])


def test_an_empty_secret_signs_nothing():
    assert not verify_hmac_sha256(b"x", sign_hmac_sha256(b"x", ""), [""])


@pytest.mark.parametrize(
    "text",
    [
        "GET /x?access_token=hush1234&y=1",
        '{"client_secret": "two words hush1234"}',
        "X-Shopify-Access-Token: hush1234",
        "Authorization: Bearer hush1234",
        "{'Authorization': 'Bearer hush1234'}",
        "password=hush1234",
        "the value hush1234 itself",
    ],
)
def test_no_secret_survives_redaction(text):
    assert "hush1234" not in redact(text, known=("hush1234",))


def test_redaction_leaves_our_own_sentences_whole():
    root = Path(__file__).resolve().parents[2]
    terms = [
        text
        for path in root.glob("retail_sync_*/i18n/*.po")
        for entry in polib.pofile(str(path))
        for text in (entry.msgid, entry.msgstr)
    ]

    assert len(terms) > 1000
    assert [term for term in terms if redact(term) != term] == []


def test_redaction_finds_secrets_it_was_not_told():
    assert "hush1234" not in redact("Authorization: Bearer hush1234")
    assert "shpat_0123456789abcdef" not in redact("sent shpat_0123456789abcdef away")
    assert "jane@shop.example" not in redact("jane@shop.example wrote")


def test_equal_documents_have_equal_fingerprints():
    ten = doc.Tax(title="VAT", rate=Decimal("0.2"), amount=Decimal("10.0"))
    same = doc.Tax(title="VAT", rate=Decimal("0.20"), amount=Decimal("10.00"))
    more = doc.Tax(title="VAT", rate=Decimal("0.20"), amount=Decimal("10.01"))

    assert fingerprint(ten) == fingerprint(same) != fingerprint(more)


def test_a_product_is_matched_by_barcode_before_sku():
    match = match_product("400", "MUG", {"400": [1]}, {"MUG": [2]})

    assert (match.reason, match.ids) == ("barcode", (1,))


def test_an_ambiguous_key_is_left_to_a_person():
    match = match_product("", " mug ", {}, {"MUG": [2, 3]})

    assert (match.reason, match.is_unique) == ("ambiguous_sku", False)


def test_an_ambiguous_barcode_is_not_overruled_by_the_sku():
    assert match_product("4", "MUG", {"4": [1, 5]}, {"MUG": [2]}).reason == (
        "ambiguous_barcode"
    )


def test_names_compare_without_accents_and_case():
    assert normalize("  Genève  Centre ") == normalize("GENEVE centre")
