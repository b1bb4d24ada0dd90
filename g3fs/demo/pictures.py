"""Draws the sample pictures: quick, different from each other, the same on every run."""

import io
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, ImageOps

Colour = tuple[int, int, int]
Painter = Callable[[ImageDraw.ImageDraw, "Scene", random.Random], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What to draw; equal scenes give equal pixels."""

    theme: str
    label: str
    seed: int
    width: int = 1200
    height: int = 800


SKIES: Mapping[str, tuple[Colour, Colour]] = {
    "sea": ((120, 190, 240), (235, 245, 250)),
    "hills": ((250, 200, 130), (180, 215, 245)),
    "city": ((60, 70, 120), (240, 160, 120)),
    "snow": ((170, 195, 225), (240, 245, 255)),
    "night": ((8, 10, 35), (50, 50, 110)),
    "party": ((250, 225, 235), (255, 245, 205)),
    "garden": ((205, 235, 250), (235, 250, 225)),
}
"""Top and bottom colour of the background, by theme."""


def draw(scene: Scene) -> Image.Image:
    """An RGB picture of the scene."""
    rng = random.Random(f"{scene.theme}/{scene.label}/{scene.seed}")  # noqa: S311 - pictures, not secrets
    top, bottom = (_shifted(colour, rng) for colour in SKIES[scene.theme])
    gradient = Image.linear_gradient("L").resize((scene.width, scene.height))
    image = ImageOps.colorize(gradient, top, bottom)
    pencil = ImageDraw.Draw(image)
    _PAINTERS[scene.theme](pencil, scene, rng)
    _sign(pencil, scene)
    return image


def encode(image: Image.Image, kind: str) -> bytes:
    """The picture as a file of the Pillow format `kind`: JPEG, PNG, GIF or WEBP."""
    out = io.BytesIO()
    if kind == "GIF":
        image = image.quantize(64)
    image.save(out, kind, **({"quality": 82} if kind in ("JPEG", "WEBP") else {}))
    return out.getvalue()


def _shifted(colour: Colour, rng: random.Random) -> Colour:
    red, green, blue = (max(0, min(255, part + rng.randint(-22, 22))) for part in colour)
    return red, green, blue


def _sign(pencil: ImageDraw.ImageDraw, scene: Scene) -> None:
    size = scene.height // 16
    font = ImageFont.load_default(size)
    spot = (size, scene.height - 2 * size)
    pencil.text((spot[0] + 2, spot[1] + 2), scene.label, font=font, fill=(0, 0, 0))
    pencil.text(spot, scene.label, font=font, fill=(255, 255, 255))


def _disc(pencil: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour) -> None:
    pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _ridge(
    scene: Scene, base: float, swing: float, rng: random.Random
) -> list[tuple[float, float]]:
    """A wavy outline from the left edge to the right, closed along the bottom."""
    phase, waves = rng.uniform(0, 6), rng.uniform(1.5, 4)
    line = [(0.0, float(scene.height))]
    for step in range(41):
        at = step / 40
        lift = math.sin(phase + at * waves * math.pi) + 0.4 * math.sin(3 * phase + at * 17)
        line.append((at * scene.width, scene.height * (base - swing * lift)))
    line.append((float(scene.width), float(scene.height)))
    return line


def _sea(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    horizon = scene.height * rng.uniform(0.45, 0.6)
    _disc(pencil, scene.width * rng.random(), horizon * 0.5, scene.height / 11, (255, 240, 180))
    pencil.rectangle((0, horizon, scene.width, scene.height), fill=(30, 110, 165))
    for _ in range(60):
        x, y = rng.uniform(0, scene.width), rng.uniform(horizon, scene.height)
        length = 20 + (y - horizon) / 3
        pencil.line((x, y, x + length, y), fill=(120, 185, 215), width=3)
    sail, foot = scene.width * rng.uniform(0.2, 0.8), horizon + scene.height / 20
    pencil.polygon([(sail, foot), (sail, foot - 150), (sail + 80, foot)], fill=(255, 255, 250))
    pencil.polygon(
        [(sail - 60, foot), (sail + 110, foot), (sail + 80, foot + 30), (sail - 30, foot + 30)],
        fill=(150, 60, 40),
    )


def _hills(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    _disc(pencil, scene.width * rng.random(), scene.height / 5, scene.height / 12, (255, 250, 215))
    for depth, green in enumerate(((125, 165, 150), (90, 145, 95), (55, 110, 60), (35, 80, 40))):
        outline = _ridge(scene, 0.5 + depth * 0.13, 0.09 - depth * 0.015, rng)
        pencil.polygon(outline, fill=_shifted(green, rng))


def _city(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    left = 0.0
    while left < scene.width:
        wide, high = rng.randint(60, 130), scene.height * rng.uniform(0.25, 0.75)
        roof = scene.height - high
        shade = rng.randint(25, 70)
        pencil.rectangle((left, roof, left + wide, scene.height), fill=(shade, shade, shade + 25))
        for y in range(int(roof) + 15, scene.height - 20, 40):
            for x in range(int(left) + 12, int(left) + wide - 15, 26):
                if rng.random() < 0.6:
                    pencil.rectangle((x, y, x + 12, y + 20), fill=(255, 225, 140))
        left += wide + rng.randint(0, 14)


def _snow(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    for _ in range(4):
        foot, width = rng.uniform(0, scene.width), rng.uniform(0.2, 0.4) * scene.width
        top = scene.height * rng.uniform(0.12, 0.4)
        slope = [(foot - width, scene.height), (foot, top), (foot + width, scene.height)]
        pencil.polygon(slope, fill=_shifted((115, 130, 155), rng))
        cap = [(foot - width / 4, top + (scene.height - top) / 4), (foot, top)]
        pencil.polygon([*cap, (foot + width / 4, cap[0][1])], fill=(250, 252, 255))
    pencil.polygon(_ridge(scene, 0.85, 0.03, rng), fill=(245, 248, 255))
    for _ in range(150):
        _disc(pencil, rng.uniform(0, scene.width), rng.uniform(0, scene.height), 3, (255, 255, 255))


def _night(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    for _ in range(220):
        x, y = rng.uniform(0, scene.width), rng.uniform(0, scene.height * 0.8)
        _disc(pencil, x, y, rng.choice((1, 1, 2, 3)), (250, 245, 220))
    moon = scene.width * rng.uniform(0.15, 0.85)
    _disc(pencil, moon, scene.height / 4, scene.height / 9, (245, 240, 210))
    pencil.polygon(_ridge(scene, 0.82, 0.06, rng), fill=(12, 14, 26))


def _party(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    for _ in range(26):
        x, y = rng.uniform(0, scene.width), rng.uniform(0, scene.height * 0.75)
        radius = rng.uniform(25, 75)
        paint = _shifted(rng.choice(((220, 60, 80), (60, 130, 220), (240, 180, 40))), rng)
        pencil.line((x, y, x + rng.uniform(-15, 15), y + 3 * radius), fill=(130, 130, 130), width=2)
        _disc(pencil, x, y, radius, paint)
        _disc(pencil, x - radius / 3, y - radius / 3, radius / 6, (255, 255, 255))


def _garden(pencil: ImageDraw.ImageDraw, scene: Scene, rng: random.Random) -> None:
    pencil.polygon(_ridge(scene, 0.7, 0.04, rng), fill=_shifted((95, 155, 80), rng))
    for _ in range(24):
        x, y = rng.uniform(0, scene.width), scene.height * rng.uniform(0.35, 0.85)
        pencil.line((x, y, x + rng.uniform(-20, 20), scene.height), fill=(50, 110, 50), width=5)
        petal = _shifted(rng.choice(((235, 90, 130), (250, 205, 70), (170, 110, 220))), rng)
        for turn in range(7):
            angle = turn * 2 * math.pi / 7
            _disc(pencil, x + 22 * math.cos(angle), y + 22 * math.sin(angle), 15, petal)
        _disc(pencil, x, y, 13, (110, 70, 40))


_PAINTERS: Mapping[str, Painter] = {
    "sea": _sea,
    "hills": _hills,
    "city": _city,
    "snow": _snow,
    "night": _night,
    "party": _party,
    "garden": _garden,
}
