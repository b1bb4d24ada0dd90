"""Sends the recorded requests to stand-ins that were brought into the state of the recording."""

import http.client
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from g3fs.demo.stash.library import archive
from g3fs.demo.stash.rows import Gallery, Tag
from g3fs.demo.stash.site import StashSite
from tests.recorded.stash.library import DATA, MODIFIED, picture, site, with_galleries
from tests.recorded.stash.recording import Exchange, exchanges
from tests.recorded.stash.running import serving

KEY = "eyJhbGciOiJIUzI1NiJ9.FAKE-KEY.0123456789abcdef"
COOKIE = "MTc2NjAwMDAwMHxGQUtFLVNFU1NJT04"
MD5 = "87081ff811e2d5d68f5ca3222ac100c8"
"""Of a file whose bytes were not recorded."""
Step = Callable[[StashSite], object]
FRAGMENT = re.compile("<fragments as in (Find[A-Za-z]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the stand-in sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def replay(skipped: Collection[str]) -> Iterator[tuple[Exchange, Answer]]:
    """Every exchange with its answer, but for those skipped."""
    for file, recorded in groupby(exchanges(), lambda exchange: exchange.file):
        running = STAGES.get(file, site)()
        with serving(running) as port:
            for exchange in recorded:
                if exchange.key not in skipped:
                    BEFORE.get(exchange.key, lambda _site: None)(running)
                    yield exchange, _ask(running, port, exchange)
                    running.world.jobs.wait()
        running.close()


def _ask(running: StashSite, port: int, exchange: Exchange) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Accept-Encoding": "identity", **exchange.request_headers}
    target = exchange.target.replace(MD5, _md5_of_big(running))
    body = _body(exchange).replace(MD5, _md5_of_big(running)).encode()
    if COOKIE in headers.get("Cookie", "") and "Broken" not in exchange.title:
        headers["Cookie"] = f"session={running.gate.cookie()}"
    connection.request(exchange.method, target, body, headers)
    response = connection.getresponse()
    received = response.read()
    connection.close()
    told = {name: ", ".join(response.headers.get_all(name, ())) for name in response.headers}
    return Answer(status=response.status, headers=told, body=received)


def _md5_of_big(running: StashSite) -> str:
    return running.world.store.files.rows[2045].hashes["md5"]


def _body(exchange: Exchange) -> str:
    """The request with its fragments, which were recorded once."""
    text = exchange.request_body
    named = FRAGMENT.search(text)
    if named is None:
        return text
    first = next(e for e in exchanges() if e.file == exchange.file and e.title == named[1])
    document = json.loads(first.request_body)["query"]
    fragments = document[: document.index("query ")]
    return text.replace(named[0], fragments)


# The states.


def _locked_up(running: StashSite) -> None:
    settings = running.world.settings
    settings.username = settings.password = settings.api_key = ""


def _closed(running: StashSite) -> None:
    running.world.settings.username, running.world.settings.password = "anna", "secret"


def _key(running: StashSite) -> None:
    running.world.settings.api_key = KEY


def _moved(directory: str, names: list[str], **first: int) -> Step:
    """Pictures that appear in a directory and are scanned, with ids from there on."""

    def step(running: StashSite) -> None:
        for table, number in first.items():
            running.world.store.tables[table].next_id = number
        for number, name in enumerate(names):
            content = picture(373, "PNG", seed=sum(map(ord, directory + name)) + number)
            running.world.disk.write(f"{DATA}/{directory}/{name}", content, MODIFIED)
        running.world.scan_now([f"{DATA}/{directory}"])

    return step


def _zipped(name: str, **first: int) -> Step:
    def step(running: StashSite) -> None:
        for table, number in first.items():
            running.world.store.tables[table].next_id = number
        content = archive("", {f"{name}.png": picture(0, "PNG", seed=ord(name))}).content
        running.world.disk.write(f"{DATA}/Del/{name}.zip", content, MODIFIED)
        running.world.scan_now([f"{DATA}/Del/{name}.zip"])

    return step


def _gallery(ident: int, title: str, *images: int) -> Step:
    def step(running: StashSite) -> None:
        store = running.world.store
        store.galleries.next_id = ident
        row = store.galleries.add(Gallery(title=title), running.world.now())
        for image in images:
            store.join(row, store.images.rows[image])

    return step


def _copied(directory: str, names: list[str], **first: int) -> Step:
    """One picture under several names."""

    def step(running: StashSite) -> None:
        for table, number in first.items():
            running.world.store.tables[table].next_id = number
        content = picture(373, "PNG", seed=sum(map(ord, directory)))
        for name in names:
            running.world.disk.write(f"{DATA}/{directory}/{name}", content, MODIFIED)
        running.world.scan_now([f"{DATA}/{directory}"])

    return step


def _all(*steps: Step) -> Step:
    def step(running: StashSite) -> None:
        for one in steps:
            one(running)

    return step


def _tag(ident: int, name: str, *images: int) -> Step:
    def step(running: StashSite) -> None:
        store = running.world.store
        store.tags.next_id = ident
        row = store.tags.add(Tag(name=name), running.world.now())
        for image in images:
            store.images.rows[image].tags.append(row)

    return step


def _next(table: str, number: int) -> Step:
    def step(running: StashSite) -> None:
        running.world.store.tables[table].next_id = number

    return step


def _job(number: int) -> Step:
    def step(running: StashSite) -> None:
        running.world.jobs.wait()
        running.world.jobs.next_id = number

    return step


def _option(name: str, value: object) -> Step:
    return lambda running: setattr(running.options, name, value)


def _remove(path: str) -> Step:
    return lambda running: running.world.disk.remove(f"{DATA}/{path}")


def _late() -> StashSite:
    return with_galleries(site())


def _before_tags() -> StashSite:
    made = site()
    images, tags = made.world.store.images.rows, made.world.store.tags.rows
    for image, tag in ((2022, 4), (2023, 3), (2024, 3)):
        images[image].tags.append(tags[tag])
    _gallery(13, "Two")(made)
    made.world.store.galleries.rows[13].tags.append(tags[3])
    return made


def _before_errors() -> StashSite:
    made = site()
    made.world.store.tags.rows.clear()
    made.world.store.tags.next_id = 2
    return made


def _titled() -> StashSite:
    made = _late()
    for ident in (2022, 2023):
        made.world.store.images.rows[ident].title = "same"
    return made


def _filmed() -> StashSite:
    made = _late()
    made.world.store.scenes.rows[2].title = "Test film"
    for file in made.world.store.scenes.rows[1].files:
        file.hashes["phash"] = "aa7fd5aa8a2a2a2a"
    return made


STAGES: Mapping[str, Callable[[], StashSite]] = {
    "01-system": lambda: site(status="SETUP"),
    "03-errors": _before_errors,
    "04-galleries": _late,
    "05-images": _titled,
    "07-gallery-images": lambda: _cleared(_late()),
    "09-tags": _before_tags,
    "12-upload": _late,
    "16-scenes": _filmed,
    "17-older-v0.27": lambda: _named_shapes(site(version="v0.27.2")),
}


def _trip(running: StashSite) -> None:
    """The last exchanges were recorded later."""
    running.world.store.galleries.rows[15].title = "Trip"


def _cleared(made: StashSite) -> StashSite:
    gallery = made.world.store.galleries.rows[12]
    for image in list(gallery.images):
        made.world.store.part(gallery, image)
    return made


def _named_shapes(made: StashSite) -> StashSite:
    """The older server had fewer galleries: its 7 were the Shapes."""
    galleries = made.world.store.galleries
    shapes = galleries.rows.pop(10)
    galleries.rows.pop(7).id = 70
    shapes.id = 7
    galleries.rows[7] = shapes
    galleries.next_id = 10
    return made


BEFORE: Mapping[str, Step] = {
    "06-gallery-create-update/41": _trip,
    "01-system/5": _option("status", "OK"),
    "02-auth/15": _key,
    "02-auth/38": lambda running: setattr(running.world.settings, "api_key", "another"),
    "02-auth/39": _key,
    "02-auth/41": _locked_up,
    "02-auth/43": _all(
        lambda running: setattr(running.world.settings, "locked", False),
        _option("external_host", "https://media.example"),
    ),
    "07-gallery-images/22": _gallery(89, "Two of them", 2021, 2022),
    "08-image-update/1": _next("tags", 5),
    "09-tags/1": _next("tags", 5),
    "09-tags/16": _next("tags", 13),
    "09-tags/30": _tag(15, "ToMerge", 2025),
    "10-destroy/1": _gallery(21, "By hand", 2021),
    "10-destroy/2": _moved("Del/a", ["1.png"], galleries=16, images=2045, files=2060),
    "10-destroy/3": _all(
        _moved("Del/b", ["2.png", "3.png"], galleries=17, images=2050, files=2065),
        _gallery(22, "Keeper", 2050),
    ),
    "10-destroy/4": _moved("Del/c", ["4.png"], galleries=18, images=2055, files=2067),
    "10-destroy/5": _zipped("d", galleries=19, images=2056, files=2068),
    "10-destroy/6": _zipped("e", galleries=20, images=2058, files=2070),
    "10-destroy/9": _moved(
        "Gone", ["5.png", "6.png", "7.png"], galleries=23, images=2045, files=2076
    ),
    "10-destroy/14": _zipped("f", galleries=24, images=2059, files=2086),
    "10-destroy/15": _copied("Multia", ["m.png", "n.png"], galleries=25, images=2061, files=2073),
    "10-destroy/17": _copied("Multib", ["o.png", "p.png"], galleries=26, images=2062, files=2090),
    "11-scan-and-files/1": _job(15),
    "11-scan-and-files/9": _all(
        _moved("Move/Bb", ["m2.png"], galleries=30, images=2069, files=2083),
        _remove("Move/Bb/m2.png"),
    ),
    "11-scan-and-files/10": _job(26),
    "11-scan-and-files/13": _moved(
        "Move/C", ["c5.png", "c6.png"], galleries=31, images=2072, files=2085
    ),
    "11-scan-and-files/20": _all(
        _next("galleries", 32), lambda running: running.world.scan_now([f"{DATA}/Move"])
    ),
    "11-scan-and-files/21": lambda running: running.world.scan_now([f"{DATA}/Shapes"]),
    "14-bytes/14": _remove("Holidays/beach-12.jpg"),
    "17-older-v0.27/9": _closed,
}
