"""Everything that a Stash is: disk, records, settings, jobs."""

import itertools
import re
import zipfile
from collections.abc import Sequence

from g3fs.demo.stash.disk import Blob, Disk, blob_of
from g3fs.demo.stash.finding import natural
from g3fs.demo.stash.jobs import Job, Jobs, Progress
from g3fs.demo.stash.options import Options, Settings
from g3fs.demo.stash.rows import File, Gallery, Image
from g3fs.demo.stash.scan import Scan
from g3fs.demo.stash.store import Store


class World:
    """What resolvers and mutations work on."""

    def __init__(self, options: Options, settings: Settings, disk: Disk, store: Store) -> None:
        self.options, self.settings, self.disk, self.store = options, settings, disk, store
        self.jobs = Jobs(options)

    def now(self) -> int:
        """Unix seconds."""
        return self.options.now()

    def scan(self, paths: Sequence[str] | None = None, *, rescan: bool = False) -> Job:
        """Start a scan."""

        def work(progress: Progress) -> None:
            progress.task("Walking directory tree")
            scan = Scan(self.store, self.disk, self.settings, self.now(), rescan=rescan)
            whole = max(1, sum(1 for _ in scan.directories(paths or None)))
            done = itertools.count(1)
            scan.run(paths or None, lambda: progress.part(min(1.0, next(done) / whole)))

        return self.jobs.add("Scanning...", work)

    def scan_now(self, paths: Sequence[str] | None = None) -> None:
        """Scan in this thread, without a job."""
        Scan(self.store, self.disk, self.settings, self.now()).run(paths)

    def blob(self, file: File) -> Blob:
        """The bytes of a file as they are on the disk now; out of a zip, unpacked as a whole.

        Raises:
            OSError: it is gone.
        """
        archive = file.zip_file
        if archive is None:
            entry = self.disk.look(file.path)
            if entry is None:
                raise FileNotFoundError(2, "no such file or directory", file.path)
            return Blob(entry.size, lambda: self.disk.open(file.path))
        with self.disk.open(archive.path) as source, zipfile.ZipFile(source) as opened:
            try:
                return blob_of(opened.read(file.path[len(archive.path) + 1 :]))
            except KeyError:
                raise FileNotFoundError(2, "no such file or directory", file.path) from None

    def in_order(self, gallery: Gallery) -> list[Image]:
        """The images of a gallery by path, as chapters and previews count them."""
        return sorted(
            gallery.images,
            key=lambda i: (natural(i.files[0].path if i.files else ""), i.id),
        )

    def cover(self, gallery: Gallery) -> Image | None:
        """The chosen cover, else the first image that looks like one, else the first."""
        if gallery.chosen_cover is not None:
            return gallery.chosen_cover
        images = self.in_order(gallery)
        pattern = re.compile(self.settings.cover_regex, re.IGNORECASE)
        for image in images:
            if image.files and pattern.search(image.files[0].path):
                return image
        return images[0] if images else None
