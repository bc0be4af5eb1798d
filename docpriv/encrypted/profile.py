"""The parameters of encrypted classification, where they come from, and how documents lie in ciphertexts.

Frames name the profile by its id alone. What a context is made of is written here and nowhere else, so that nobody can send
parameters that are weak, or so large that making their tables is an attack.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from docpriv.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Parameters of CKKS and what follows from them.

    `degree`: N, coefficients of a polynomial; N/2 complex slots. `modulus_bits`: bits of the one prime q.
    `feature_scale`, `weight_scale`: what features and weights are multiplied by before they are rounded.
    `error`: the largest error of a score that was measured, in units of tau (see below), over features of norm 1.
    `undecided_below`: smallest distance of the two best scores, in units of tau, at which a label is given.
    `seeded_bytes`, `full_bytes`: least and most bytes of a ciphertext as the station and as the server write it.
    `seal`: major and minor version of SEAL whose files are accepted.
    """

    name: str
    id: int
    degree: int
    modulus_bits: int
    feature_scale: float
    weight_scale: float
    error: float
    most_dimensions: int
    most_classes: int
    seeded_bytes: tuple[int, int]
    full_bytes: tuple[int, int]
    seal: tuple[int, int]

    @property
    def slots(self) -> int:
        return self.degree // 2

    @property
    def product_scale(self) -> float:
        return self.feature_scale * self.weight_scale

    @property
    def undecided_below(self) -> float:
        return 10 * self.error


LIN_1: Final = Profile(
    name="lin-1",
    id=1,
    degree=2048,
    modulus_bits=54,
    feature_scale=2.0**30,
    weight_scale=2.0**22,
    error=6e-7,
    most_dimensions=256,
    most_classes=64,
    seeded_bytes=(15_000, 17_000),
    full_bytes=(30_000, 33_500),
    seal=(4, 3),
)
"""One product of a ciphertext and a plaintext, no rescaling, no evaluation keys.

Security: N = 2048 with a modulus of 54 bits, secret keys uniform over {-1, 0, 1} and errors of deviation 3.2 is the entry for
128 bits (classical) of the Homomorphic Encryption Standard (Albrecht et al., HomomorphicEncryption.org, November 2018, table 1);
SEAL refuses to make a context that lies under it (`sec_level_type::tc128`). No special prime is needed, since no key is switched.

Correctness: the head is divided by tau = max ||w_c|| + max |b_c|, so that every score is at most 1 in size for features of
norm at most 1 (Cauchy and Schwarz). Scaled by 2^52 it stays under q/2 = 2^53 and cannot wrap, nor can the coefficients of a
polynomial that holds two scores a slot: they are at most sqrt(2) times the largest score.

Scales: the product is bound by q; within it 2^30 and 2^22 balance the two errors. Rounding weights to 2^-22 costs a deviation
of 2^-22/sqrt(12), and the noise of a slot is 3.2 sqrt(N/2)/2^30 at most. Measured with weights of equal norm (d = 256): deviation
1.2e-7 and at most 5.9e-7 over 2^20 scores feature by feature, 7e-8 and 3.1e-7 over 2^17 with coefficients packed. With 2^32 and
2^20, the same product, errors are two to four times as large.

A label that is given is the plaintext's: two scores are off by at most 2 sqrt(d) 2^-23 = 3.8e-6 together, however the rounded
weights meet a document, and by 1.1e-6 for six deviations of the noise: less than `undecided_below`, which is why d is limited.
"""

MOST_FRAME_BYTES: Final = 64 << 20
MOST_DOCUMENTS: Final = 2048
"""Documents of one frame: a full set of the feature-major layout. Larger batches are several frames."""

MOST_REPLY_CIPHERTEXTS: Final = 1024
"""Of one frame: 34 MB."""

RFM_FROM: Final = 128
"""Documents from which one ciphertext a feature is sent instead of coefficients packed by document: half the bytes from here
on (d = 256, 16 classes); a little dearer in time up to 192 documents, cheaper beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the documents of a frame lie in ciphertexts. UsageError for a shape that the profile cannot hold.

    `layout` "rcp" (coefficients packed): `group` classes and N // (group * dimension) documents a ciphertext.
    `layout` "rfm" (feature-major): one ciphertext a feature, two documents a slot; `group` is 1.
    """

    layout: str
    documents: int
    dimension: int
    classes: int
    group: int

    def __post_init__(self) -> None:
        p = LIN_1
        fits = (
            self.layout in LAYOUTS
            and 1 <= self.documents <= MOST_DOCUMENTS
            and 1 <= self.dimension <= p.most_dimensions
            and 2 <= self.classes <= p.most_classes
            and 1 <= self.group <= self.classes
            and (self.group == 1 if self.layout == "rfm" else self.group * self.dimension <= p.degree)
        )
        if not fits or self.reply_ciphertexts > MOST_REPLY_CIPHERTEXTS:
            raise UsageError("documents, features and classes do not fit the layout of a frame")

    @property
    def together(self) -> int:
        """Documents of one ciphertext, or of one set of them."""
        return LIN_1.degree if self.layout == "rfm" else LIN_1.degree // (self.group * self.dimension)

    @property
    def class_groups(self) -> int:
        """Ciphertexts that hold the scores of one ciphertext of documents."""
        return ceil(self.classes / self.group)

    @property
    def request_ciphertexts(self) -> int:
        return self.dimension if self.layout == "rfm" else ceil(self.documents / self.together)

    @property
    def reply_ciphertexts(self) -> int:
        return self.classes if self.layout == "rfm" else self.request_ciphertexts * self.class_groups

    @property
    def products(self) -> int:
        """Products of a ciphertext and a plaintext that the evaluation takes."""
        return self.dimension * self.classes if self.layout == "rfm" else self.reply_ciphertexts


LAYOUTS: Final = ("rcp", "rfm")


def check_head_size(dimension: int, classes: int) -> None:
    """UsageError for a head that the profile cannot hold."""
    p = LIN_1
    if not (1 <= dimension <= p.most_dimensions and 2 <= classes <= p.most_classes):
        raise UsageError(f"profile {p.name} takes up to {p.most_dimensions} features and 2 to {p.most_classes} classes")


def shapes_of(documents: int, dimension: int, classes: int, *, layout: str | None = None) -> list[Shape]:
    """Shapes of the frames that hold a batch, in order; the layout by its size unless one is named.

    UsageError for dimensions that the profile cannot hold.
    """
    check_head_size(dimension, classes)
    chosen = layout or ("rfm" if documents >= RFM_FROM else "rcp")
    group, most = 1, LIN_1.degree
    out = []
    while documents > 0:
        if chosen == "rcp":
            group = _group(documents, dimension, classes)
            rows = MOST_REPLY_CIPHERTEXTS // ceil(classes / group)
            most = min(MOST_DOCUMENTS, rows * (LIN_1.degree // (group * dimension)))
        out.append(Shape(layout=chosen, documents=min(documents, most), dimension=dimension, classes=classes, group=group))
        documents -= most
    return out


def _group(documents: int, dimension: int, classes: int) -> int:
    """Classes a ciphertext that make the fewest bytes: one reply ciphertext weighs as much as two of the request."""

    def cost(group: int) -> int:
        return ceil(documents / (LIN_1.degree // (group * dimension))) * (1 + 2 * ceil(classes / group))

    return min(range(1, min(classes, LIN_1.degree // dimension) + 1), key=lambda g: (cost(g), g))
