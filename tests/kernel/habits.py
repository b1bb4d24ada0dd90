"""What people and programs do in a directory with the photos a.jpg and b.jpg.

Lines of shell, or of Python, which end with the first failure. `$SRC` has n.jpg and m.jpg, `$OUT`
is an empty directory elsewhere.
"""

COPYING = {
    "a photo over its neighbour": "cp a.jpg b.jpg; cmp a.jpg b.jpg",
    "a photo over itself": "cp a.jpg a.jpg || echo same",
    "numbered backups": "for n in n m; do cp --backup=numbered $SRC/$n.jpg a.jpg; done; ls -A",
    "install with backup": "install -b $SRC/n.jpg a.jpg; ls -A",
    "rsync with backup": "rsync -ab $SRC/n.jpg a.jpg; ls -A",
    "rsync, appending": "rsync -a --partial --append $SRC/ ./; ls -A",
    "rsync, deleting": "rsync -a --delete $SRC/ ./; ls -A",
    "rsync, all at the end": "rsync -a --delay-updates $SRC/ ./; ls -A",
    "rsync by way of a directory": "mkdir t; rsync -a -T t $SRC/ ./; rmdir t; ls -A",
    "rsync out": "rsync -a ./ $OUT/; diff -r . $OUT; ls -A $OUT",
    "tar over photos": "for i in 1 2; do tar -C $SRC -cf - . | tar xf - --overwrite; done; ls",
    "two at once": "tee n.jpg m.jpg < $SRC/n.jpg > /dev/null; cmp n.jpg m.jpg",
    "one after the other": "cat a.jpg b.jpg > n.jpg; stat -c %s n.jpg",
    "the end of a new version": "tail -c 9 a.jpg; cp $SRC/n.jpg a.jpg; tail -c 9 a.jpg | md5sum",
    "many, and fewer": "for i in 1 2 3 4 5 6; do cp $SRC/n.jpg p$i.jpg; done; rm p[1-3].jpg; ls",
    "other formats": "convert -strip a.jpg n.gif; convert a.jpg b.jpg o.gif; ls",
}

WRITING = {
    "appending": "printf xyz >> a.jpg; printf abc >> a.jpg; stat -c %s a.jpg",
    "appending to nothing": "cat $SRC/n.jpg >> n.jpg; printf xyz >> n.jpg; stat -c %s n.jpg",
    "no clobbering": "set -C; (cat $SRC/n.jpg > a.jpg) 2> /dev/null || echo no; ls",
    "touched first": "touch n.jpg; ls -s n.jpg; cat $SRC/n.jpg > n.jpg; stat -c %s n.jpg",
    "touched and moved": "touch n.jpg; mv n.jpg m.jpg; ls; cat $SRC/n.jpg > m.jpg; ls; rm m.jpg",
    "touched and deleted": "touch n.jpg m.jpg; rm n.jpg; ls; rm m.jpg; ls",
    "longer and shorter": "for n in +5 -5; do truncate -s $n a.jpg; stat -c %s a.jpg; done",
    "by several commands": "(head -c 900 $SRC/n.jpg; tail -c +901 $SRC/n.jpg) > n.jpg; ls",
}

MOVING = {
    "in a circle": "mv a.jpg t.jpg; mv b.jpg a.jpg; mv t.jpg b.jpg; ls",
    "over each other": "mv a.jpg b.jpg; cp $SRC/n.jpg a.jpg; mv a.jpg b.jpg; ls",
    "to capital letters": "mv a.jpg A.jpg; ls; mv A.jpg a.JPG; ls",
    "with backup": "mv -b b.jpg a.jpg; ls -A",
    "written, then moved": "cp $SRC/n.jpg n.jpg; mv n.jpg m.jpg; cp $SRC/m.jpg n.jpg; ls",
    "deleted and made again": "for n in n m; do rm a.jpg; cp $SRC/$n.jpg a.jpg; done; ls",
    "directories": "mkdir -p x/y/z; cp $SRC/n.jpg x/y/z; mv x/y w; find . | sort; rm -r w x; ls",
    "a directory made again": "mkdir x; mkdir x 2> /dev/null || rmdir x; mkdir x; mv x y; ls",
    "in and out": "mkdir x; mv a.jpg x; mv x/a.jpg x/c.jpg; mv x/c.jpg .; rmdir x; ls",
    "a directory over another": "mkdir x y; mv -T x y; ls; rmdir y",
    "by age": "cp $SRC/n.jpg n.jpg; find . -type f -newermt 2015-01-01 -delete; ls",
}

