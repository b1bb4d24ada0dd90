"""Every operation that writes, as data: what is called, and what the gallery has afterwards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from g3fs.demo.library import Album, Library, Remark
from tests.kernel.writing import Items, Seen, photo, picture

NEW = picture("new data", 5000)
NEW_SHA256 = sha256(NEW).hexdigest()
TEMPORARY = ".a.jpg.Ab12Cd"

Call = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that a program does to an album."""

    name: str
    """And that of its album."""
    call: Callable[[Path, Path], Call]
    """For the directory and a file with new data."""
    effect: Callable[[Items], Items]
    """What is in the album afterwards."""
    before: Callable[[Path, Path], tuple[Call, ...]] = lambda _at, _source: ()
    """What was done earlier, to no item of the server."""
    sends: bool = False
    """Whether data goes to the server."""
    keeps: Mapping[str, str] = field(default_factory=dict)
    """Digests of what is in failed/ when it was refused."""
    staged: str | None = None
    """The name that the data has here until it has arrived."""


def _edit(path: str, **changes: object) -> Callable[[Items], Items]:
    return lambda items: {**items, path: replace(items[path], **changes)}  # type: ignore[arg-type]  # fields by name


def _moved(old: str, new: str) -> Callable[[Items], Items]:
    def effect(items: Items) -> Items:
        below = {p: item for p, item in items.items() if p == old or p.startswith(f"{old}/")}
        kept = {p: item for p, item in items.items() if p not in below}
        return {**kept, **{new + p.removeprefix(old): item for p, item in below.items()}}

    return effect


def _without(path: str) -> Callable[[Items], Items]:
    return lambda items: {p: item for p, item in items.items() if p != path}


def _into_sub(path: str, cover: str) -> Callable[[Items], Items]:
    """The first item that comes into an album makes its cover."""

    def effect(items: Items) -> Items:
        moved = _moved(path, f"sub/{path}")(items)
        return _edit("sub", cover=items[cover].id)(moved)

    return effect


def _with(path: str, made: Seen) -> Callable[[Items], Items]:
    return lambda items: {**items, path: made}


ARRIVED = Seen(sha256=NEW_SHA256)
COVER = "user.g3fs.cover"

OPERATIONS = (
    Operation(
        name="create",
        call=lambda at, source: ("write", at / "new.jpg", source),
        effect=_with("new.jpg", ARRIVED),
        sends=True,
        keeps={"new.jpg": NEW_SHA256},
    ),
    Operation(
        name="replace",
        call=lambda at, source: ("write", at / "a.jpg", source),
        effect=_edit("a.jpg", sha256=NEW_SHA256),
        sends=True,
        keeps={"a.jpg": NEW_SHA256},
    ),
    Operation(
        name="rename a new file over a photo",
        before=lambda at, source: (("write", at / TEMPORARY, source),),
        call=lambda at, _: ("rename", at / TEMPORARY, at / "a.jpg"),
        effect=_edit("a.jpg", sha256=NEW_SHA256),
        sends=True,
        staged=TEMPORARY,
    ),
    Operation(
        name="rename a new file",
        before=lambda at, source: (("write", at / TEMPORARY, source),),
        call=lambda at, _: ("rename", at / TEMPORARY, at / "new.jpg"),
        effect=_with("new.jpg", ARRIVED),
        sends=True,
        staged=TEMPORARY,
    ),
    Operation(
        name="mkdir",
        call=lambda at, _: ("mkdir", at / "made"),
        effect=_with("made", Seen()),
    ),
    Operation(name="rmdir", call=lambda at, _: ("rmdir", at / "sub"), effect=_without("sub")),
    Operation(name="unlink", call=lambda at, _: ("unlink", at / "a.jpg"), effect=_without("a.jpg")),
    Operation(
        name="rename a photo",
        call=lambda at, _: ("rename", at / "a.jpg", at / "other.jpg"),
        effect=_moved("a.jpg", "other.jpg"),
    ),
    Operation(
        name="move a photo",
        call=lambda at, _: ("rename", at / "a.jpg", at / "sub" / "a.jpg"),
        effect=_into_sub("a.jpg", "a.jpg"),
    ),
    Operation(
        name="rename an album",
        call=lambda at, _: ("rename", at / "full", at / "other"),
        effect=_moved("full", "other"),
    ),
    Operation(
        name="move an album",
        call=lambda at, _: ("rename", at / "full", at / "sub" / "full"),
        effect=_into_sub("full", "full/inner.jpg"),
    ),
    Operation(
        name="rename a photo over another",
        call=lambda at, _: ("rename", at / "a.jpg", at / "b.jpg"),
        effect=lambda items: _moved("a.jpg", "b.jpg")(_without("b.jpg")(items)),
    ),
    Operation(
        name="set tags",
        call=lambda at, _: ("set_attribute", at / "a.jpg", "user.xdg.tags", "Sea,New"),
        effect=_edit("a.jpg", tags=("New", "Sea")),
    ),
    Operation(
        name="add a tag",
        call=lambda at, _: ("set_attribute", at / "a.jpg", "user.g3fs.tags.add", '["New"]'),
        effect=_edit("a.jpg", tags=("Holiday", "New", "Sea")),
    ),
    Operation(
        name="remove tags",
        call=lambda at, _: ("removexattr", at / "a.jpg", "user.xdg.tags"),
        effect=_edit("a.jpg", tags=()),
    ),
    Operation(
        name="set a title",
        call=lambda at, _: ("set_attribute", at / "a.jpg", "user.g3fs.title", "Dusk"),
        effect=_edit("a.jpg", title="Dusk"),
    ),
    Operation(
        name="set a description",
        call=lambda at, _: ("set_attribute", at / "a.jpg", "user.xdg.comment", "At dusk"),
        effect=_edit("a.jpg", description="At dusk"),
    ),
    Operation(
        name="remove a description",
        call=lambda at, _: ("removexattr", at / "a.jpg", "user.xdg.comment"),
        effect=_edit("a.jpg", description=None),
    ),
    Operation(
        name="comment",
        call=lambda at, _: ("set_attribute", at / "a.jpg", "user.g3fs.comment.new", "Nice!"),
        effect=_edit("a.jpg", comments=("Lovely!", "Nice!")),
    ),
    Operation(
        name="set a cover",
        call=lambda at, _: ("set_attribute", at, COVER, "b.jpg"),
        effect=lambda items: _edit("", cover=items["b.jpg"].id)(items),
    ),
)


NAMED = {operation.name: operation for operation in OPERATIONS}


def variant(name: str, of: str) -> Operation:
    """An operation once more, in another album."""
    return replace(NAMED[name], name=f"{name} ({of})")


def library(operations: Iterable[Operation] = OPERATIONS) -> Library:
    """An album for each operation, all alike."""
    return Library(children=tuple(_album(operation.name) for operation in operations))


def _album(name: str) -> Album:
    a_photo = photo(
        "a.jpg",
        title="A sea",
        tags=("Holiday", "Sea"),
        caption="By day",
        remarks=(Remark(text="Lovely!"),),
    )
    full = Album(name="full", title="A full one", children=(photo("inner.jpg", title="Inner"),))
    return Album(
        name=name,
        title="An album",
        children=(
            photo("cover.jpg", title="A cover"),
            a_photo,
            photo("b.jpg", title="A hill"),
            Album(name="sub", title="An empty one"),
            full,
        ),
    )
