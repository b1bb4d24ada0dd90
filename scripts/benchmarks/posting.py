"""The same uploads made by curl, and albums for them; none of it through the mount."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from scripts.benchmarks.trial import Outcome, Trial

METHOD_HEADER = "X-Gallery-Request-Method"
ROOT = 1


def make_album(trial: Trial, name: str) -> int:
    """An empty album in the root; its number."""
    entity = quote(json.dumps({"type": "album", "name": name, "title": name}))
    answer = trial.fetch_json(f"rest/item/{ROOT}", _method("post"), f'data = "entity={entity}"')
    assert isinstance(answer, dict)
    return int(answer["url"].rpartition("/")[2])


def delete_albums(trial: Trial, numbers: Iterable[int]) -> None:
    """With all that is in them."""
    for number in numbers:
        trial.fetch_json(f"rest/item/{number}", _method("delete"), 'data = ""')


def one_by_one(trial: Trial, album: int, photos: Sequence[Path]) -> Outcome:
    """A curl for each photo, one after the other."""
    configs = trial.path.parent / "posts"
    configs.mkdir(mode=0o700, exist_ok=True)
    for number, photo in enumerate(photos):
        text = "\n".join(["fail", trial.entry, *_post(trial, album, photo)])
        (configs / f"{number:05}").write_text(text)
    script = 'for post in "$1"/*; do curl --config "$post" || exit; done'
    return trial.tool("sh", "-c", script, "sh", configs)


def in_one_go(trial: Trial, album: int, photos: Sequence[Path]) -> Outcome:
    """One curl for all photos, on one connection."""
    posts = ("\n".join([trial.entry, "fail", *_post(trial, album, photo)]) for photo in photos)
    return trial.tool("curl", "--config", "-", stdin="\nnext\n".join(posts))


def _post(trial: Trial, album: int, photo: Path) -> list[str]:
    """As the mount posts it."""
    names = {"name": photo.name, "title": photo.name, "slug": photo.stem}
    entity = json.dumps({"type": "photo", **names}).replace('"', r"\"")
    path = urlsplit(trial.gallery.url).path.rstrip("/")
    return [
        f'url = "{trial.proxy.url(f"{path}/rest/item/{album}")}"',
        _method("post"),
        f'form-string = "entity={entity}"',
        f'form = "file=@{photo};type=image/jpeg"',
        'output = "/dev/null"',
    ]


def _method(name: str) -> str:
    return f'header = "{METHOD_HEADER}: {name}"'
