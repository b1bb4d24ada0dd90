"""The file under the state: shared, killed in mid-write, damaged, of another version."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from g3fs.cache import statetables as tables
from g3fs.cache.database import DatabaseFailed, Schema, open_database
from g3fs.cache.filelock import FileLock
from g3fs.cache.state import open_state
from g3fs.cache.statetables import FIRST_INODE, SCHEMA, Alias, PinnedName
from g3fs.gallery.errors import Busy

NUMBERS = """
import sys, trio
from pathlib import Path
from g3fs.cache.filelock import FileLock
from g3fs.cache.state import open_state

async def main():
    async with open_state(Path(sys.argv[1])) as state:
        print("open", flush=True)
        sys.stdin.readline()
        numbers = await state.inodes([f"item {n}" for n in range(2000)])
        print(*numbers.values())

trio.run(main)
"""

WRITES_FOR_EVER = """
import sys, trio
from pathlib import Path
from g3fs.cache.filelock import FileLock
from g3fs.cache.state import PinnedName, open_state

async def main():
    async with open_state(Path(sys.argv[1])) as state:
        for round in range(1_000_000):
            keys = [f"{round} {n}" for n in range(50)]
            await state.inodes(keys)
            await state.pin_names(str(round), {key: PinnedName(key, key) for key in keys})
            print(round, flush=True)

trio.run(main)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


def start(program, path):
    return subprocess.Popen(
        [sys.executable, "-c", program, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_give_the_same_numbers(path):
    with start(NUMBERS, path) as one, start(NUMBERS, path) as other:
        assert one.stdout.readline() == other.stdout.readline() == "open\n"
        for process in (one, other):
            process.stdin.write("go\n")
            process.stdin.flush()
        numbers = one.stdout.read().split()
        assert other.stdout.read().split() == numbers
    assert sorted(map(int, numbers)) == list(range(FIRST_INODE, FIRST_INODE + 2000))


async def test_what_was_acknowledged_survives_a_killed_process(path):
    with start(WRITES_FOR_EVER, path) as process:
        for _ in range(20):
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    async with open_state(path) as state:
        for number in range(acknowledged + 1):
            assert len(await state.names(str(number))) == 50
        later = await state.names(str(acknowledged + 1))
        assert len(later) in (0, 50)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_only_its_owner_may_read_the_file(path):
    async with open_state(path) as state:
        await state.inodes(["a"])
        modes = {part.name: part.stat().st_mode & 0o777 for part in path.parent.iterdir()}
    assert set(modes) >= {"state.db", "state.db-wal", "state.db.lock"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("content", [b"no database, but long enough to tell" * 100, b"\0" * 4096])
async def test_a_damaged_file_is_moved_aside_and_begun_anew(path, content, caplog):
    path.write_bytes(content)
    async with open_state(path) as state:
        assert await state.inodes(["a"]) == {"a": FIRST_INODE}
    assert path.with_name("state.db.damaged-1").read_bytes() == content
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "moved to" in caplog.text


async def test_damage_in_the_middle_of_the_file_is_found_too(path, caplog):
    async with open_state(path) as state:
        await state.inodes([f"item {number}" for number in range(5000)])
    with path.open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096)
    path.with_name("state.db.damaged-1").write_bytes(b"from an earlier time")
    async with open_state(path) as state:
        assert await state.inodes(["new"]) == {"new": FIRST_INODE}
    assert path.with_name("state.db.damaged-1").read_bytes() == b"from an earlier time"
    assert path.with_name("state.db.damaged-2").stat().st_size > 20 * 4096
    assert "is damaged" in caplog.text


async def test_a_damaged_file_that_another_mount_uses_stays_where_it_is(path):
    path.write_bytes(b"no database, but long enough to tell" * 100)
    user = FileLock(path.with_name("state.db.lock"))
    user.share()
    with pytest.raises(DatabaseFailed, match="another mount uses it: unmount that first"):
        async with open_state(path):
            pass
    user.release()
    assert path.exists()
    assert not list(path.parent.glob("*.damaged-*"))


async def test_a_file_that_stays_locked_is_busy_not_waited_for(path):
    async with open_state(path) as state:
        with state._database.reading() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy, match="kept locked by another process"):
                await state.set_alias("album", "item", Alias("name", "server name"))
            assert await state.aliases("album") == {}
            other.execute("COMMIT")
        await state.set_alias("album", "item", Alias("name", "server name"))


async def test_a_file_of_the_version_that_could_only_read_keeps_what_it_has(path):
    first = replace(SCHEMA, migrations=SCHEMA.migrations[:1])
    database = open_database(path, first)
    known = tables.new_inodes(database, ["a", "b"])
    tables.pin_names(database, "album", {"a": PinnedName("a", "a")}, ())
    database.close()
    async with open_state(path) as state:
        assert await state.inodes(["b", "a"]) == known
        assert await state.names("album") == {"a": PinnedName("a", "a")}
        await state.set_alias("album", "a", Alias("name", "server name"))
        assert await state.aliases("album") == {"a": Alias("name", "server name")}


async def test_a_file_of_a_newer_version_is_refused_and_left_alone(path):
    async with open_state(path) as state:
        await state.inodes(["a"])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA.version + 1}")
    before = path.read_bytes()
    with pytest.raises(DatabaseFailed, match="newer g3fs"):
        async with open_state(path):
            pass
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.damaged-*"))


async def test_another_programs_database_is_refused_and_left_alone(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(DatabaseFailed, match="another program"):
        async with open_state(path):
            pass
    assert path.read_bytes() == before


async def test_a_place_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseFailed, match=r"state\.db cannot be opened: Not a directory"):
        async with open_state(tmp_path / "file" / "sub" / "state.db"):
            pass
    (tmp_path / "state.db").mkdir()
    with pytest.raises(DatabaseFailed, match=r"state\.db cannot be used: unable to open"):
        async with open_state(tmp_path / "state.db"):
            pass


def test_migrations_run_once_each_and_in_order(path):
    first = Schema(application_id=5, migrations=(("CREATE TABLE a (x)",),))
    second = Schema(
        application_id=5,
        migrations=(*first.migrations, ("INSERT INTO a VALUES (1)", "CREATE TABLE b (y)")),
    )
    open_database(path, first).close()
    for _ in range(2):
        database = open_database(path, second)
        with database.reading() as connection:
            assert connection.execute("SELECT x FROM a").fetchall() == [(1,)]
            assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        database.close()


def test_a_failed_migration_leaves_the_old_version(path):
    first = Schema(application_id=5, migrations=(("CREATE TABLE a (x)",),))
    broken = Schema(
        application_id=5, migrations=(*first.migrations, ("CREATE TABLE b (y)", "not SQL"))
    )
    open_database(path, first).close()
    with pytest.raises(DatabaseFailed, match="syntax error"):
        open_database(path, broken)
    database = open_database(path, first)
    with database.reading() as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]
    database.close()


def test_a_file_in_use_is_not_migrated(path):
    first = Schema(application_id=5, migrations=(("CREATE TABLE a (x)",),))
    second = Schema(application_id=5, migrations=(*first.migrations, ("CREATE TABLE b (y)",)))
    database = open_database(path, first)
    with pytest.raises(DatabaseFailed, match="in use by an older g3fs"):
        open_database(path, second)
    database.close()
    open_database(path, second).close()
