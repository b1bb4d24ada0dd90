"""What happens to a gallery, as data: strategies for operations of users, servers and disasters.

The alphabet is tiny, so that names collide.
"""

from hypothesis import strategies as st

from g3fs.gallery.errors import NoSpace, ServerError, TimedOut, TooLarge, Unreachable

OPERATIONS = 20
ALBUMS = ("one", "two", "one/two")
FILES = ("a.jpg", "b.jpg", "c__d.jpg", "c_d.jpg", "a.png")
"""`c__d.jpg` the fake server calls `c_d.jpg`; it takes no `a.png` beside an `a.jpg`."""
STAGED = ("a.jpg~", "a.jpg.part", "b.jpg~", ".a.jpg.Ab12Cd")
PASSING = (ServerError, TimedOut, Unreachable)
REFUSING = (TooLarge, NoSpace)
SENDING = ("create", "replace")
CHANGING = (*SENDING, "move", "delete", "make_album", "remove_album", "set_fact", "set_tags")
ASKING = ("list", "mark", "find", "open")
SLOTS = 3

albums = st.sampled_from(ALBUMS)
names = st.sampled_from((*FILES, "a.jpg", "a.jpg", "b.jpg", *STAGED))
paths = st.builds(
    lambda album, name: f"{album}/{name}" if album else name,
    st.sampled_from(("", "", "", *ALBUMS)),
    names,
)
numbers = st.integers(1, 50)
slots = st.integers(0, SLOTS - 1)

cutting = st.one_of(
    st.tuples(st.just("write cut short"), paths, numbers),
    st.tuples(st.just("truncate"), paths, st.sampled_from((0, 100, 1000))),
)
writing = st.one_of(
    st.tuples(st.just("write"), paths, numbers),
    st.tuples(st.just("write"), paths, numbers),
    st.tuples(st.just("append"), paths, numbers),
    st.tuples(st.just("touch"), paths),
    st.tuples(st.just("empty"), paths),
    st.tuples(st.just("save"), paths, numbers),
    st.tuples(st.just("backup"), paths, numbers),
    st.tuples(st.just("download"), paths, numbers),
)
naming = st.one_of(
    st.tuples(st.just("unlink"), paths),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("mkdir"), albums),
    st.tuples(st.just("rmdir"), albums),
    st.tuples(st.just("rename"), albums, albums),
)
telling = st.one_of(
    st.tuples(st.just("read"), paths),
    st.tuples(st.just("tag"), paths, st.sampled_from(("sea", "hill,sea"))),
    st.tuples(st.just("call"), paths, st.sampled_from(("Sea", "Hill"))),
    st.tuples(st.just("date"), paths, numbers),
)
holding = st.one_of(
    st.tuples(st.just("open"), slots, paths, st.booleans()),
    st.tuples(st.just("begin"), slots, paths, numbers),
    st.tuples(st.just("put"), slots, st.integers(0, 20), numbers),
    st.tuples(st.just("look"), slots),
    st.tuples(st.just("sync"), slots),
    st.tuples(st.just("shut"), slots),
)
elsewhere = st.one_of(
    st.tuples(st.just("remote add"), paths, numbers),
    st.tuples(st.just("remote delete"), paths),
    st.tuples(st.just("remote replace"), paths, numbers),
    st.tuples(st.just("remote rename"), paths, names),
    st.tuples(st.just("remote rmdir"), albums),
)
passing = st.one_of(
    st.tuples(
        st.just("fault"),
        st.sampled_from(CHANGING + ASKING),
        st.sampled_from(PASSING),
        st.just(False),
    ),
    st.tuples(
        st.just("fault"), st.sampled_from(CHANGING), st.sampled_from(PASSING[:2]), st.just(True)
    ),
)
refusing = st.tuples(
    st.just("fault"), st.sampled_from(SENDING), st.sampled_from(REFUSING), st.just(False)
)
restarts = st.tuples(st.just("restart"))
sending = st.tuples(st.just("send"))


def sequences(*kinds: st.SearchStrategy) -> st.SearchStrategy:
    """As many operations as a sequence has, of these kinds."""
    return st.lists(st.one_of(*kinds), min_size=OPERATIONS, max_size=OPERATIONS)


at_once = sequences(
    *(writing, writing, cutting, naming, naming, telling, holding, elsewhere),
    *(passing, refusing, restarts),
)
"""For a mount that answers close(2) with the server's verdict."""
behind = sequences(
    *(writing, writing, cutting, naming, naming, telling, holding, elsewhere),
    *(passing, refusing, restarts, sending),
)
"""For one that sends behind, when it is told to."""
meanwhile = sequences(writing, writing, naming, naming, telling, holding, passing, restarts)
"""For one that sends behind whenever it likes."""
