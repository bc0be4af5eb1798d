"""Frames that nobody honest sends, against a server and a station, in a process under limits: run by `test_hostile`.

    python -m tests.unit.encrypted.hostile FOLDER

Prints counts as JSON. Ends with a traceback where anything but one clear error came of a frame that must be refused.
"""

from __future__ import annotations

import json
import random
import resource
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from docpriv.encrypted.frames import HEADER, Direction, open_frame
from docpriv.encrypted.profile import LIN_1
from docpriv.encrypted.seal import load_ciphertext, make_context, sealapi, to_bytes
from docpriv.errors import EncryptedPathError
from tests.unit.encrypted.made import Pair, make_pair, signed, unit_rows

MEGABYTES = 200  # over what the process holds when the attacks begin
SECONDS = 300  # of CPU
_NAMES = (
    "magic",
    "version",
    "kind",
    "profile",
    "station",
    "key",
    "schema",
    "model",
    "nonce",
    "layout",
    "zero",
    "dimension",
    "classes",
    "group",
    "documents",
    "ciphertexts",
)
_BITS = {
    "version": 8,
    "kind": 8,
    "profile": 16,
    "layout": 8,
    "zero": 8,
    "dimension": 16,
    "classes": 16,
    "group": 16,
    "ciphertexts": 32,
}
_IDS = ("station", "schema", "model")
_OF_REPLIES = ("key", "nonce", "group")  # that a server cannot know to be wrong

Case = tuple[str, bytes]


def on_the_way(frames: list[bytes], draw: random.Random) -> Iterator[Case]:
    """Changed by somebody without the MAC key."""
    for _ in range(250):
        data = bytearray(draw.choice(frames))
        for _ in range(draw.choice((1, 1, 3, 50))):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        yield "bits turned", bytes(data)
    for _ in range(120):
        data = draw.choice(frames)
        yield "cut", data[: draw.randrange(len(data))]
    for _ in range(100):
        data = draw.choice(frames)
        yield "grown", data + draw.randbytes(draw.choice((1, 4, 100, 16_000)))
    for _ in range(120):
        one, other = draw.sample(frames, 2)
        at = draw.randrange(HEADER.size + 100, min(len(one), len(other)) - 40)
        yield "spliced", one[:at] + other[at:]
    for _ in range(120):
        length = draw.choice((0, 1, 100, 167, 168, 200, 16_000, 40_000))
        yield (
            "invented",
            draw.choice((b"", b"DPHE", b"DPHE\1\1\0\1", draw.choice(frames)[: HEADER.size])) + draw.randbytes(length),
        )


def by_liars(frames: list[bytes], key: bytes, draw: random.Random, names: tuple[str, ...]) -> Iterator[Case]:
    """Heads, lengths and heads of SEAL that do not fit, with the right MAC."""
    for _ in range(200):
        data = draw.choice(frames)
        values = dict(zip(_NAMES, HEADER.unpack_from(data), strict=True))
        name = draw.choice([*(one for one in _BITS if one != "group"), *_IDS, *names])
        wrong: Any = values[name]
        while wrong == values[name]:
            if name in _BITS:
                wrong = draw.choice((0, 1, 2, 7, 2 ** _BITS[name] - 1, draw.randrange(2 ** _BITS[name])))
            else:
                wrong = draw.randbytes(len(values[name]))
        yield f"head: {name}", signed(HEADER.pack(*(values | {name: wrong}).values()) + data[HEADER.size :], key)
    for _ in range(80):
        data = bytearray(draw.choice(frames))
        (length,) = struct.unpack_from(">I", data, HEADER.size)
        wrong = draw.choice((0, 1, length - 1, length + 1, 2**31, 2**32 - 1, draw.randrange(2**32)))
        struct.pack_into(">I", data, HEADER.size, wrong)
        yield "length", signed(bytes(data), key)
    for _ in range(80):
        data = bytearray(draw.choice(frames))
        at = HEADER.size + 4 + draw.randrange(16)
        data[at] ^= 1 << draw.randrange(8)
        yield "head of SEAL", signed(bytes(data), key)