FOR_A_WHILE = {
    "away and back": "mv a.jpg a.jpg~; ls; md5sum < a.jpg~; mv a.jpg~ a.jpg; ls",
    "away, anew, back": "mv a.jpg a.jpg~; cp $SRC/n.jpg a.jpg; md5sum a.jpg; mv a.jpg~ a.jpg",
    "changing names": "mv a.jpg x.tmp; mv b.jpg a.jpg; mv x.tmp b.jpg; ls",
    "two at a time": "mv a.jpg z.tmp; mv b.jpg y.tmp; ls; mv z.tmp b.jpg; mv y.tmp a.jpg; ls",
    "away and gone": "mv a.jpg a.bak; rm a.bak; ls",
    "away, and elsewhere": "mkdir x; mv a.jpg a.bak; mv a.bak x/c.jpg; ls . x; rm -r x",
    "away, anew twice": "mv a.jpg a.bak; for n in n m; do cp $SRC/$n.jpg a.jpg; md5sum a.*; done",
    "over each other": "cp $SRC/n.jpg n.tmp; cp a.jpg m.tmp; mv n.tmp m.tmp; mv m.tmp c.jpg; ls",
    "from elsewhere": "mkdir x; cp $SRC/n.jpg x/n.tmp; mv x/n.tmp a.jpg; rmdir x; ls",
    "written often": "for n in n m; do cp $SRC/$n.jpg x.tmp; done; echo >> x.tmp; mv x.tmp a.jpg",
    "a photo over one": "cp $SRC/n.jpg x.tmp; mv a.jpg x.tmp; ls; mv x.tmp a.jpg; ls",
    "in a directory": "mkdir x; cp a.jpg x/n.tmp; rmdir x 2> /dev/null || mv x y; ls y; rm -r y",
}

ATTRIBUTES = {
    "times": "touch -d 2001-01-01T00:00:01.5Z a.jpg; mv a.jpg c.jpg; cp -p c.jpg d.jpg;"
    " touch -a -d 2003-01-01T00:00:00Z d.jpg; stat -c '%n %.3X %.3Y' d.jpg; stat -c %.3Y c.jpg",
    "times for a while": "for n in n.jpg a.jpg; do cp $SRC/n.jpg x.tmp;"
    " touch -d 2001-01-01T00:00:01.5Z x.tmp; mv x.tmp $n; stat -c '%n %.3Y' $n; done",
    "times of what was": "touch -d 2001-01-01T00:00:01.5Z a.jpg; mv a.jpg a.bak;"
    " stat -c %.3Y a.bak; cp $SRC/n.jpg a.jpg; stat -c %.3Y a.bak; rm a.bak",
    "a comment": "setfattr -n user.xdg.comment -v hi a.jpg; cp --preserve=xattr a.jpg n.jpg;"
    " mv n.jpg m.jpg; getfattr --only-values -n user.xdg.comment m.jpg;"
    " setfattr -x user.xdg.comment m.jpg; getfattr -n user.xdg.comment m.jpg || echo no",
    "a comment for a while": "cp $SRC/n.jpg n.tmp; setfattr -n user.xdg.comment -v hi n.tmp;"
    " mv n.tmp n.jpg; getfattr --only-values -n user.xdg.comment n.jpg",
}

START = """
import errno, fcntl, mmap, os, shutil
new = open(os.environ["SRC"] + "/n.jpg", "rb").read()
def read(name):
    with open(name, "rb") as file:
        return file.read()
def t(call, *args, **options):
    try:
        print(call.__name__, call(*args, **options))
    except OSError as error:
        print(call.__name__, errno.errorcode[error.errno])
"""

