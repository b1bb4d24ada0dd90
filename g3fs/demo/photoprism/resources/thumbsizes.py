"""The sizes of thumbnails: cropped squares, and boxes into which a picture is fitted."""

from collections.abc import Mapping

from PIL import Image, ImageOps

SQUARES: Mapping[str, int] = {"tile_50": 50, "tile_100": 100, "tile_224": 224, "tile_500": 500}
EDGES: Mapping[str, tuple[float, float]] = {"left_224": (0.0, 0.5), "right_224": (1.0, 0.5)}
BOXES: Mapping[str, tuple[int, int]] = {
    "fit_720": (720, 720),
    "fit_1280": (1280, 1024),
    "fit_1600": (1600, 900),
    "fit_1920": (1920, 1200),
    "fit_2048": (2048, 2048),
    "fit_2560": (2560, 1600),
    "fit_3840": (3840, 2400),
    "fit_4096": (4096, 4096),
    "fit_7680": (7680, 4320),
}
SIZES = frozenset((*SQUARES, *EDGES, *BOXES, "colors"))
SHOWN = ("fit_720", "fit_1280", "fit_1920", "fit_2560", "fit_4096", "fit_7680")


def fitted(name: str, width: int, height: int) -> dict[str, int]:
    """Width and height in a box, never enlarged."""
    box = BOXES[name]
    scale = min(1.0, box[0] / max(1, width), box[1] / max(1, height))
    return {"w": round(width * scale), "h": round(height * scale)}


def reduced(image: Image.Image, name: str) -> Image.Image:
    """The picture in that size."""
    if name in SQUARES:
        side = SQUARES[name]
        return ImageOps.fit(image, (side, side))
    if name in EDGES:
        return ImageOps.fit(image, (224, 224), centering=EDGES[name])
    if name == "colors":
        return image.resize((3, 3))
    image.thumbnail(BOXES[name])
    return image