def off_profile(
    direction: Direction, good: list[bytes], station_key: bytes, scale: float, draw: random.Random
) -> dict[str, bytes]:
    """Things that SEAL wrote and that are no ciphertext of the profile for this direction."""
    api, context = sealapi(), make_context(LIN_1)
    plain = api.Plaintext()
    slots = [0.1 + 0.2j] * LIN_1.slots

    def fresh(scale: float, context: Any, encoder: Any, slots: list[complex]) -> Any:
        encoder.encode(slots, scale, plain)
        return api.Encryptor(context, api.KeyGenerator(context).secret_key()).encrypt_symmetric(plain)

    def other(degree: int, bits: int) -> Any:
        parameters = api.EncryptionParameters(api.SCHEME_TYPE.CKKS)
        parameters.set_poly_modulus_degree(degree)
        parameters.set_coeff_modulus(api.CoeffModulus.Create(degree, [bits]))
        return api.SEALContext(parameters, True, api.SEC_LEVEL_TYPE.TC128)

    def expanded(seeded: bytes, context: Any) -> Any:
        return load_ciphertext(context, seeded, scale)

    def saved(thing: Any) -> bytes:
        return to_bytes(thing)

    seeded = saved(fresh(scale, context.seal, context.encoder, slots))
    full = expanded(seeded, context)
    found = {"the secret key": station_key, "a plaintext": saved(plain)}
    for name, parameters in (("another modulus", (2048, 53)), ("another degree", (4096, 54)), ("a small degree", (1024, 27))):
        try:
            foreign = other(*parameters)
            found[name] = saved(fresh(2.0**20, foreign, api.CKKSEncoder(foreign), slots[: parameters[0] // 2]))
        except (RuntimeError, ValueError) as exc:
            raise AssertionError(name) from exc
    for factor in (0.5, 0.25):
        found[f"a scale times {factor}"] = saved(fresh(scale * factor, context.seal, context.encoder, slots))
    if direction is Direction.REQUEST:
        found["not seeded"] = saved(full)
    else:
        found["seeded"] = seeded
        for factor in (0.5, 2.0):
            full.scale = scale * factor
            found[f"full, a scale times {factor}"] = saved(full)
        full.scale = scale
        full.scale = float("nan")
        found["a scale that is no number"] = saved(full)
        full.scale = scale
        api.Evaluator(context.seal).transform_from_ntt_inplace(full)
        found["coefficients instead of values"] = saved(full)
    length = len(draw.choice(good))
    head = struct.pack("<HBBBBHQ", 0xA15E, 16, *LIN_1.seal, 2, 0, length)
    found["noise behind a good head"] = head + draw.randbytes(length - 16)
    found["zeros behind a good head"] = head + bytes(length - 16)
    zstandard = b"\x28\xb5\x2f\xfd"
    found["an empty zstandard frame"] = (head + zstandard + b"\x20\x00\x01\x00\x00").ljust(length, b"\0")
    # one byte repeated 128 kB a block: 14 kB that unpack to gigabytes
    bomb = head + zstandard + b"\x00\x58" + (struct.pack("<I", (128 << 10) << 3 | 2)[:3] + b"\0") * ((length - 30) // 4)
    found["a bomb"] = bomb.ljust(length, b"\0")
    return found


def damaged(frames: list[bytes], key: bytes, draw: random.Random, count: int) -> Iterator[Case]:
    """Bits turned inside the bodies of ciphertexts, with the right MAC: some are good ciphertexts of something else."""
    for _ in range(count):
        data = bytearray(draw.choice(frames))
        for _ in range(draw.choice((1, 1, 2, 20))):
            data[draw.randrange(HEADER.size + 40, HEADER.size + 14_000)] ^= 1 << draw.randrange(8)
        yield "damaged body", signed(bytes(data), key)


def refused(call: Callable[[bytes], object], case: Case, counts: Counter[str]) -> None:
    """AssertionError where a frame is not refused with one clear error."""
    name, data = case
    error = None
    try:
        call(data)
    except EncryptedPathError as exc:
        error = exc
    assert error is not None, f"{name} was taken"
    assert int(error.exit_code) == 9
    assert 10 < len(error.message) < 160, error.message
    assert error.advice
    assert "limit of time" not in error.message, name
    counts[name] += 1


def limit_memory() -> None:
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (MEGABYTES << 20),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def against_server(pair: Pair, draw: random.Random) -> dict[str, Any]:
    frames = [
        next(pair.station.encrypt(unit_rows(n, 24, n), layout=layout))
        for n, layout in ((1, "rcp"), (3, "rcp"), (30, "rcp"), (5, "rfm"), (40, "rfm"))
    ]
    pair.server._evaluator.start()
    worker, counts = pair.server._evaluator.process_id, Counter[str]()
    for case in chain(on_the_way(frames, draw), by_liars(frames, pair.mac_key, draw, ())):
        refused(pair.server.evaluate, case, counts)
    asked = open_frame(frames[0], Direction.REQUEST, lambda _: pair.mac_key)
    good = [bytes(c) for c in asked.ciphertexts]
    bad = off_profile(Direction.REQUEST, good, pair.folder.key().material, LIN_1.feature_scale, draw)
    for name, data in bad.items():
        for frame in frames:
            opened = open_frame(frame, Direction.REQUEST, lambda _: pair.mac_key)
            parts = [bytes(c) for c in opened.ciphertexts]
            parts[draw.randrange(len(parts))] = data
            refused(pair.server.evaluate, (name, forged(opened, parts, pair.mac_key)), counts)
    survived = 0
    for _, data in damaged(frames[:3], pair.mac_key, draw, 120):
        try:
            pair.server.evaluate(data)
            survived += 1
        except EncryptedPathError:
            pass
    assert pair.server._evaluator.process_id == worker, "the worker died"
    about = Path(f"/proc/{worker}/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in about if line.startswith("VmHWM"))
    return {"refused": counts, "survived": survived, "worker_peak_kb": peak}


def against_station(pair: Pair, draw: random.Random) -> dict[str, Any]:
    requests = [
        next(pair.station.encrypt(unit_rows(n, 24, n), layout=layout))
        for n, layout in ((1, "rcp"), (3, "rcp"), (17, "rcp"), (5, "rfm"))
    ]
    frames = [pair.server.evaluate(one) for one in requests]
    counts = Counter[str]()
    for case in chain(on_the_way(frames, draw), by_liars(frames, pair.mac_key, draw, _OF_REPLIES)):
        refused(pair.station.decrypt, case, counts)
    for request in requests:
        refused(pair.station.decrypt, ("a request sent back", request), counts)
    opened = [open_frame(one, Direction.REPLY, lambda _: pair.mac_key) for one in frames]
    good = [bytes(c) for c in opened[0].ciphertexts]
    bad = off_profile(Direction.REPLY, good, pair.folder.key().material, LIN_1.product_scale, draw)
    for name, data in bad.items():
        for frame in opened:
            parts = [bytes(c) for c in frame.ciphertexts]
            parts[draw.randrange(len(parts))] = data
            again(pair, frame)
            refused(pair.station.decrypt, (name, forged(frame, parts, pair.mac_key)), counts)
    survived = 0
    for _, data in damaged(frames, pair.mac_key, draw, 120):
        again(pair, open_frame(data, Direction.REPLY, lambda _: pair.mac_key))
        try:
            found = pair.station.decrypt(data)
            assert len(found.answers) in (1, 3, 17, 5)
            survived += 1
        except EncryptedPathError:
            pass
    return {"refused": counts, "survived": survived}


def forged(frame: Any, parts: list[bytes], key: bytes) -> bytes:
    """A frame with other ciphertexts and the right MAC; without the checks of who makes frames honestly."""
    shape = frame.shape
    head = HEADER.pack(
        b"DPHE",
        1,
        frame.direction,
        LIN_1.id,
        frame.station,
        frame.key,
        frame.schema,
        frame.model,
        frame.nonce,
        ("rcp", "rfm").index(shape.layout),
        0,
        shape.dimension,
        shape.classes,
        shape.group,
        shape.documents,
        len(parts),
    )
    return signed(head + b"".join(struct.pack(">I", len(p)) + p for p in parts) + bytes(32), key)


def again(pair: Pair, frame: Any) -> None:
    """Let the station wait for a reply that it may have taken before."""
    path = pair.place / "station" / "outstanding" / frame.nonce.hex()
    path.unlink(missing_ok=True)
    pair.folder.note(frame.nonce, frame.shape, first=0, key=frame.key, model=frame.model)


def main() -> int:
    place = Path(sys.argv[1])
    pair = make_pair(place)
    with pair.server:
        pair.answers(unit_rows(200, 24))
        sample = next(pair.station.encrypt(unit_rows(1, 24)))
        opened = open_frame(sample, Direction.REQUEST, lambda _: pair.mac_key)
        whole = [bytes(c) for c in opened.ciphertexts]
        assert forged(opened, whole, pair.mac_key) == sample  # the forger makes good frames too
        limit_memory()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        said = {"server": against_server(pair, random.Random(1)), "station": against_station(pair, random.Random(2))}
        rows = unit_rows(40, 24)
        assert [a.label for a in pair.answers(rows)] == pair.labels(rows)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps(said | {"grown_kb": grown, "numpy": np.__version__}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
