"""Parameters, shapes and packing: what is packed multiplies to scores, and what does not fit is refused."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docpriv.encrypted.frames import HEADER, TAG_BYTES
from docpriv.encrypted.packing import bias_slots, document_slots, embedding, scores, weight_slots
from docpriv.encrypted.profile import (
    LIN_1,
    MOST_FRAME_BYTES,
    MOST_REPLY_CIPHERTEXTS,
    RFM_FROM,
    Shape,
    shapes_of,
)
from docpriv.encrypted.seal import make_context, sealapi
from docpriv.errors import EncryptedPathError, UsageError
from tests.unit.encrypted.made import head, unit_rows


def test_seal_takes_the_profile_for_128_bits_and_nothing_weaker(he: None) -> None:
    context = make_context(LIN_1)
    (prime,) = [m.value() for m in context.seal.first_context_data().parms().coeff_modulus()]
    assert prime.bit_length() == LIN_1.modulus_bits
    for weaker in (replace(LIN_1, modulus_bits=55), replace(LIN_1, degree=1024, modulus_bits=30)):
        with pytest.raises(EncryptedPathError):
            make_context(weaker)


def test_no_score_can_reach_half_the_modulus() -> None:
    """The largest coefficient: sqrt(2) where a slot holds two scores of 1, and the noise beside it."""
    assert sqrt(2) * LIN_1.product_scale * 1.01 < 2.0 ** (LIN_1.modulus_bits - 1)


def test_what_is_decided_is_more_than_both_errors_can_move() -> None:
    """Weights that all round against a document, and six deviations of the noise of two scores."""
    rounding = sqrt(LIN_1.most_dimensions) / LIN_1.weight_scale / 2
    noise = 3.2 * sqrt(LIN_1.degree / 2) / LIN_1.feature_scale
    assert 2 * rounding + 6 * 2 * noise < LIN_1.undecided_below


@given(documents=st.integers(1, 6000), dimension=st.integers(1, 256), classes=st.integers(2, 64))
@settings(max_examples=150)
def test_every_batch_is_cut_into_frames_within_the_limits(documents: int, dimension: int, classes: int) -> None:
    shapes = shapes_of(documents, dimension, classes)
    assert sum(one.documents for one in shapes) == documents
    for one in shapes:
        assert one.layout == ("rfm" if documents >= RFM_FROM else "rcp")
        assert one.reply_ciphertexts <= MOST_REPLY_CIPHERTEXTS
        for count, (_, most) in ((one.request_ciphertexts, LIN_1.seeded_bytes), (one.reply_ciphertexts, LIN_1.full_bytes)):
            assert HEADER.size + TAG_BYTES + count * (most + 4) < MOST_FRAME_BYTES


@pytest.mark.parametrize(
    "change",
    [
        {"documents": 0},
        {"documents": 2049},
        {"dimension": 0},
        {"dimension": 257},
        {"classes": 1},
        {"classes": 65},
        {"group": 0},
        {"group": 17},
        {"group": 9},
        {"layout": "cfp"},
        {"layout": "rfm", "group": 2},
        {"documents": 2000, "classes": 16, "group": 1},
    ],
)
def test_a_shape_that_cannot_be_is_refused(change: dict) -> None:
    good = {"layout": "rcp", "documents": 1, "dimension": 256, "classes": 16, "group": 8}
    assert Shape(**good).request_ciphertexts == 1
    with pytest.raises(UsageError):
        Shape(**(good | change))


def test_a_single_document_shares_ciphertexts_between_classes() -> None:
    (one,) = shapes_of(1, 256, 16)
    assert (one.group, one.request_ciphertexts, one.reply_ciphertexts) == (8, 1, 2)
    (many,) = shapes_of(64, 256, 16)
    assert (many.group, many.request_ciphertexts) == (1, 8)


def negacyclic(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a b mod X^N + 1, coefficients written out: nothing of the embedding is used."""
    whole = np.convolve(a, b)
    out = whole[: len(a)].copy()
    out[: len(whole) - len(a)] -= whole[len(a) :]
    return out


@pytest.mark.parametrize(
    ("documents", "dimension", "classes", "group"),
    [
        (1, 256, 16, 8),
        (20, 256, 16, 1),
        (7, 100, 5, 3),
        (3, 256, 64, 8),
        (9, 1, 2, 2),
        (5, 37, 7, 7),
        (4, 250, 2, 1),
    ],
)
def test_packed_coefficients_multiply_to_every_score(documents: int, dimension: int, classes: int, group: int) -> None:
    shape = Shape(layout="rcp", documents=documents, dimension=dimension, classes=classes, group=group)
    weights, bias = head(dimension, classes)
    rows, at = unit_rows(documents, dimension).astype(np.float64), embedding(LIN_1.degree)
    replies = []
    for index in range(shape.request_ciphertexts):
        x = at.coefficients(document_slots(shape, rows, index))
        for part in range(shape.class_groups):
            product = negacyclic(x, at.coefficients(weight_slots(shape, weights, part)))
            replies.append(at.slots(product) + bias_slots(shape, bias, part))
    assert np.abs(scores(shape, replies) - (rows @ weights.T + bias)).max() < 1e-9


def test_features_in_slots_keep_both_halves_of_the_documents_apart() -> None:
    shape = Shape(layout="rfm", documents=1500, dimension=3, classes=4, group=1)
    weights, bias = head(3, 4)
    rows = unit_rows(1500, 3).astype(np.float64)
    columns = [document_slots(shape, rows, feature) for feature in range(3)]
    replies = [sum(w * z for w, z in zip(weights[c], columns, strict=True)) + bias_slots(shape, bias, c) for c in range(4)]
    assert np.abs(scores(shape, replies) - (rows @ weights.T + bias)).max() < 1e-12


def test_the_embedding_is_that_of_seal(he: None) -> None:
    context, api = make_context(LIN_1), sealapi()
    plain = api.Plaintext()
    monomial = np.zeros(LIN_1.degree)
    monomial[[3, 1500]] = 0.5, -0.25
    context.encoder.encode(embedding(LIN_1.degree).slots(monomial).tolist(), 2.0**40, plain)
    found = embedding(LIN_1.degree).coefficients(np.array(context.encoder.decode_complex(plain)))
    assert np.abs(found - monomial).max() < 1e-9
    assert np.abs(embedding(LIN_1.degree).coefficients(embedding(LIN_1.degree).slots(monomial)) - monomial).max() < 1e-12
