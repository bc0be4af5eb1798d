"""Where documents, weights and scores stand in a polynomial, in plain numpy.

CKKS encodes N/2 complex slots: the values of a polynomial of N real coefficients at half of the primitive 2N-th roots of
unity. Coefficient packing wants the coefficients themselves, so it goes through that embedding and back.

Coefficient packing ("rcp"), m documents and g classes, m g d <= N:
    x(X) = sum_i sum_j x_ij X^(i g d + j)        w(X) = sum_c sum_j w_cj X^(c d + d - 1 - j)
    score(i, c) = coefficient i g d + c d + d - 1 of x(X) w(X), which no other product reaches, wrapped or not
Feature-major ("rfm"): one polynomial a feature; slot t = x_t + i x_(t + N/2), and weights, being real, keep the two apart.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from docpriv.encrypted.profile import LIN_1, Shape

Reals = npt.NDArray[np.float64]
Slots = npt.NDArray[np.complex128]
_FEW: Final = 64  # coefficients that are read one by one
_GENERATOR: Final = 3  # the order of SEAL's slots: slot i is the value at the root zeta^(3^i)


class Embedding:
    """The canonical embedding of X^N + 1 in the order of SEAL's slots."""

    def __init__(self, degree: int) -> None:
        powers = np.empty(degree // 2, np.int64)
        power = 1
        for i in range(degree // 2):
            powers[i] = power
            power = power * _GENERATOR % (2 * degree)
        self._degree = degree
        self.powers = powers  # slot t is the value at exp(i pi powers[t] / degree)
        self._twist = np.exp(1j * np.pi * np.arange(degree) / degree)
        self._at = (powers - 1) // 2
        self._conjugate_at = (2 * degree - powers - 1) // 2

    def slots(self, coefficients: Reals) -> Slots:
        """complex (N/2,) of real coefficients (N,)."""
        values = np.fft.ifft(coefficients * self._twist) * self._degree
        out: Slots = values[self._at]
        return out

    def coefficients(self, slots: Slots) -> Reals:
        """Real (N,) of complex slots (N/2,)."""
        values = np.zeros(self._degree, np.complex128)
        values[self._at] = slots
        values[self._conjugate_at] = np.conj(slots)
        out: Reals = (np.fft.fft(values) / self._degree * np.conj(self._twist)).real
        return out


@cache
def embedding(degree: int) -> Embedding:
    return Embedding(degree)


def document_slots(shape: Shape, features: Reals, index: int) -> Slots:
    """Slots of request ciphertext `index` of features (documents, d); what a layout leaves free is zero."""
    degree = LIN_1.degree
    if shape.layout == "rfm":
        column = np.zeros(degree)
        column[: len(features)] = features[:, index]
        out: Slots = column[: degree // 2] + 1j * column[degree // 2 :]
        return out
    rows = features[index * shape.together : (index + 1) * shape.together]
    packed = np.zeros((shape.together, shape.group * shape.dimension))
    packed[: len(rows), : shape.dimension] = rows
    coefficients = np.zeros(degree)
    coefficients[: packed.size] = packed.reshape(-1)
    return embedding(degree).slots(coefficients)


def weight_slots(shape: Shape, weights: Reals, group: int) -> Slots:
    """Slots of the weights (C, d) of the classes of a class group, for coefficient packing."""
    chosen = weights[group * shape.group : (group + 1) * shape.group]
    coefficients = np.zeros(LIN_1.degree)
    coefficients[: chosen.size] = chosen[:, ::-1].reshape(-1)
    return embedding(LIN_1.degree).slots(coefficients)


def bias_slots(shape: Shape, bias: Reals, group: int) -> Slots:
    """Slots of the bias (C,) of the classes of a class group, for every document of a ciphertext."""
    degree = LIN_1.degree
    if shape.layout == "rfm":
        return np.full(degree // 2, bias[group] * (1 + 1j))
    chosen = np.zeros(shape.group)
    chosen[: len(bias[group * shape.group : (group + 1) * shape.group])] = bias[group * shape.group : (group + 1) * shape.group]
    coefficients = np.zeros(degree)
    coefficients[_score_places(shape)] = np.tile(chosen, shape.together)
    return embedding(degree).slots(coefficients)


def scores(shape: Shape, replies: list[Slots]) -> Reals:
    """Scores (documents, C) of the decrypted slots of all reply ciphertexts, in their order."""
    degree = LIN_1.degree
    if shape.layout == "rfm":
        columns = [np.concatenate([slots.real, slots.imag])[: shape.documents] for slots in replies]
        return np.stack(columns, axis=1)
    count = shape.together * shape.group
    if count <= _FEW:
        found = (np.stack(replies) @ _reader(degree, shape.dimension, count)).real
    else:
        found = np.stack([embedding(degree).coefficients(slots)[_score_places(shape)] for slots in replies])
    parts = found.reshape(shape.request_ciphertexts, shape.class_groups, shape.together, shape.group)
    out: Reals = parts.transpose(0, 2, 1, 3).reshape(shape.request_ciphertexts * shape.together, -1)
    return out[: shape.documents, : shape.classes]


@lru_cache(maxsize=8)
def _reader(degree: int, dimension: int, count: int) -> Slots:
    """complex (N/2, count): the real part of slots times this is the coefficients that hold scores.

    For a few coefficients less work than the whole transform.
    """
    places = np.arange(count) * dimension + dimension - 1
    angles = embedding(degree).powers[:, None] * places % (2 * degree)
    out: Slots = np.exp(-1j * np.pi * angles / degree) * (2 / degree)
    return out


def _score_places(shape: Shape) -> npt.NDArray[np.int64]:
    """Coefficients that hold scores: documents by classes of a group, flat."""
    count = shape.together * shape.group
    return np.arange(count, dtype=np.int64) * shape.dimension + shape.dimension - 1