OPEN_FILES = {
    "deleted while written": """
with open("n.jpg", "wb", 0) as f:
    f.write(new); os.unlink("n.jpg"); f.write(b"more")
""",
    "deleted while read": """
with open("a.jpg", "rb") as f:
    print(len(f.read(10))); os.unlink("a.jpg"); print(os.listdir("."))
""",
    "deleted while changed": """
with open("a.jpg", "r+b", 0) as f:
    f.write(new * 2); os.unlink("a.jpg"); f.seek(0); print(f.read() == new * 2)
""",
    "renamed while written": """
with open("n.jpg", "wb", 0) as f:
    f.write(new[:100]); os.rename("n.jpg", "m.jpg"); f.write(new[100:])
print(read("m.jpg") == new)
""",
    "renamed over a photo while written": """
with open("n.jpg", "wb", 0) as f:
    f.write(new[:100]); os.rename("n.jpg", "a.jpg"); f.write(new[100:])
print(read("a.jpg") == new)
""",
    "renamed while changed": """
with open("a.jpg", "r+b", 0) as f:
    f.write(new); f.truncate(); os.rename("a.jpg", "m.jpg")
print(read("m.jpg") == new)
""",
    "renamed away while changed": """
with open("a.jpg", "r+b") as f:
    os.rename("a.jpg", "a.tmp"); f.write(new); f.truncate()
print(sorted(os.listdir("."))); os.rename("a.tmp", "a.jpg"); print(read("a.jpg") == new)
""",
    "replaced while changed": """
with open("a.jpg", "r+b", 0) as f:
    f.write(new); f.truncate(); os.rename("b.jpg", "a.jpg")
""",
    "replaced while read": """
with open("a.jpg", "rb") as f:
    f.read(1)
    with open("x.tmp", "wb") as w:
        w.write(new)
    os.rename("x.tmp", "a.jpg"); print(read("a.jpg") == new)
""",
    "two writers": """
with open("a.jpg", "r+b", 0) as f, open("a.jpg", "r+b", 0) as g:
    f.write(new[:200]); g.seek(200); g.write(new[200:]); g.truncate()
print(read("a.jpg") == new)
""",
    "two that append": """
with open("a.jpg", "ab", 0) as f, open("a.jpg", "ab", 0) as g:
    f.write(b"xx"); g.write(b"yy"); f.write(b"zz")
print(read("a.jpg")[-6:])
""",
    "a hole": """
with open("a.jpg", "r+b") as f:
    f.seek(100000, 2); f.write(b"end")
""",
    "a child that ends": """
fd = os.open("n.jpg", os.O_CREAT | os.O_WRONLY); os.write(fd, new[:500])
if (child := os.fork()) == 0:
    os._exit(0)
os.waitpid(child, 0); os.write(fd, new[500:]); os.close(fd); print(read("n.jpg") == new)
""",
    "ranges copied": """
with open("a.jpg", "rb") as s, open("n.jpg", "wb") as d:
    while os.copy_file_range(s.fileno(), d.fileno(), 1000):
        pass
print(read("a.jpg") == read("n.jpg"))
""",
    "sendfile": """
with open("a.jpg", "rb") as s, open("n.jpg", "wb") as d:
    print(os.sendfile(d.fileno(), s.fileno(), 0, 10**6) == len(read("a.jpg")))
""",
    "locks": """
with open("a.jpg", "r+b") as f:
    t(fcntl.flock, f, fcntl.LOCK_EX); t(fcntl.lockf, f, fcntl.LOCK_EX)
""",
    "shutil": """
shutil.copy2("a.jpg", "n.jpg"); shutil.move("n.jpg", "m.jpg"); shutil.copytree(".", "t")
print(sorted(os.listdir("t"))); shutil.rmtree("t")
""",
    "deleting what is listed": """
for n in range(6):
    shutil.copy("a.jpg", f"p{n}.jpg")
for entry in os.scandir("."):
    if entry.name.startswith("p"):
        os.unlink(entry.path)
""",
    "a directory renamed around an open file": """
os.mkdir("d")
with open("d/n.jpg", "wb") as f:
    f.write(new); os.rename("d", "e")
print(os.listdir("e")); shutil.rmtree("e")
""",
    "what fails": """
t(os.mkdir, "a.jpg"); t(os.rmdir, "a.jpg"); t(os.unlink, "x.jpg"); t(os.rename, "x.jpg", "y.jpg")
t(os.rmdir, "x"); t(os.open, "a.jpg", os.O_CREAT | os.O_EXCL); t(os.listdir, "a.jpg")
t(os.truncate, "x.jpg", 1); t(os.open, "a.jpg/x.jpg", os.O_CREAT); t(os.mkdir, "x/y")
os.mkdir("d"); t(os.unlink, "d"); t(os.open, "d", os.O_WRONLY); t(os.rename, "d", "d/e")
t(os.rename, "a.jpg", "d"); t(os.rename, "d", "a.jpg"); t(os.rename, "a.jpg", "a.jpg")
fd = os.open("a.jpg", os.O_RDONLY); t(os.write, fd, b"x"); t(os.ftruncate, fd, 1)
""",
}
