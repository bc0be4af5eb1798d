"""`docpriv classify`: say what kind of paper a document is, train a classifier, make features."""

from __future__ import annotations

import json as json_module
import os
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.classify_io import UNDECIDED, Model, ReadFlags, exit_code_of, find, name_of, read_found, told
from docpriv.cli.streams import say, warn
from docpriv.errors import DocprivError, InputError, OutputError, OutputExists, UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from docpriv.batch.walk import InputFile
    from docpriv.classify.features import Prepared
    from docpriv.classify.measure import Scores
    from docpriv.classify.model import Classifier, FeatureSchema, Judgement, LinearHead
    from docpriv.cli.classify_reading import Content

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help=(
        "Say what kind of paper a document is.\n\nClassification runs here, in plaintext. The encrypted path is for a station "
        "that may not hold the model: whoever may should classify here, which is faster and no less private. What was found "
        "to be personal is replaced by its kind before anything is counted, and pages are brought to one size and to grey."
    ),
)


class TableFormat(StrEnum):
    """How judgements are printed."""

    TABLE = "table"
    JSON = "json"


OutFile = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="Where to write; a file that exists is not replaced unless --force is given."),
]
Replace = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]


@app.command("run")
@o.takes(ReadFlags)
def run_command(
    inputs: o.Inputs,
    flags: ReadFlags,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            min=0.0,
            max=1.0,
            show_default=False,
            help=("Calibrated probability under which a document is undecided; default: the model's own."),
        ),
    ] = None,
    format: Annotated[
        TableFormat, typer.Option("--format", help="json: one line a document, without paths.")
    ] = TableFormat.TABLE,
) -> int:
    """Say what kind of paper each document is.

    Prints the label, its calibrated probability, and the margin: by how much its logit exceeds the second. A document
    below the threshold is undecided: it may be of a kind that the model does not know. Runs locally, in plaintext.
    """
    from docpriv.classify.model import open_classifier

    classifier = open_classifier(flags.model)
    _needs_head(classifier)
    failed: list[DocprivError] = []
    count = 0
    for one in read_found(find(inputs), flags):
        if one.prepared is None:
            failed.append(told(one, json=format is TableFormat.JSON))
        else:
            judged = classifier.judge(one.prepared.features(classifier.schema)[None])[0]
            limit = classifier.threshold if threshold is None else threshold
            _print(one, judged, limit, format)
        count += 1
    return exit_code_of(failed, count)


@app.command("features")
@o.takes(ReadFlags)
def features_command(
    inputs: o.Inputs,
    out: OutFile,
    flags: ReadFlags,
    force: Replace = False,
) -> int:
    """Write the feature vectors of documents, for the encrypted path.

    A numpy file (.npy) of float32, a row a document in the order of the inputs, each of length at most 1. A document that
    cannot be read is a row of zeros and an error. Needs the public part of a model only.
    """
    import numpy as np

    from docpriv.classify.model import open_classifier

    _free(out, force)
    schema = open_classifier(flags.model).schema
    found = find(inputs)
    rows = np.zeros((len(found), schema.dimension), dtype=np.float32)
    failed = []
    for one in read_found(found, flags):
        if one.prepared is None:
            failed.append(told(one))
        else:
            rows[one.index] = one.prepared.features(schema)
    _write_array(out, rows, force)
    say(f"{len(found) - len(failed)} of {len(found)} documents; schema {schema.digest.hex()}")
    return exit_code_of(failed, len(found))


