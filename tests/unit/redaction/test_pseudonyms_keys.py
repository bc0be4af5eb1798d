"""Key files and encrypted mappings: secrets of one's own alone, ciphertext from the first byte, errors that tell nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pyrage = pytest.importorskip("pyrage")

from docpriv.errors import EngineError, IntegrityError, OutputExists, UsageError  # noqa: E402
from docpriv.model import Kind  # noqa: E402
from docpriv.pseudonyms import key_id, make_key, read_key  # noqa: E402
from docpriv.pseudonyms.mapping import commit_mapping, keep_mapping, mapping_path, open_mapping, recipients_of  # noqa: E402
from docpriv.pseudonyms.writer import Entry  # noqa: E402

ENTRIES = (Entry(Kind.PERSON, "Howard Finch", "Riley Waters"),)


def identity_file(folder: Path) -> tuple[Path, str]:
    identity = pyrage.x25519.Identity.generate()
    path = folder / f"identity-{len(list(folder.iterdir()))}.txt"
    path.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    path.chmod(0o600)
    return path, str(identity.to_public())


def records_at(folder: Path) -> Path:
    (folder / "records" / "private").mkdir(parents=True)
    return folder / "records"


def test_a_key_is_made_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "key"
    name = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_id(read_key(path)) == name
    with pytest.raises(OutputExists):
        make_key(path)
    assert key_id(read_key(path)) == name


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    make_key(path)
    path.chmod(mode)
    with pytest.raises(UsageError, match="read by others"):
        read_key(path)


@pytest.mark.parametrize("content", ["", "correct horse battery staple", "ab" * 31, "ab" * 33, "zz" * 32, "\xff"])
def test_a_key_is_64_hex_digits_and_no_password(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UsageError) as caught:
        read_key(path)
    assert not content or content not in caught.value.message + caught.value.advice


def test_a_key_file_must_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_key(tmp_path / "missing")
    with pytest.raises(UsageError):
        read_key(tmp_path)


def test_a_mapping_opens_for_its_recipients_alone(tmp_path: Path) -> None:
    first, recipient = identity_file(tmp_path)
    second, another = identity_file(tmp_path)
    stranger, _ = identity_file(tmp_path)
    records = records_at(tmp_path)
    written = keep_mapping(records, "doc-1", "ab" * 32, ENTRIES, (recipient, another))
    assert not mapping_path(records, "doc-1").exists(), "that of an earlier release stands until this one happened"
    commit_mapping(written)
    path = mapping_path(records, "doc-1")
    assert path == records / "private" / "doc-1.mapping.age"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in (records / "private").iterdir()] == [path.name]
    assert b"Finch" not in path.read_bytes()
    for identity in (first, second):
        opened = open_mapping(path, identity)
        assert opened.entries == ENTRIES
        assert (opened.document, opened.output_sha256) == ("doc-1", "ab" * 32)
        assert "Finch" not in repr(opened)
    with pytest.raises(UsageError, match="not encrypted for this identity"):
        open_mapping(path, stranger)


def test_a_mapping_that_was_changed_does_not_open(tmp_path: Path) -> None:
    identity, recipient = identity_file(tmp_path)
    path = keep_mapping(records_at(tmp_path), "doc-1", "ab" * 32, ENTRIES, (recipient,))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(IntegrityError):
        open_mapping(path, identity)
    path.write_bytes(b"no mapping at all")
    with pytest.raises(IntegrityError):
        open_mapping(path, identity)
    path.write_bytes(pyrage.encrypt(b'{"format": "another"}', [pyrage.x25519.Recipient.from_str(recipient)]))
    with pytest.raises(IntegrityError):
        open_mapping(path, identity)


def test_an_identity_that_others_can_read_is_refused(tmp_path: Path) -> None:
    identity, recipient = identity_file(tmp_path)
    path = keep_mapping(records_at(tmp_path), "doc-1", "ab" * 32, ENTRIES, (recipient,))
    identity.chmod(0o644)
    with pytest.raises(UsageError, match="read by others"):
        open_mapping(path, identity)


def test_recipients_come_from_arguments_and_files(tmp_path: Path) -> None:
    _, first = identity_file(tmp_path)
    _, second = identity_file(tmp_path)
    team = tmp_path / "team.txt"
    team.write_text(f"# the team\n{second}\n\n{first}\n")
    assert recipients_of([first, str(team)]) == (first, second)
    for wrong in ("age1nonsense", str(tmp_path / "missing"), first[:-1] + "x"):
        with pytest.raises(UsageError) as caught:
            recipients_of([wrong])
        assert wrong not in caught.value.message
    empty = tmp_path / "empty.txt"
    empty.write_text("# nobody\n")
    with pytest.raises(UsageError):
        recipients_of([str(empty)])


def test_without_pyrage_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(EngineError) as caught:
        recipients_of(["age1whatever"])
    assert "docpriv[vault]" in caught.value.advice
