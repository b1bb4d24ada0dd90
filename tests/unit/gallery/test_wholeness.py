import io
import random
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from g3fs.demo.movies import movie
from g3fs.gallery.wholeness import STEPS_MAX, SWEEP, cut_short

RECOGNISED_FROM = 16
"""Shorter data does not say what it is."""


def why(data: bytes) -> str | None:
    def read(offset: int, length: int) -> bytes:
        assert 0 <= offset <= len(data)
        assert 0 < length <= 1024 * 1024
        return data[offset : offset + length]

    return cut_short(read, len(data))


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), *, seed: int = 1) -> Image.Image:
    rng = random.Random(seed)
    return Image.frombytes("RGB", size, rng.randbytes(size[0] * size[1] * 3)).convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def box(kind: bytes, content: bytes, *, wide: bool = False) -> bytes:
    if wide:
        return struct.pack(">I", 1) + kind + struct.pack(">Q", 16 + len(content)) + content
    return struct.pack(">I", 8 + len(content)) + kind + content


JPEG = saved(picture(), "JPEG")
WITH_THUMBNAIL = JPEG[:2] + segment(0xE1, b"Exif\0\0" + JPEG) + JPEG[2:]
PNG = saved(picture("RGBA"), "PNG")
GIF = saved(picture("P"), "GIF")
MOVING_GIF = saved(
    picture("P"), "GIF", save_all=True, append_images=[picture("P", seed=2)], comment=b"two"
)
WEBP = saved(picture(), "WEBP")
MP4 = movie([JPEG, saved(picture(seed=2), "JPEG")], 60, 40)
MOOV = MP4[MP4.rindex(b"moov") - 4 :]
MDAT = MP4[MP4.index(b"mdat") - 4 : -len(MOOV)]
FTYP = MP4[: MP4.index(b"mdat") - 4]
HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(90)) + box(b"mdat", bytes(300))
EBML = b"\x1aE\xdf\xa3\x84\x42\x86\x81\x01"
MKV = EBML + b"\x18S\x80g" + b"\x01" + (200).to_bytes(7, "big") + bytes(200)

WHOLE = {
    "jpeg": JPEG,
    "progressive": saved(picture(), "JPEG", progressive=True),
    "cmyk": saved(picture("CMYK"), "JPEG"),
    "grey": saved(picture("L"), "JPEG"),
    "one pixel": saved(picture(size=(1, 1)), "JPEG"),
    "restart markers": saved(picture(), "JPEG", restart_marker_blocks=1),
    "icc profile": saved(picture(), "JPEG", icc_profile=bytes(150_000)),
    "comment with an end marker": saved(picture(), "JPEG", comment=b"\xff\xd9"),
    "thumbnail": WITH_THUMBNAIL,
    "fill bytes": JPEG[:2] + b"\xff\xff\xff" + JPEG[2:],
    "zeros between segments": JPEG[:2] + segment(0xFE, b"x") + bytes(5) + JPEG[2:],
    "png": PNG,
    "palette png": saved(picture("P"), "PNG"),
    "gif": GIF,
    "moving gif": MOVING_GIF,
    "webp": WEBP,
    "lossless webp": saved(picture("RGBA"), "WEBP", lossless=True),
    "moving webp": saved(picture(), "WEBP", save_all=True, append_images=[picture(seed=2)]),
    "mp4": MP4,
    "mp4 with the index first": FTYP + MOOV + box(b"free", b"") + MDAT,
    "mp4 with 64 bit sizes": FTYP + box(b"mdat", MDAT[8:], wide=True) + MOOV,
    "mov of old": box(b"wide", b"") + MDAT + MOOV,
    "heic": HEIC,
    "mkv": MKV,
}
ENDS_WITH_ITSELF = [
    *("jpeg", "progressive", "cmyk", "thumbnail", "restart markers"),
    *("mp4", "mp4 with the index first", "mp4 with 64 bit sizes", "mov of old", "heic", "mkv"),
]
"""Every byte of them counts; of the others the last few can be missing without a trace."""
SPARE_BYTES = {
    "gif": 1,
    "png": 4,
    "palette png": 4,
    "webp": 1,
    "lossless webp": 1,
    "moving webp": 1,
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_file_is_not_cut_short(kind):
    assert why(WHOLE[kind]) is None


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("more", [b"\0", bytes(5000), b"some text behind it", JPEG, MP4])
def test_what_follows_a_whole_file_does_not_matter(kind, more):
    assert why(WHOLE[kind] + more) is None


@given(st.sampled_from([*ENDS_WITH_ITSELF, *SPARE_BYTES]), st.data())
def test_every_file_that_lost_its_end_is_cut_short(kind, data):
    whole = WHOLE[kind]
    kept = st.integers(RECOGNISED_FROM, len(whole) - 1 - SPARE_BYTES.get(kind, 0))
    assert why(whole[: data.draw(kept)])


def test_every_place_to_cut_a_jpeg_with_a_thumbnail_is_seen():
    assert all(why(WITH_THUMBNAIL[:kept]) for kept in range(3, len(WITH_THUMBNAIL)))


def test_a_moving_gif_is_cut_short_unless_it_ends_behind_a_picture():
    whole = [kept for kept in range(RECOGNISED_FROM, len(MOVING_GIF)) if not why(MOVING_GIF[:kept])]
    with Image.open(io.BytesIO(MOVING_GIF[: whole[0]])) as first:
        first.load()
    assert len(whole) < 8


@pytest.mark.parametrize("whole", [MP4, MKV])
def test_every_place_to_cut_a_movie_is_seen(whole):
    assert all(why(whole[:kept]) for kept in range(RECOGNISED_FROM, len(whole)))


def test_the_thumbnail_of_a_second_picture_does_not_make_up_for_the_first():
    cut = WITH_THUMBNAIL[:-20]
    assert why(cut) == "the JPEG has no end marker"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (JPEG[:-2], "the JPEG has no end marker"),
        (JPEG[:100], "the JPEG ends before its picture begins"),
        (PNG[:-12], "the PNG has no end chunk (IEND)"),
        (GIF[:-2], "the GIF ends within a block"),
        (WEBP[:-2], f"the WebP tells of {len(WEBP)} bytes, and only {len(WEBP) - 2} are there"),
        (
            FTYP + MDAT[:-1],
            f"the part mdat ends at byte {len(FTYP + MDAT)} of a file of "
            f"{len(FTYP + MDAT) - 1} bytes",
        ),
        (FTYP + MDAT, "the movie has no index (moov) or no pictures (mdat)"),
        (FTYP + MOOV, "the movie has no index (moov) or no pictures (mdat)"),
        (
            FTYP + struct.pack(">I", 0) + MDAT[4:],
            "the movie has no index (moov) or no pictures (mdat)",
        ),
        (MKV[:-1], f"the movie tells of {len(MKV)} bytes, and only {len(MKV) - 1} are there"),
    ],
)
def test_the_reason_says_what_is_missing(data, reason):
    assert why(data) == reason


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\xff", b"hello", b"the free world and more of it", bytes(40)),
        *(b"FLV\x01\x05\0\0\0\x09" + bytes(9), b"OggS" + bytes(40), b"BM" + bytes(60)),
        FTYP + MOOV + struct.pack(">I", 0) + MDAT[4:],
        FTYP + struct.pack(">I4s", 5, b"moov") + bytes(40),
        EBML + b"\x18S\x80g\x01" + b"\xff" * 7 + bytes(90),
        EBML + b"\xec\x82ab" + bytes(90),
        FTYP + b"m" * 90,
        b"GIF89a" + bytes(7) + b"no block of a GIF",
    ],
)
def test_what_is_not_known_or_open_at_its_end_counts_as_whole(data):
    assert why(data) is None


