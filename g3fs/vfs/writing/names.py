"""Which names are a program's own business, and never become items of a gallery; pure functions.

Programs save by way of a second name: they write a temporary file and rename it over the photo, or
rename the photo away and write it anew. Such names are staged: files under them stay on this
machine until they get a name that a gallery takes.
"""

import re
from collections.abc import Iterable, Mapping

from g3fs.vfs.names import EXTENSIONS, folded

_MEDIA = "|".join(sorted({re.escape(ext) for fitting in EXTENSIONS.values() for ext in fitting}))

STAGING: Mapping[str, str] = {
    # Written first, then renamed over the photo.
    r"\..+\.[A-Za-z0-9]{6}": "rsync: `.a.jpg.Ab12Cd` becomes `a.jpg`",
    rf"(?i:.+(?:{_MEDIA}))\.[A-Za-z0-9]{{6}}": "Qt's QSaveFile, bsdtar, exiftran: `a.jpg.AbCdEf`",
    r"\.goutputstream-[A-Z0-9]+": "GIO: gedit, GIMP, eog, gThumb, `gio save`",
    r".+_exiftool_tmp": "exiftool",
    r"sed[A-Za-z0-9]{6}": "sed -i",
    r"XX[A-Za-z0-9]{6}": "perl -i, since 5.28",
    r"\.tmp[A-Za-z0-9]{6}": "Rust's tempfile: oxipng",
    r"tmp[a-z0-9_]{8}|tmp\.[A-Za-z0-9]{10}": "Python's tempfile, mktemp(1)",
    r"magick-[A-Za-z0-9_-]+": "ImageMagick, where it is told to work in the album",
    r".+\.digikamtempfile\..+|\.digikamtempfile\..+": "digiKam",
    r"(?i:.+\.te?mp)": "Geeqie, Syncthing, Unison, jpegoptim, Windows programs",
    r".+\.sb-[0-9a-f]{8}-[A-Za-z0-9]{6}": "macOS, documents that are saved",
    # Downloads and copies that are under way.
    r".+\.part|.+\.partial|.+\.filepart": "KIO, Firefox, yt-dlp, rclone, WinSCP",
    r".+\.crdownload|\.com\.google\.Chrome\..+": "Chrome, Edge",
    r".+\.(?:wk|op)?download": "Safari, GNOME Web, Opera",
    r".+\.aria2|.+\.ytdl": "what aria2 and yt-dlp remember of a download",
    r"\..+\.~[0-9a-f]+": "Nextcloud, ownCloud: `.a.jpg.~1a2b3c`",
    r"\.~tmp~|\.rsync-(?:partial|tmp)": "rsync --delay-updates, --partial-dir, --temp-dir",
    # The photo as it was, renamed away.
    r".*~": "mogrify, editors, cp -b, install -b: `a.jpg~`, `a.jpg.~1~`",
    r".+_original": "exiftool, unless it is told to overwrite",
    r"(?i:.+\.(?:bak|orig))": "sed -i.bak, perl -i.orig, optipng",
    rf"(?i:.+(?:{_MEDIA}))\.t": "jhead",
    # Editors at work.
    r"4913|5036|5159": "vim, to see whether it may create files here",
    r"(?:\..*)?\.sw[a-z]x?|.+\.swp": "vim, nano: `.a.jpg.swp`",
    r"\..+\.kate-swp": "Kate",
    r"#.+#|\.#.+": "emacs: what is not saved yet, and its lock",
    r"\.~lock\..+#|~\$.+": "locks of LibreOffice and Microsoft Office",
    # Files that are deleted and still open.
    r"\.nfs[0-9a-fA-F]{8,}": "the kernel's NFS client",
    r"\.fuse_hidden[0-9a-fA-F]{8,}": "libfuse",
    # What systems leave behind in directories.
    r"\._.+": "macOS, attributes of the file of that name (AppleDouble)",
    r"\.DS_Store|\.localized|\.apdisk|\.TemporaryItems": "macOS",
    r"(?i:(?:eh)?thumbs\.db|desktop\.ini|\.?picasa\.ini|zbthumbnail\.info)": "Windows",
    r"\.directory": "KDE: how a directory is shown",
    r"\.nomedia": "Android",
}
"""Names that are staged, as patterns of the whole name; and who makes such names."""

_STAGED = re.compile("|".join(f"(?:{pattern})" for pattern in STAGING), re.DOTALL)
_TRASH = re.compile(r"\.Trash(?:-.*)?", re.DOTALL)


def is_staging(name: str) -> bool:
    """Whether files of this name stay on this machine, whatever their extension says.

    `.hid.jpg` is an ordinary name: servers take it, spelled otherwise, and no program that is known
    makes a temporary file that looks so.
    """
    return _STAGED.fullmatch(name) is not None


def successor_of(name: str, others: Iterable[str]) -> str | None:
    """Which of the finished staged files `others` is about to take the place of `name`.

    Asked when `name` is unlinked. KDE overwrites `x.jpg` so: it writes `x.jpg.part`, unlinks
    `x.jpg`, renames. Every other program renames over the name, without unlinking it.
    """
    wanted = folded(f"{name}.part")
    return next((other for other in others if folded(other) == wanted), None)


def refused_directory(name: str) -> bool:
    """Whether a directory of this name is a bin for what is deleted, as desktops make them.

    Refused with EPERM, they ask the user whether to delete for good.
    Source: freedesktop.org, trash specification 1.0.
    """
    return _TRASH.fullmatch(name) is not None