@app.command("train")
@o.takes(ReadFlags)
def train_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Holds a folder of documents for each class, named as the class.")
    ],
    out: OutFile,
    flags: ReadFlags,
    tables: Annotated[
        str,
        typer.Option(
            "--tables",
            metavar="auto|own|shipped|FILE",
            help=(
                "Where the feature tables come from: own are made of these documents, shipped are those of the model "
                "that ships, FILE those of another model. A head on tables that stations have already needs nothing "
                "new there. auto: own from 200 documents on."
            ),
        ),
    ] = "auto",
    least: Annotated[
        int,
        typer.Option("--least-documents", min=2, help=("Documents that hold an n-gram before it enters tables of their own.")),
    ] = 4,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write report.json and confusion.svg into a new folder.")
    ] = None,
    force: Replace = False,
    json: o.Json = False,
) -> int:
    """Train a classifier on folders of documents, one folder a class.

    A linear head on features, cross-validated and calibrated on documents that took no part. Needs the extra `classify`. The
    model file holds numbers alone; it is no pickle. A document that cannot be read is left out, and the exit code says so.
    """
    from docpriv.classify.tables import TableOptions, scikit_learn
    from docpriv.classify.training import LEAST_A_CLASS, OWN_TABLES_FROM, check_sizes, train

    scikit_learn()
    _free(out, force)
    if report is not None and os.path.lexists(report):
        raise OutputExists("the folder of the report exists already", remedy="Choose another --report.")
    found, classes = _labelled(folder)
    check_sizes(Counter(classes))
    given = _tables(tables, len(found) >= OWN_TABLES_FROM)
    documents, labels, failed = _read_labelled(found, classes, flags, least=LEAST_A_CLASS)

    def told(stage: str, number: int, of: int) -> None:
        if not flags.quiet:
            warn(f"training: {stage} {number + 1} of {of}" if stage == "fold" else "training: the model on all documents")

    trained = train(documents, labels, tables=given, options=TableOptions(least=least), progress=told)
    trained.classifier.save(out, replace=force)
    if report is not None:
        _write_report(report, trained.held_out)
    if json:
        say(json_module.dumps(trained.classifier.facts()))
    elif not flags.quiet:
        _print_scores(trained.held_out, trained.classifier.threshold)
        say(f"layout alone, 16 features: {trained.layout_only.accuracy:.1%}")
        say(
            f"model {trained.classifier.model_id.hex()[:16]}, schema {trained.classifier.schema.digest.hex()[:16]}, "
            f"{trained.classifier.schema.size_bytes / 1e6:.1f} MB of tables"
        )
    return exit_code_of(failed, len(found))


@app.command("report")
@o.takes(ReadFlags)
def report_command(
    flags: ReadFlags,
    on: Annotated[
        Path | None,
        typer.Option(
            "--on",
            metavar="FOLDER",
            help="Judge a folder with a folder of documents for each class, instead of showing what training held out.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write report.json and confusion.svg into a new folder.")
    ] = None,
    json: o.Json = False,
) -> int:
    """Show how well a classifier tells documents apart, by those it was not trained on.

    Without --on: the held-out documents of its training, as the model file says. With it: accuracy on other documents,
    whose folders have to be named as labels of the model.
    """
    from docpriv.classify.measure import scores, scores_from
    from docpriv.classify.model import open_classifier

    if out is not None and os.path.lexists(out):
        raise OutputExists("the folder of the report exists already", remedy="Choose another --out.")
    classifier = open_classifier(flags.model)
    head = _needs_head(classifier)
    failed: list[DocprivError] = []
    number = 1
    if on is None:
        held_out = scores_from(classifier.card.get("held_out"))
    else:
        import numpy as np

        from docpriv.classify.features import matrix

        found, classes = _labelled(on)
        if unknown := sorted(set(classes) - set(head.labels)):
            raise UsageError(
                f"{len(unknown)} folder(s) of the {len(set(classes))} are no label of the model",
                remedy=f"Its labels: {', '.join(head.labels)}.",
            )
        documents, labels, failed = _read_labelled(found, classes, flags)
        truth = np.array([head.labels.index(label) for label in labels], dtype=np.int64)
        shares = head.probabilities(head.logits(matrix(documents, classifier.schema)))
        held_out, number = scores(head.labels, truth, shares, classifier.threshold), len(found)
    if out is not None:
        _write_report(out, held_out)
    if json:
        say(json_module.dumps({**classifier.facts(), "scores": held_out.facts()}))
    elif not flags.quiet:
        _print_scores(held_out, classifier.threshold)
    return exit_code_of(failed, number)


@app.command("export")
def export_command(out: OutFile, model: Model = None, force: Replace = False) -> int:
    """Write the public part of a model: the tables that make features, without the head.

    For stations that send encrypted features to whoever holds the head.
    """
    from docpriv.classify.model import open_classifier

    public = open_classifier(model).without_head()
    public.save(out, replace=force)
    say(f"schema {public.schema.digest.hex()}, vectors of {public.schema.dimension}")
    return 0


def _labelled(folder: Path) -> tuple[tuple[InputFile, ...], tuple[str, ...]]:
    """Documents of the folders in a folder, and the name of each one's folder."""
    from docpriv.classify.model import is_label

    try:
        classes = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as exc:
        raise UsageError(
            f"the folder cannot be read ({exc.strerror})", remedy="Give a folder that holds a folder of documents for each class."
        ) from None
    if not all(is_label(path.name) for path in classes) or len(classes) < 2:
        raise UsageError(
            "the folder does not hold two or more folders with plain names",
            remedy="Give a folder that holds a folder of documents for each class.",
        )
    found: list[InputFile] = []
    labels: list[str] = []
    for path in classes:
        try:
            documents = find([path])
        except InputError as exc:
            raise InputError(f"class {path.name}: {exc.message}", remedy=exc.advice) from None
        found += documents
        labels += [path.name] * len(documents)
    return tuple(found), tuple(labels)