starts = st.sampled_from(
    [JPEG[:2], JPEG[:30], PNG[:8], GIF[:13], WEBP[:12], b"\0\0\0\x10ftyp", MKV[:9], FTYP]
)
bits = st.sampled_from([b"\xff", b"\xff\xda", b"\xff\xe1", b"\0\0", b"\x01", b"\x2c", b"!\xf9"])
made_up = st.lists(st.one_of(st.binary(max_size=9), bits), max_size=60).map(b"".join)


@given(starts, made_up)
@example(b"\0\0\0\1ftyp", b"\xff" * 8)
@example(b"\0\0\0\1ftyp", bytes(8))
def test_made_up_data_gets_an_answer(start, rest):
    reason = why(start + rest)
    assert reason is None or reason.startswith("the ")


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_file_of_which_one_byte_is_damaged_gets_an_answer(kind, data):
    damaged = bytearray(WHOLE[kind])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    why(bytes(damaged))


@pytest.mark.parametrize(
    "endless",
    [
        GIF[:13] + b"!\xfe" + b"\x01x" * (STEPS_MAX + 9),
        JPEG[:2] + b"\xff\x01\0" * (STEPS_MAX + 9),
        FTYP + struct.pack(">I4s", 8, b"free") * (STEPS_MAX + 9),
    ],
)
def test_a_file_of_endlessly_many_parts_is_given_up(endless):
    reads = 0

    def read(offset: int, length: int) -> bytes:
        nonlocal reads
        reads += 1
        return endless[offset : offset + length]

    assert cut_short(read, len(endless)) is None
    assert reads < len(endless) / 1000


def test_a_file_that_shrinks_while_it_is_read_is_cut_short():
    assert cut_short(lambda offset, length: JPEG[:-9][offset : offset + length], len(JPEG))


@pytest.mark.parametrize("place", [-3, -2, -1, 0, 1])
def test_an_end_marker_is_found_where_two_reads_meet(place):
    begin = JPEG.index(b"\xff\xda")
    gap = SWEEP + place - (len(JPEG) - 2 - begin)
    assert why(JPEG[:-2] + bytes(gap) + b"\xff\xd9" + b"tail") is None
