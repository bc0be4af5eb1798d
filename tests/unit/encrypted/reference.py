"""The same head by TenSEAL's documented ways, to compare with in tests and benchmarks; nothing of docpriv uses it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def documented_context(*, rotations: bool) -> Any:
    """N = 4096, 106 of at most 109 bits: the smallest that TenSEAL's own ways take with a rescaling."""
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[38, 30, 38], n_threads=1)
    context.global_scale = 2.0**30
    if rotations:
        context.generate_galois_keys()
    return context


def lazy_context() -> Any:
    """N = 4096 for one product that is not rescaled."""
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[60, 49], n_threads=1)
    context.global_scale = 2.0**27
    context.auto_rescale = False
    return context


def by_vector(context: Any, features: Floats, weights: Floats, bias: Floats) -> Floats:
    """Logits (C,) of one document (d,): `ckks_vector(x).mm(W) + b`. Bytes go over as between two machines."""
    import tenseal as ts

    sent = ts.ckks_vector(context, features.tolist()).serialize()
    product = ts.ckks_vector_from(context, sent).mm(weights.T.tolist()) + bias.tolist()
    return np.array(ts.ckks_vector_from(context, product.serialize()).decrypt())


def by_tensor(context: Any, features: Floats, weights: Floats, bias: Floats) -> Floats:
    """Logits (n, C) of documents (n, d): `ckks_tensor(batch=True).mm(W)`; the bias is added after decryption."""
    import tenseal as ts

    sent = ts.ckks_tensor(context, ts.plain_tensor(features[:, None, :].tolist()), batch=True).serialize()
    product = ts.ckks_tensor_from(context, sent).mm(ts.plain_tensor(weights.T.tolist()))
    found = ts.ckks_tensor_from(context, product.serialize()).decrypt()
    return np.array(found.raw).reshape(len(features), len(bias)) + bias
