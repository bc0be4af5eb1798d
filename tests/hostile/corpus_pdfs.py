"""PDF files for the hostile corpus, written object by object; draws nothing itself."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from corpus import CANARY, Made, expect
from corpus_images import CORRUPT, LIMIT, ONE, UNSUPPORTED, coded, page

Objects = dict[int, bytes]

SCAN_SIZE = (120, 160)
FILL_PAGE = b"q 200 0 0 300 0 0 cm /Im Do Q"


def stream(body: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), extra, body)


def pdf(objects: Objects, *, trailer: bytes = b"", root: int = 1) -> bytes:
    """A PDF file of those objects with a right cross-reference table."""
    out = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %s \n" % (places.get(number, 0), b"n" if number in places else b"f")
    out += b"trailer << /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)
    return bytes(out)


def one_page(
    content: bytes = FILL_PAGE,
    *,
    on_page: bytes = b"",
    on_root: bytes = b"",
    box: bytes = b"0 0 200 300",
    image: bytes | None = None,
    more: Objects | None = None,
    packed: bytes | None = None,
    resources: bytes = b"",
) -> Objects:
    """Objects 1..5 of a one-page file: root, page tree, page, content, image; `more` adds or replaces
    objects."""
    if image is None:
        image = jpeg_image()
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % on_root,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << "
        b"/XObject << /Im 5 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
        b"%s >> %s >>" % (box, resources, on_page),
        4: packed if packed is not None else stream(content),
        5: image,
        **(more or {}),
    }


def jpeg_image(extra: bytes = b"") -> bytes:
    data = coded(page(), "JPEG", quality=90)
    return stream(
        data,
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB /Filter /DCTDecode %s" % (*SCAN_SIZE, extra),
    )


def encrypted(user: str, owner: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(one_page()))) as plain:
        plain.save(out, encryption=pikepdf.Encryption(user=user, owner=owner, R=6))
    return out.getvalue()


def _carriers() -> Made:
    """Pages that are fine but carry more than pages."""
    text = CANARY.encode()
    hidden = b"BT /F 12 Tf 3 Tr 20 150 Td (%s) Tj ET " % text
    link = b"<< /Type /Annot /Subtype /Link /Rect [10 10 50 50] /A << /S /URI /URI (https://example.invalid/%s) >> >>"
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [20 20 150 60] /DA (/Helv 12 Tf 1 0 0 rg) /Contents (%s) >>"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (%s) /Rect [20 100 180 130] /F 4 "
        b"/DA (/Helv 12 Tf 0 g) /P 3 0 R >>" % text
    )
    form = b"/AcroForm << /Fields [6 0 R] /NeedAppearances true /DA (/Helv 12 Tf 0 g) %s >>"
    script = b"/OpenAction << /S /JavaScript /JS (app.alert\\('%s'\\)) >>" % text
    attached = b"/Names << /EmbeddedFiles << /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>] >> >>"
    outline = b"/Outlines << /Type /Outlines /First 6 0 R /Last 6 0 R /Count 1 >>"
    xfa = {6: field, 7: stream(b"<xdp:xdp/>")}
    fake = coded(page(), "PNG")
    return {
        "scan.pdf": (pdf(one_page(), trailer=b"/Info << /Author (%s) >>" % text), ONE),
        "javascript.pdf": (pdf(one_page(on_root=script)), ONE),
        "attachment.pdf": (pdf(one_page(on_root=attached, more={6: stream(text)})), ONE),
        "outline.pdf": (
            pdf(one_page(on_root=outline, more={6: b"<< /Title (%s) /Parent 1 0 R >>" % text})),
            ONE,
        ),
        "hidden-text.pdf": (pdf(one_page(hidden + FILL_PAGE)), ONE),
        "hidden-text-over.pdf": (pdf(one_page(FILL_PAGE + b" " + hidden)), ONE),
        "visible-text.pdf": (pdf(one_page(FILL_PAGE + b" " + hidden.replace(b"3 Tr", b"0 Tr"))), ONE),
        "link.pdf": (pdf(one_page(on_page=b"/Annots [6 0 R]", more={6: link % text})), ONE),
        "annotation.pdf": (pdf(one_page(on_page=b"/Annots [6 0 R]", more={6: note % text})), ONE),
        "field.pdf": (pdf(one_page(on_page=b"/Annots [6 0 R]", on_root=form % b"", more={6: field})), ONE),
        "xfa-static.pdf": (
            pdf(one_page(on_page=b"/Annots [6 0 R]", on_root=form % b"/XFA 7 0 R", more=xfa)),
            ONE,
        ),
        "xfa-dynamic.pdf": (
            pdf(
                one_page(
                    on_page=b"/Annots [6 0 R]",
                    on_root=b"/NeedsRendering true " + form % b"/XFA 7 0 R",
                    more=xfa,
                )
            ),
            UNSUPPORTED,
        ),
        "hidden-layer.pdf": (
            pdf(
                one_page(
                    b"/OC /MC BDC " + FILL_PAGE + b" EMC",
                    resources=b"/Properties << /MC 6 0 R >>",
                    on_root=b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>",
                    more={6: b"<< /Type /OCG /Name (hidden) >>"},
                )
            ),
            ONE,
        ),
        "owner-password.pdf": (encrypted("", "owner"), ONE),
        "user-password.pdf": (encrypted("user", "owner"), expect("encrypted")),
        "trailing.pdf": (pdf(one_page()) + b"\n" + text * 50, ONE),
        "junk-before.pdf": (b"\0" * 500 + pdf(one_page()), ONE),
        "two-revisions.pdf": (
            pdf(one_page()) + b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>\nendobj\n",
            ONE,
        ),
        "with-a-png-inside.pdf": (pdf(one_page()) + fake, ONE),
        "revision.pdf": (pdf(one_page()) + pdf(one_page(FILL_PAGE + b" q Q"))[9:], ONE),
        "same-object-often.pdf": (
            pdf(one_page()).replace(b"%%EOF", b"6 0 obj\n<< >>\nendobj\n" * 100_000 + b"%%EOF"),
            ONE,
        ),
        "unused-object.pdf": (pdf(one_page(more={9: stream(text)})), ONE),
        "bar-over-scan.pdf": (pdf(one_page(FILL_PAGE + b" 20 20 90 30 re f")), ONE),
        "unused-user-unit.pdf": (pdf(one_page(on_page=b"/UserUnit 2")), ONE),
        "rotated-oddly.pdf": (pdf(one_page(on_page=b"/Rotate 45")), ONE),
        "jpeg-is-broken.pdf": (pdf(one_page(image=jpeg_image()[:700] + b"\nendstream")), CORRUPT),
        "image-too-short.pdf": (
            pdf(
                one_page(
                    image=stream(
                        zlib.compress(b"\x80" * 50),
                        b"/Subtype /Image /Width 500 /Height 700 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode",
                    )
                )
            ),
            CORRUPT,
        ),
    }


def _broken() -> Made:
    whole = pdf(one_page())
    made: Made = {
        f"cut-{share}.pdf": (whole[: len(whole) * share // 100], expect("corrupt", "pages:1")) for share in (2, 10, 50, 95)
    }
    empty = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}
    made |= {
        "no-page.pdf": (pdf(empty), CORRUPT),
        "only-a-header.pdf": (b"%PDF-1.7\n", CORRUPT),
        "no-root.pdf": (pdf({4: stream(b"")}, root=99), CORRUPT),
        "wrong-xref.pdf": (whole.replace(b"startxref\n", b"startxref\n9"), expect("pages:1", "corrupt")),
        "broken-xref.pdf": (whole.replace(b"00000 n", b"99999 x"), expect("pages:1", "corrupt")),
        "count-lies.pdf": (
            whole.replace(b"/Count 1 ", b"/Count 99999999 "),
            expect("pages:1", "corrupt", "limit"),
        ),
        "count-negative.pdf": (whole.replace(b"/Count 1 ", b"/Count -5 "), expect("pages:1", "corrupt")),
        "kid-missing.pdf": (whole.replace(b"[3 0 R]", b"[3 0 R 88 0 R]"), expect("pages:1", "corrupt")),
        "tree-loop.pdf": (
            pdf({**one_page(), 2: b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"}),
            expect("pages:1", "corrupt"),
        ),
        "tree-only-loop.pdf": (pdf({**empty, 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}), CORRUPT),
        "tree-deep.pdf": (_deep_tree(3000), expect("pages:1", "corrupt")),
        "root-loop.pdf": (pdf({1: b"1 0 R"}), CORRUPT),
        "arrays-deep.pdf": (
            pdf({**one_page(), 6: b"[" * 50_000 + b"]" * 50_000}),
            expect("pages:1", "corrupt"),
        ),
        "content-deep.pdf": (
            pdf(one_page(b"q " * 100_000 + FILL_PAGE)),
            expect("pages:1", "corrupt", "limit"),
        ),
        "content-arrays.pdf": (pdf(one_page(b"[" * 100_000)), expect("pages:1", "corrupt", "limit")),
    }
    return made


def _deep_tree(depth: int) -> bytes:
    """A page tree that is one long chain."""
    objects = one_page()
    objects[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    for i in range(10, 10 + depth):
        objects[i] = b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (
            i - 1 if i > 10 else 2,
            i + 1,
        )
    objects[10 + depth] = objects.pop(3)
    return pdf(objects)


def _bombs() -> Made:
    def zeros(count: int, filters: bytes = b"/FlateDecode", again: Callable[[bytes], bytes] = bytes) -> bytes:
        engine, parts = zlib.compressobj(9), []
        for _ in range(count // 2**20):
            parts.append(engine.compress(b" " * 2**20))
        return stream(again(b"".join(parts) + engine.flush()), b"/Filter " + filters)

    form = b"/Type /XObject /Subtype /Form /BBox [0 0 200 300] /Resources << /XObject << %s >> >>"
    names = b" ".join(b"/F%d %d 0 R" % (i, 10 + i) for i in range(9))
    calls = b" ".join(b"/F%d Do" % i for i in range(9))
    many = b"0 0 1 1 re f\n" * 100_000
    big = b"/Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode"
    return {
        "flate-bomb.pdf": (pdf(one_page(packed=zeros(160 * 2**20))), LIMIT),
        "flate-twice-bomb.pdf": (
            pdf(one_page(packed=zeros(160 * 2**20, b"[/FlateDecode /FlateDecode]", lambda b: zlib.compress(b, 9)))),
            LIMIT,
        ),
        "form-bomb.pdf": (
            pdf(one_page(b"/Im Do", image=zeros(160 * 2**20).replace(b"/Filter", form % b"" + b" /Filter"))),
            LIMIT,
        ),
        "inherited-form-bomb.pdf": (
            pdf(
                one_page(
                    b"/Im Do",
                    image=zeros(160 * 2**20).replace(b"/Filter", form % b"" + b" /Filter"),
                    more={
                        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /XObject << /Im 5 0 R >> >> >>",
                        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] /Contents 4 0 R >>",
                    },
                )
            ),
            LIMIT,
        ),
        "image-bomb.pdf": (pdf(one_page(image=stream(zlib.compress(b"\0" * 2**20), big))), LIMIT),
        "huge-box.pdf": (pdf(one_page(box=b"0 0 99999 99999")), LIMIT),
        "endless-box.pdf": (pdf(one_page(box=b"0 0 1e38 1e38")), expect("pages:1", "limit", "corrupt")),
        "long-box.pdf": (pdf(one_page(box=b"0 0 20 14400", content=b"0 0 9 9 re f")), LIMIT),
        "large-box.pdf": (pdf(one_page(box=b"0 0 5000 5000", content=b"0 0 9 9 re f")), ONE),
        "tiny-box.pdf": (pdf(one_page(box=b"0 0 1 1", content=b"0 0 1 1 re f")), LIMIT),
        "empty-box.pdf": (pdf(one_page(box=b"0 0 0 0")), expect("pages:1", "corrupt", "limit")),
        "inverted-box.pdf": (pdf(one_page(box=b"200 300 0 0")), ONE),
        "many-objects.pdf": (pdf(one_page(many)), ONE),
        "too-many-objects.pdf": (
            pdf(one_page(many * 3, packed=stream(zlib.compress(many * 3), b"/Filter /FlateDecode"))),
            LIMIT,
        ),
        "form-in-itself.pdf": (pdf(one_page(b"/Im Do", image=stream(b"/Im Do", form % b"/Im 5 0 R"))), ONE),
        "forms-in-a-ring.pdf": (
            pdf(
                one_page(
                    b"/Im Do",
                    image=stream(b"/B Do", form % b"/B 6 0 R"),
                    more={6: stream(b"/A Do", form % b"/A 5 0 R")},
                )
            ),
            ONE,
        ),
        "forms-billion.pdf": (
            pdf(
                one_page(
                    b"/F0 Do",
                    resources=b"",
                    more={
                        5: stream(calls.replace(b"/F", b"/F"), form % names),
                        **{10 + i: stream(b"/N Do /N Do /N Do", form % (b"/N %d 0 R" % (11 + i))) for i in range(9)},
                        19: stream(b"0 0 1 1 re f", form % b""),
                    },
                )
            ),
            ONE,
        ),
        "pattern-in-itself.pdf": (
            pdf(
                one_page(
                    b"/Pattern cs /P scn 0 0 200 300 re f",
                    resources=b"/Pattern << /P 6 0 R >>",
                    more={
                        6: stream(
                            b"/Pattern cs /P scn 0 0 9 9 re f",
                            b"/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] "
                            b"/XStep 9 /YStep 9 /Resources << /Pattern << /P 6 0 R >> >>",
                        )
                    },
                )
            ),
            ONE,
        ),
    }


def pdfs() -> Made:
    """Everything here, by file name."""
    return {**_carriers(), **_broken(), **_bombs()}
