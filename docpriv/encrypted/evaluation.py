"""A linear head over encrypted features: products and sums, without any key.

Neither relinearisation nor rescaling nor rotation is needed, hence no evaluation keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from docpriv.encrypted.model_file import ServerModel
from docpriv.encrypted.packing import bias_slots, weight_slots
from docpriv.encrypted.profile import LIN_1, Shape
from docpriv.encrypted.seal import load_ciphertext, make_context, sealapi, to_bytes


class LinearEvaluator:
    """Computes a head; for one thread."""

    def __init__(self, model: ServerModel) -> None:
        self._model = model
        self._context = make_context()
        self._evaluator = sealapi().Evaluator(self._context.seal)
        self._weights = model.scaled_weights()
        self._grouped = lru_cache(maxsize=4)(self._encoded_groups)
        self._spread = lru_cache(maxsize=1)(self._encoded_bias)

    def evaluate(self, shape: Shape, ciphertexts: Iterable[bytes | memoryview]) -> Iterator[bytes]:
        """Reply ciphertexts, in order, of the request ciphertexts of a frame; FrameError for one that is not of the profile.

        One request ciphertext is in memory at a time.
        """
        return self._by_feature(shape, ciphertexts) if shape.layout == "rfm" else self._by_document(shape, ciphertexts)

    def _by_document(self, shape: Shape, ciphertexts: Iterable[bytes | memoryview]) -> Iterator[bytes]:
        product = sealapi().Ciphertext()
        for data in ciphertexts:
            loaded = self._loaded(data)
            for weights, bias in self._grouped(shape.group):
                self._evaluator.multiply_plain(loaded, weights, product)
                self._evaluator.add_plain_inplace(product, bias)
                yield to_bytes(product)

    def _by_feature(self, shape: Shape, ciphertexts: Iterable[bytes | memoryview]) -> Iterator[bytes]:
        api, evaluator, encoder = sealapi(), self._evaluator, self._context.encoder
        scale = LIN_1.weight_scale
        sums: list[Any] = [None] * shape.classes
        product, weight = api.Ciphertext(), api.Plaintext()
        for data, column in zip(ciphertexts, self._weights.T.tolist(), strict=True):
            loaded = self._loaded(data)
            for at, value in enumerate(column):
                if value == 0.0:  # SEAL refuses a product that shows its plaintext
                    continue
                encoder.encode(value, scale, weight)
                if sums[at] is None:
                    sums[at] = api.Ciphertext()
                    evaluator.multiply_plain(loaded, weight, sums[at])
                else:
                    evaluator.multiply_plain(loaded, weight, product)
                    evaluator.add_inplace(sums[at], product)
        for total, bias in zip(sums, self._spread(), strict=True):
            evaluator.add_plain_inplace(total, bias)
            yield to_bytes(total)

    def _loaded(self, data: bytes | memoryview) -> Any:
        return load_ciphertext(self._context, data, LIN_1.feature_scale)

    def _encoded_groups(self, group: int) -> list[tuple[Any, Any]]:
        """Weights and bias of each class group, for as many documents as a ciphertext takes."""
        shape = self._shape("rcp", group)
        return [
            (
                self._encoded(weight_slots(shape, self._weights, at), LIN_1.weight_scale),
                self._encoded(bias_slots(shape, self._model.bias, at), LIN_1.product_scale),
            )
            for at in range(shape.class_groups)
        ]

    def _encoded_bias(self) -> list[Any]:
        shape = self._shape("rfm", 1)
        return [self._encoded(bias_slots(shape, self._model.bias, at), LIN_1.product_scale) for at in range(shape.classes)]

    def _shape(self, layout: str, group: int) -> Shape:
        return Shape(
            layout=layout,
            documents=1,
            dimension=self._model.dimension,
            classes=len(self._model.labels),
            group=group,
        )

    def _encoded(self, slots: Any, scale: float) -> Any:
        out = sealapi().Plaintext()
        self._context.encoder.encode(slots.tolist(), scale, out)
        return out
