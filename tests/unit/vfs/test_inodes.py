import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from g3fs.gallery.errors import Stale
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.nodes import ROOT, Child, ControlDirectory, ControlFile, Ino

INOS = st.sampled_from([Ino(number) for number in (16, 17, 18)])


def child(ino):
    return Child(f"name-{ino}", ino, ControlFile(f"file-{ino}"))


def test_a_number_that_the_kernel_should_not_know_is_stale():
    with pytest.raises(Stale, match="17"):
        InodeTable()[Ino(17)]


def test_what_is_known_stays_when_an_older_stream_names_it_again():
    table = InodeTable()
    inode = table.looked_up(child(Ino(17)), ROOT)
    inode.node = ControlFile("newer")
    assert table.looked_up(child(Ino(17)), ROOT).node == ControlFile("newer")


def test_the_path_of_an_inode_is_told_from_the_root():
    table = InodeTable()
    table.keep(ROOT, ControlDirectory(""))
    table.looked_up(Child("album", Ino(17), ControlDirectory("a")), ROOT)
    table.looked_up(Child("photo", Ino(18), ControlFile("b")), Ino(17))
    assert table.path(Ino(18)) == "/album/photo"
    assert table.path(ROOT) == "/"


def test_a_loop_among_stale_parents_still_gives_a_path():
    table = InodeTable()
    table.looked_up(Child("a", Ino(17), ControlDirectory("a")), Ino(18))
    table.looked_up(Child("b", Ino(18), ControlDirectory("b")), Ino(17))
    assert table.path(Ino(17)).endswith("/a")


class LookupCounts(RuleBasedStateMachine):
    """The kernel's view: an inode is known while it is looked up or open."""

    def __init__(self):
        super().__init__()
        self.table = InodeTable()
        self.lookups = {}
        self.open = []

    @rule(ino=INOS)
    def look_up(self, ino):
        self.table.looked_up(child(ino), ROOT)
        self.lookups[ino] = self.lookups.get(ino, 0) + 1

    @rule(ino=INOS, nlookup=st.integers(1, 3))
    def forget(self, ino, nlookup):
        self.table.forget(ino, nlookup)
        self.lookups[ino] = max(0, self.lookups.get(ino, 0) - nlookup)

    @rule(ino=INOS)
    def open_file(self, ino):
        inode = self.table.get(ino)
        if inode is not None:
            self.table.opened(inode)
            self.open.append(inode)

    @rule()
    def release(self):
        if self.open:
            self.table.released(self.open.pop())

    @invariant()
    def what_is_referenced_is_known_and_nothing_else(self):
        opened = {inode.ino for inode in self.open}
        looked_up = {ino for ino, count in self.lookups.items() if count}
        known = {ino for ino in (Ino(16), Ino(17), Ino(18)) if self.table.get(ino)}
        assert known == opened | looked_up


TestLookupCounts = LookupCounts.TestCase
