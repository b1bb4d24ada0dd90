import io

import pytest
from PIL import Image

from g3fs.demo.movies import movie
from g3fs.demo.photoprism.heif import heif
from g3fs.demo.synthetic import tiny_jpeg


@pytest.fixture
def formats() -> dict[str, bytes]:
    """Small files of kinds that browsers do not show."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(out, "GIF")
    return {
        "movie.mp4": movie([tiny_jpeg()] * 48, 60, 40),
        "clip.mov": movie([tiny_jpeg()] * 12, 60, 40),
        "still.gif": out.getvalue(),
        "phone.heic": heif(tiny_jpeg(), 60, 40),
    }
