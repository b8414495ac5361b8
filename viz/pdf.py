"""A PDF of one page that holds one JPEG picture, for machines where no renderer writes PDF itself.

PDF stores JPEG data as it is, so this needs no imaging library (ISO 32000-1, 7.4.8 DCTDecode and 8.9.5 images).
"""

__all__ = ["DPI", "from_jpeg"]

DPI = 200
"""Dots per inch of the pictures that go in: sharp in print, and a page of text-sized numbers stays small."""

COLOURS = {1: b"/DeviceGray", 3: b"/DeviceRGB"}


def from_jpeg(picture: bytes, dpi: int = DPI) -> bytes:
    """The PDF document for a JPEG picture at its real size. ValueError where `picture` is not such a file."""
    width, height, components = _size(picture)
    page_width, page_height = width * 72 / dpi, height * 72 / dpi
    content = b"q %.2f 0 0 %.2f 0 0 cm /Picture Do Q" % (page_width, page_height)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents 4 0 R"
        b" /Resources << /XObject << /Picture 5 0 R >> >> >>" % (page_width, page_height),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8"
        b" /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream"
        % (width, height, COLOURS[components], len(picture), picture),
    ]
    document = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for index, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    table = len(document)
    document += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    document += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    document += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(document)


def _size(picture: bytes) -> tuple[int, int, int]:
    """Width, height and number of colour components, from the start-of-frame marker."""
    position = 2
    while picture[:2] == b"\xff\xd8" and position + 10 <= len(picture) and picture[position] == 0xFF:
        marker = picture[position + 1]
        if 0xC0 <= marker <= 0xC2:
            height = int.from_bytes(picture[position + 5 : position + 7])
            width = int.from_bytes(picture[position + 7 : position + 9])
            if picture[position + 9] in COLOURS:
                return width, height, picture[position + 9]
        position += 2 + int.from_bytes(picture[position + 2 : position + 4])
    raise ValueError("not a JPEG picture in grey or RGB")
