"""Every hostile file ends in its pages or in one clear error, within memory; nothing tells its content."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from corpus import CANARY, Expectation, build

CHILD = Path(__file__).with_name("intake_child.py")
MOST_RESIDENT_MB = 2000
MOST_SECONDS = 120

Result = dict[str, Any]
Corpus = tuple[dict[str, Expectation], dict[str, Result], str, str]


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)


def read_all(folder: Path, scratch: Path) -> tuple[dict[str, Result], str]:
    """Open every file in a child process; one that kills the process is written down as "crashed" and passed
    over."""
    results: dict[str, Result] = {}
    said = ""
    while True:
        out, err = scratch / "out", scratch / "err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen([sys.executable, str(CHILD), str(folder), *results], stdout=stdout, stderr=stderr)
            began = time.monotonic()
            while process.poll() is None:
                if resident_mb(process) > MOST_RESIDENT_MB or time.monotonic() - began > MOST_SECONDS:
                    process.kill()
                time.sleep(0.05)
        said += err.read_text(encoding="utf-8", errors="replace")
        begun = None
        for line in out.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            begun = record.get("start")
            if begun is None:
                results[record["name"]] = record
        if begun is None:
            assert process.returncode == 0, said[-2000:]
            return results, said
        results[begun] = {"outcome": "crashed", "message": f"status {process.returncode}"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    scratch = tmp_path_factory.mktemp("hostile")
    folder = scratch / CANARY  # the folder's name is personal data as well
    expected = build(folder)
    results, said = read_all(folder, scratch)
    return expected, results, said, str(folder)


def test_the_corpus_is_large_and_every_file_was_tried(corpus: Corpus) -> None:
    expected, results, *_ = corpus
    assert len(expected) >= 70
    assert set(results) == set(expected)


def test_every_outcome_is_one_that_is_right(corpus: Corpus) -> None:
    expected, results, *_ = corpus
    wrong = {
        name: (results[name]["outcome"], results[name].get("message"), sorted(expectation.outcomes))
        for name, expectation in expected.items()
        if not expectation.allows(results[name]["outcome"])
    }
    assert not wrong


def test_no_message_holds_content_or_names(corpus: Corpus) -> None:
    _, results, said, folder = corpus
    words = [CANARY, *CANARY.split()]
    for name, result in results.items():
        told = result.get("message", "") + result.get("chained", "") + repr(result.get("notes", ""))
        assert not any(word in told for word in words), name
        assert name not in told
        assert folder not in told, name
        if not result["outcome"].startswith("pages:"):
            assert result["chained"] == "NoneNone", name
    assert not any(word in said for word in words)  # standard error, with logging at its most talkative


def test_memory_and_time_stay_small(corpus: Corpus) -> None:
    _, results, *_ = corpus
    assert max(r["peak_mb"] for r in results.values()) < 1200
    assert max(r["seconds"] for r in results.values()) < 30


def test_oddities_are_noted(corpus: Corpus) -> None:
    _, results, *_ = corpus
    for name, note in {
        "grey-16.png": "reduced-16-bit",
        "rgba-16.png": "reduced-16-bit",
        "key-colour.png": "alpha-flattened",
        "trailing.jpg": "trailing-bytes",
        "thumbnail-page.tif": "skipped-thumbnail-pages",
        "javascript.pdf": "had-javascript",
        "attachment.pdf": "had-attachments",
        "hidden-text.pdf": "had-hidden-text",
        "annotation.pdf": "had-annotations",
        "field.pdf": "had-forms",
        "outline.pdf": "had-outline",
        "scan.pdf": "had-metadata",
        "xfa-static.pdf": "xfa",
        "owner-password.pdf": "was-encrypted",
        "large-box.pdf": "resolution-lowered",
        "plain.jpg": "had-metadata",
        "plain.png": "had-metadata",
        "exif-1.jpg": "had-metadata",
        "interlaced-trailing.png": "trailing-bytes",
        "picture-behind-picture.jpg": "trailing-bytes",
        "trailing.pdf": "trailing-bytes",
        "two-revisions.pdf": "trailing-bytes",
        "with-a-png-inside.pdf": "trailing-bytes",
        "revision.pdf": "had-revisions",
        "same-object-often.pdf": "had-revisions",
        "unused-object.pdf": "had-orphaned-data",
        "bar-over-scan.pdf": "had-layers",
        "hidden-layer.pdf": "had-optional-content",
        "visible-text.pdf": "had-text-layer",
    }.items():
        assert note in results[name]["notes"], name