def _read_labelled(
    found: Sequence[InputFile], classes: Sequence[str], flags: ReadFlags, *, least: int = 1
) -> tuple[list[Prepared], list[str], list[DocprivError]]:
    """What was read, its labels, and the errors of what was not; says of each class how many were not read and why.

    InputError that names the classes of which fewer than `least` documents could be read.
    """
    documents: list[Prepared | None] = [None] * len(found)
    failed = []
    unread: dict[str, Counter[str]] = {}
    for one in read_found(found, flags):
        documents[one.index] = one.prepared
        if one.prepared is None:
            failed.append(told(one))
            unread.setdefault(classes[one.index], Counter())[failed[-1].code] += 1
    sizes = Counter(classes)
    said = {label: _losses(label, sizes[label], unread[label]) for label in sorted(unread)}
    for line in said.values():
        warn(line)
    if short := [label for label in said if sizes[label] - unread[label].total() < least]:
        raise InputError(
            f"too few documents could be read: {'; '.join(said[label] for label in short)}; a class needs {least}",
            remedy="Why each was not read is said above. Mend or replace these documents, or leave the folder of the class out; "
            "where the code is limit, try again with fewer --workers.",
        )
    kept = [(document, label) for document, label in zip(documents, classes, strict=True) if document is not None]
    return [document for document, _ in kept], [label for _, label in kept], failed


def _losses(label: str, size: int, unread: Counter[str]) -> str:
    reasons = ", ".join(f"{code} {number}" for code, number in sorted(unread.items()))
    return f"class {label}: {unread.total()} of {size} documents not read ({reasons})"


def _tables(wanted: str, many: bool) -> FeatureSchema | None:
    from docpriv.classify.model import Classifier, open_classifier

    match wanted:
        case "own":
            return None
        case "auto":
            return None if many else open_classifier(None).schema
        case "shipped":
            return open_classifier(None).schema
        case path:
            return Classifier.load(Path(path)).schema


def _needs_head(classifier: Classifier) -> LinearHead:
    if classifier.head is None:
        raise UsageError(
            "the model file holds feature tables alone, and no head that judges",
            remedy="Give the whole model, or use the encrypted path with who holds the head.",
        )
    return classifier.head


def _print(one: Content, judged: Judgement, threshold: float, form: TableFormat) -> None:
    label = judged.label if judged.probability >= threshold else UNDECIDED
    if form is TableFormat.JSON:
        say(
            json_module.dumps(
                {
                    "document": one.document,
                    "index": one.index,
                    "label": label,
                    "likeliest": judged.label,
                    "probability": round(judged.probability, 4),
                    "margin": round(judged.margin, 4),
                    "pages": one.pages,
                }
            )
        )
        return
    name = name_of(one)
    likeliest = "" if label != UNDECIDED else f" (likeliest: {judged.label})"
    say(f"{label:<20} {judged.probability:6.1%}  margin {judged.margin:6.2f}  {name}{likeliest}")


def _print_scores(scores: Scores, threshold: float) -> None:
    low, high = scores.interval
    say(
        f"held out: {scores.accuracy:.1%} of {scores.documents} documents right (95 % interval {low:.1%} to {high:.1%}), "
        f"mean over classes {scores.balanced:.1%}"
    )
    say(
        f"at {threshold:.2f} and more: {scores.decided} decided, {scores.decided - scores.decided_right} of them wrong; "
        f"calibration error {scores.calibration_error:.3f}"
    )
    width = max(map(len, scores.labels))
    for at, label in enumerate(scores.labels):
        row = scores.confusion[at]
        wrong = ", ".join(f"{int(n)} as {scores.labels[k]}" for k, n in enumerate(row) if n and k != at)
        say(f"  {label:<{width}}  {int(row[at])} of {int(row.sum())}" + (f"  ({wrong})" if wrong else ""))


def _write_report(folder: Path, scores: Scores) -> None:
    from docpriv.classify.chart import confusion_svg

    try:
        folder.mkdir(parents=True)
        (folder / "report.json").write_text(json_module.dumps(scores.facts(), indent=1) + "\n", encoding="utf-8")
        (folder / "confusion.svg").write_text(confusion_svg(scores), encoding="utf-8")
    except OSError as exc:
        raise OutputError(f"the report cannot be written ({exc.strerror})") from None


def _free(out: Path, force: bool) -> None:
    if os.path.lexists(out) and not force:
        raise OutputExists("the output exists already")


def _write_array(out: Path, rows: npt.NDArray[np.float32], force: bool) -> None:
    import numpy as np

    from docpriv.files import PUBLIC, write_named

    data = BytesIO()
    np.save(data, rows, allow_pickle=False)
    write_named(out, data.getvalue(), "the features", replace=force, mode=PUBLIC)
