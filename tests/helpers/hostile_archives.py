#!/usr/bin/env python3
"""Hostile archives against minidock-unpack: each is refused, or its tree is the one that it should be.

    hostile_archives.py [WRAPPER...] PATH-OF-MINIDOCK-UNPACK      (as root; prints TAP)

A case is a list of members and what must come out: REFUSED, or a dictionary of the whole tree. Around each runs a canary:
a directory of the host that no archive may link to, change or remove.
"""
import gzip
import io
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time

REFUSED = "refused"
CANARY = "/tmp/minidock-canary-%d" % os.getpid()
UP = "../" * 12
DIR, SYM, LNK, CHR, BLK, FIFO, REG = (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                                      tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.REGTYPE)
CASES = []


def member(name, kind=REG, link="", data=b"", **more):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data)
    info.mode = more.pop("mode", 0o755 if kind == DIR else 0o644)
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


def archive(members, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def case(name, content, wanted, **more):
    CASES.append((name, content if isinstance(content, bytes) else archive(content), wanted, more))


def header(name=b"f", size=b"00000000000", kind=b"0", magic=b"ustar\x0000", link=b""):
    """A ustar header by hand, for what tarfile refuses to write."""
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:108], block[108:116], block[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    block[124:124 + len(size)] = size
    block[136:148] = b"00000000000\0"
    block[156:157] = kind
    block[157:157 + len(link)] = link
    block[257:265] = magic
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data):
    return data + bytes(-len(data) % 512)


END = bytes(1024)


def pax(records, kind=b"x"):
    return header(b"pax", b"%011o" % len(records), kind) + padded(records)


def record(key, value):
    rest = len(key) + len(value) + 3
    length = rest + 1
    while len(str(length)) + rest != length:
        length += 1
    return b"%d %s=%s\n" % (length, key, value)


# --- names --------------------------------------------------------------------------------------------------------

case("a name that goes up", [member(UP + CANARY[1:] + "/written", data=b"x")], REFUSED)
case("a name that is '..'", [member("..", DIR, mode=0o777)], REFUSED)
case("a name that ends in '..'", [member("a", DIR), member("a/..", DIR, mode=0o777)], REFUSED)
case("a name that goes down and up", [member("a/../" + UP + CANARY[1:] + "/written", data=b"x")], REFUSED)
case("a name that goes up inside", [member("a/../b", data=b"x")], REFUSED)
case("an absolute name stays inside", [member(CANARY + "/written", data=b"x")],
     {"tmp": "dir 755", CANARY[1:]: "dir 755", CANARY[1:] + "/written": "file 644 x"})
case("many slashes and dots", [member("//.//./a//./b/.", DIR)], {"a": "dir 755", "a/b": "dir 755"})
case("a name of 300 bytes", [member("x" * 300, data=b"x")], REFUSED)
case("a name of 255 bytes", [member("x" * 255, data=b"x")], {"x" * 255: "file 644 x"})
case("257 directories", [member("d/" * 257 + "f", data=b"x")], REFUSED)
case("a path of 6000 bytes", [member("/".join(["d" * 100] * 60), data=b"x")], REFUSED)
case("no name", header(b"") + END, REFUSED)
case("a name of bytes that are no UTF-8", archive([member("a\udcff", data=b"x")], tarfile.GNU_FORMAT),
     {"a\udcff": "file 644 x"})
case("a name in decomposed form keeps its bytes", [member("e\u0301", data=b"x")], {"e\u0301": "file 644 x"})
case("a name that talks to terminals, refused", [member("../\x1b]0;owned\x07", data=b"x")], REFUSED)

# --- the root -----------------------------------------------------------------------------------------------------

case("the root gets its mode from '.'", [member(".", DIR, mode=0o711), member("./f", data=b"x")],
     {"f": "file 644 x", "": "dir 711"})
case("the root as a link, '.'", [member(".", SYM, CANARY), member("written", data=b"x")], REFUSED)
case("the root as a link, './'", [member("./", SYM, CANARY), member("./written", data=b"x")], REFUSED)
case("the root as a link, '/'", [member("/", SYM, CANARY)], REFUSED)
case("the root as a file", [member("./.", data=b"x")], REFUSED)
case("the root as a hard link", [member("f", data=b"x"), member(".", LNK, "f")], REFUSED)

# --- symbolic links -----------------------------------------------------------------------------------------------

case("write through an absolute link", [member("a", SYM, CANARY), member("a/written", data=b"x")], REFUSED)
case("write through a relative link", [member("a", SYM, UP + CANARY[1:]), member("a/written", data=b"x")], REFUSED)
case("write through a chain of links", [member("a", SYM, "b"), member("b", SYM, CANARY),
                                        member("a/written", data=b"x")], REFUSED)
case("write through a link into the tree", [member("d", DIR), member("a", SYM, "d"),
                                            member("a/written", data=b"x")], REFUSED)
case("write through a magic link", [member("a", SYM, "/proc/self/cwd"), member("a/written", data=b"x")], REFUSED)
case("a link two levels down", [member("a/b", SYM, CANARY), member("a/b/c/written", data=b"x")], REFUSED)
case("a directory through a link", [member("a", SYM, CANARY), member("a/d", DIR)], REFUSED)
case("a link through a link", [member("a", SYM, CANARY), member("a/l", SYM, "x")], REFUSED)
case("a file replaces a link, not its target", [member("a", SYM, CANARY + "/secret"), member("a", data=b"new")],
     {"a": "file 644 new"})
case("a directory replaces a link, not its target", [member("a", SYM, CANARY), member("a", DIR, mode=0o777),
                                                     member("a/f", data=b"x")],
     {"a": "dir 777", "a/f": "file 644 x"})
case("a link replaces a directory, then a write", [member("a", DIR), member("a/b", data=b"x"),
                                                   member("a", SYM, CANARY), member("a/written", data=b"x")],
     REFUSED)
case("a link replaces a directory we are in", [member("a/b/c/f", data=b"x"), member("a/b", SYM, CANARY),
                                               member("a/b/c/f", data=b"y")], REFUSED)
case("a dangling link is kept as it is", [member("a", SYM, UP + "nowhere")], {"a": "link " + UP + "nowhere"})
case("a link with an empty target", header(b"a", kind=b"2") + END, REFUSED)
case("a link target of 5000 bytes", [member("a", SYM, "t" * 5000)], REFUSED)
case("the mode of a link is not its target's", [member("f", data=b"x", mode=0o600), member("a", SYM, "f", mode=0o777)],
     {"f": "file 600 x", "a": "link f"})

# --- hard links ---------------------------------------------------------------------------------------------------

case("a hard link within", [member("f", data=b"x"), member("g", LNK, "f")], {"f": "file 644 x", "g": "same f"})
case("a hard link outside, absolute", [member("a", LNK, CANARY + "/secret")], REFUSED)
case("a hard link outside, relative", [member("a", LNK, UP + CANARY[1:] + "/secret")], REFUSED)
case("a hard link through a link", [member("a", SYM, CANARY), member("b", LNK, "a/secret")], REFUSED)
case("a hard link to a symbolic link", [member("a", SYM, CANARY + "/secret"), member("b", LNK, "a")], REFUSED)
case("a hard link to a directory", [member("d", DIR), member("b", LNK, "d")], REFUSED)
case("a hard link to itself", [member("f", data=b"x"), member("f", LNK, "f")], REFUSED)
case("a hard link to what comes later", [member("b", LNK, "f"), member("f", data=b"x")], REFUSED)
case("a hard link to the root", [member("b", LNK, ".")], REFUSED)
case("a hard link over the directory of its target", [member("a/f", data=b"x"), member("a", LNK, "a/f")], REFUSED)
case("a mode on a hard link changes nothing", [member("f", data=b"x", mode=0o600), member("g", LNK, "f", mode=0o4777)],
     {"f": "file 600 x", "g": "same f"})
case("an owner on a hard link changes nothing", [member("f", data=b"x"), member("g", LNK, "f", uid=7)],
     {"f": "file 644 x", "g": "same f"})
case("a hard link, then its name replaced", [member("f", data=b"x"), member("g", LNK, "f"), member("g", data=b"y")],
     {"f": "file 644 x", "g": "file 644 y"})
case("a hard link with content", header(b"f", b"00000000001") + padded(b"x") +
     header(b"g", b"00000000001", b"1", link=b"f") + padded(b"y") + END, REFUSED)

# --- replacing ----------------------------------------------------------------------------------------------------

case("a file replaces a tree", [member("a/b/c", data=b"x"), member("a", data=b"y")], {"a": "file 644 y"})
case("a directory replaces a file", [member("a", data=b"x"), member("a", DIR), member("a/b", data=b"y")],
     {"a": "dir 755", "a/b": "file 644 y"})
case("a directory again changes its mode", [member("a", DIR), member("a/b", data=b"y"), member("a", DIR, mode=0o700)],
     {"a": "dir 700", "a/b": "file 644 y"})
case("a file where a directory should be", [member("a", data=b"x"), member("a/b", data=b"y")], REFUSED)
case("set-user-id survives the change of owner", [member("f", data=b"x", mode=0o4755, uid=7, gid=8)],
     {"f": "file 4755 x"})

# --- devices ------------------------------------------------------------------------------------------------------

case("devices, fifos and whiteouts by device are left out",
     [member("d", CHR, devmajor=1, devminor=1), member("b", BLK, devmajor=8, devminor=0), member("p", FIFO),
      member("w", CHR, devmajor=0, devminor=0), member("f", data=b"x")], {"f": "file 644 x"}, skipped=4)
case("a device does not replace a file", [member("f", data=b"x"), member("f", CHR, devmajor=1, devminor=3)],
     {"f": "file 644 x"}, skipped=1)
case("a device through a link", [member("a", SYM, CANARY), member("a/d", CHR, devmajor=1, devminor=3)],
     {"a": "link " + CANARY}, skipped=1)

# --- whiteouts ----------------------------------------------------------------------------------------------------

case("a whiteout hides a name", [member("d", DIR), member("d/.wh.gone")], {"d": "dir 755", "d/gone": "whiteout"})
case("a whiteout does not hide what the layer brings", [member("f", data=b"x"), member(".wh.f")], {"f": "file 644 x"})
case("what comes after its whiteout replaces it", [member(".wh.f"), member("f", data=b"x")], {"f": "file 644 x"})
case("a directory after its whiteout is opaque", [member(".wh.d"), member("d", DIR), member("d/f", data=b"x")],
     {"d": "dir 755", "d/f": "file 644 x"}, opaque=["d"])
case("a directory before its whiteout is opaque", [member("d/f", data=b"x"), member(".wh.d")],
     {"d": "dir 755", "d/f": "file 644 x"}, opaque=["d"])
case("a parent after its whiteout is opaque", [member(".wh.d"), member("d/f", data=b"x")],
     {"d": "dir 755", "d/f": "file 644 x"}, opaque=["d"])
case("an opaque directory", [member("d/.wh..wh..opq"), member("d/f", data=b"x")],
     {"d": "dir 755", "d/f": "file 644 x"}, opaque=["d"])
case("an opaque root", [member(".wh..wh..opq")], {}, opaque=[""])
case("a whiteout through a link", [member("a", SYM, CANARY), member("a/.wh.secret")], REFUSED)
case("an opaque note through a link", [member("a", SYM, CANARY), member("a/.wh..wh..opq")], REFUSED)
case("a whiteout above", [member(UP + CANARY[1:] + "/.wh.secret")], REFUSED)
case("a whiteout of '.'", [member(".wh..")], REFUSED)
case("a whiteout of '..'", [member("a", DIR), member("a/.wh...")], REFUSED)
case("a whiteout of nothing", [member(".wh.")], REFUSED)
case("a whiteout as a directory", [member(".wh.a", DIR)], REFUSED)
case("a whiteout as a link", [member(".wh.a", SYM, CANARY)], REFUSED)
case("something below a whiteout", [member(".wh.a/b", data=b"x")], REFUSED)
case("notes of aufs are left out", [member(".wh..wh.plnk"), member("f", data=b"x")], {"f": "file 644 x"})
case("an inode used again does not hide an opaque note",
     [member("a/.wh..wh..opq"), member("a", data=b"x"), member("a", DIR), member("b/.wh..wh..opq")],
     {"a": "dir 755", "b": "dir 755"}, opaque=["a", "b"])

# --- attributes ---------------------------------------------------------------------------------------------------


def with_xattrs(**values):
    info, data = member("f", data=b"x", mode=0o755)
    info.pax_headers = {"SCHILY.xattr." + key.replace("__", "."): value for key, value in values.items()}
    return [(info, data)]


CAPABILITY = bytes([1, 0, 0, 2, 0, 4] + 14 * [0]).decode("latin-1")
case("attributes of users are kept", with_xattrs(user__note="v"), {"f": "file 755 x"}, xattrs={"user.note": b"v"})
case("a file capability is kept", with_xattrs(security__capability=CAPABILITY), {"f": "file 755 x"},
     xattrs={"security.capability": CAPABILITY.encode("latin-1")})
case("a malformed capability is dropped", with_xattrs(security__capability="junk"), {"f": "file 755 x"}, xattrs={})
case("attributes that overlayfs obeys are dropped",
     with_xattrs(user__overlay__opaque="y", trusted__overlay__redirect="/", trusted__overlay__opaque="y"),
     {"f": "file 755 x"}, xattrs={})
case("labels and access lists are dropped", with_xattrs(security__selinux="x", system__posix_acl_access="x"),
     {"f": "file 755 x"}, xattrs={})
case("an attribute name of 300 bytes is dropped", with_xattrs(**{"user__" + "n" * 300: "v"}), {"f": "file 755 x"},
     xattrs={})
case("an owner beyond 32 bits", header(b"f").replace(b"0000000\0" + b"0000000\0", b"0000000\0" + b"0000000\0") and
     pax(record(b"uid", b"4294967295")) + header(b"f") + END, REFUSED)
case("an owner far beyond", pax(record(b"uid", b"99999999999999")) + header(b"f") + END, REFUSED)

case("a long name and a long link target by pax", [member("x" * 120, data=b"1"), member("g", LNK, "x" * 120),
                                                   member("s", SYM, "y" * 150)],
     {"x" * 120: "same g", "g": "file 644 1", "s": "link " + "y" * 150})
case("the same by GNU headers", archive([member("x" * 120, data=b"1"), member("g", LNK, "x" * 120)],
                                        tarfile.GNU_FORMAT), {"x" * 120: "same g", "g": "file 644 1"})

# --- broken or ambiguous streams ----------------------------------------------------------------------------------

GOOD = archive([member("first", data=b"1" * 600), member("second", data=b"2" * 600)])
case("a good archive", GOOD, {"first": "file 644 " + "1" * 600, "second": "file 644 " + "2" * 600})
case("nothing at all", b"", REFUSED)
case("only the end", END, {})
case("noise", bytes(range(256)) * 64, REFUSED)
case("a flipped checksum", GOOD[:1536 + 150] + b"\xff" + GOOD[1536 + 151:], REFUSED)
case("cut in a file", GOOD[:800], REFUSED)
case("cut behind a file: no end", GOOD[:3072], REFUSED)
case("one zero block only", GOOD[:3072 - 424] + b"2" * 424 + bytes(512), REFUSED)
case("members behind the end", GOOD[:1536] + END + GOOD[1536:], REFUSED)
case("members behind one zero block", GOOD[:1536] + bytes(512) + GOOD[1536:], REFUSED)
case("noise behind the end", GOOD + b"x", REFUSED)
case("zeros behind the end", GOOD + bytes(1 << 20),
     {"first": "file 644 " + "1" * 600, "second": "file 644 " + "2" * 600})
case("a size that is negative", header(b"f", b"\xff" * 12) + END, REFUSED)
case("a size beyond everything", header(b"f", b"\x80" + b"\x7f" * 11) + END, REFUSED)
case("a size of 8 exabytes in pax", pax(record(b"size", b"9223372036854775807")) + header(b"f") + END, REFUSED)
case("a malformed pax record", pax(b"99999 path=x\n") + header(b"f") + END, REFUSED)
case("a pax record without a newline", pax(b"9 path=ab") + header(b"f") + END, REFUSED)
case("a pax header of 3 MiB", pax(record(b"comment", b"c" * (3 << 20))) + header(b"f") + END, REFUSED)
case("a pax name that goes up", pax(record(b"path", (UP + CANARY[1:] + "/written").encode())) + header(b"f") + END, REFUSED)
case("a pax link that goes up", pax(record(b"linkpath", (UP + CANARY[1:] + "/secret").encode())) + header(b"f", kind=b"1") + END, REFUSED)
case("a pax size belongs to the next file only",
     pax(record(b"size", b"600")) + header(b"a", b"00000000000") + padded(b"1" * 600) +
     header(b"b", b"00000000001") + padded(b"2") + END, {"a": "file 644 " + "1" * 600, "b": "file 644 2"})
case("a GNU long name of 3 MiB", header(b"././@LongLink", b"%011o" % (3 << 20), b"L", b"ustar  \0") +
     bytes(3 << 20) + header(b"f") + END, REFUSED)
case("a GNU long name that goes up", archive([member("../" * 60 + CANARY[1:] + "/written", data=b"x")], tarfile.GNU_FORMAT),
     REFUSED)
case("a sparse file of 8 exabytes",
     pax(record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.minor", b"0") + record(b"GNU.sparse.name", b"s") +
         record(b"GNU.sparse.realsize", b"9223372036854775807")) + header(b"f", b"00000001000") + padded(b"0\n") + END,
     REFUSED)
case("gzip in gzip", gzip.compress(gzip.compress(GOOD)), REFUSED)
case("gzip, cut", gzip.compress(GOOD)[:-30], REFUSED)
case("gzip", gzip.compress(GOOD), {"first": "file 644 " + "1" * 600, "second": "file 644 " + "2" * 600})
case("bzip2 is not asked for", __import__("bz2").compress(GOOD), REFUSED)
case("a zip", b"PK\x03\x04" + bytes(2000), REFUSED)
case("a cpio", b"070701" + b"0" * 104 + bytes(2000), REFUSED)

# --- limits -------------------------------------------------------------------------------------------------------

case("more members than allowed", [member("f%d" % i) for i in range(11)], REFUSED, arguments=["max-entries=10"])
case("a file beyond the size allowed", [member("f", data=bytes(60000))], REFUSED, arguments=["max-bytes=50000"])
case("a gzip bomb of zeros", gzip.compress(bytes(100 << 20), 9), REFUSED, seconds=5)
case("a gzip bomb that is a tar", gzip.compress(archive([member("f", data=bytes(100 << 20))]), 9), REFUSED, seconds=5)
case("200000 opaque notes", [member("d/.wh..wh..opq") for _ in range(200000)], {"d": "dir 755"}, opaque=["d"], seconds=10)


# --- the machinery ------------------------------------------------------------------------------------------------


def state(top):
    """All that can be seen of a tree, for comparing it with itself later."""
    seen = []
    for folder, names, files in os.walk(top):
        for path in [folder] + [os.path.join(folder, name) for name in names + files]:
            info = os.lstat(path)
            seen.append((path, info.st_mode, info.st_uid, info.st_gid, info.st_nlink, info.st_size, info.st_mtime_ns,
                         info.st_ino))
    return sorted(set(seen))


def describe(top, path, seen):
    full = os.path.join(top, path)
    info = os.lstat(full)
    mode = "%o" % stat.S_IMODE(info.st_mode)
    if stat.S_ISLNK(info.st_mode):
        return "link " + os.readlink(full)
    if stat.S_ISDIR(info.st_mode):
        return "dir " + mode
    if stat.S_ISCHR(info.st_mode) and info.st_rdev == 0:
        return "whiteout"
    if not stat.S_ISREG(info.st_mode):
        return "special"
    if info.st_ino in seen:
        return "same " + seen[info.st_ino]
    seen[info.st_ino] = path
    with open(full, "rb") as file:
        return "file %s %s" % (mode, file.read().decode("latin-1"))


def tree(top):
    found, seen = {}, {}
    for folder, names, files in sorted(os.walk(top)):
        for name in sorted(names + files):
            path = os.path.relpath(os.path.join(folder, name), top)
            found[path] = describe(top, path, seen)
    return found


def unpack(program, data, target, notes, more):
    result_read, result_write = os.pipe()
    target_fd = os.open(target, os.O_RDONLY)
    notes_fd = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    wanted = {3: target_fd, 4: result_write, 5: notes_fd}

    def arrange():
        lifted = {to: os.dup(os.dup(os.dup(os.dup(fd)))) for to, fd in wanted.items()}
        for to, fd in lifted.items():
            os.dup2(fd, to)

    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        child = subprocess.Popen(program + more.get("arguments", []), stdin=source, close_fds=False,
                                 preexec_fn=arrange, stderr=subprocess.PIPE)
    for fd in (target_fd, result_write, notes_fd):
        os.close(fd)
    with os.fdopen(result_read, "rb") as result:
        text = result.read()
    errors = child.communicate()[1]
    return child.returncode, text, errors


def judge(base, wanted, more, outcome):
    """What is wrong, or nothing."""
    status, text, errors = outcome
    if status != 0 or errors:
        return "status %d, %r, %r" % (status, text, errors)
    if any(byte < 32 and byte != 10 for byte in text):
        return "control bytes in %r" % text
    answer = json.loads(text)
    if wanted == REFUSED:
        return None if answer.get("error") else "accepted: %s %s" % (answer, tree(base + "/target"))
    if "error" in answer:
        return answer["error"]
    found = tree(base + "/target")
    wanted = dict(wanted)
    root = wanted.pop("", None)
    if root and describe(base, "target", {}) != root:
        return "the root is %s" % describe(base, "target", {})
    if found != wanted:
        return "the tree is %s" % found
    if answer["skipped"] != more.get("skipped", 0):
        return "%d skipped" % answer["skipped"]
    with open(base + "/notes", "rb") as notes:
        opaque = sorted(set(notes.read().decode().split("\0")[:-1]))
    if opaque != more.get("opaque", []):
        return "opaque: %s" % opaque
    if "xattrs" in more:
        attributes = {name: os.getxattr(base + "/target/f", name) for name in os.listxattr(base + "/target/f")}
        if attributes != more["xattrs"]:
            return "attributes: %s" % attributes
    return None


def run_case(program, data, wanted, more):
    base = tempfile.mkdtemp(prefix="minidock-hostile.")
    try:
        os.mkdir(base + "/target")
        os.mkdir(CANARY, 0o700)
        with open(CANARY + "/secret", "w", encoding="ascii") as file:
            file.write("secret")
        before = state(CANARY)
        begun = time.monotonic()
        outcome = unpack(program, data, base + "/target", base + "/notes", more)
        took = time.monotonic() - begun
        fault = judge(base, wanted, more, outcome)
        if state(CANARY) != before or sorted(os.listdir(base)) != ["notes", "target"]:
            fault = "the canary changed"
        if took > more.get("seconds", 30):
            fault = "took %.1f s" % took
        return fault
    finally:
        shutil.rmtree(base)
        shutil.rmtree(CANARY, ignore_errors=True)


def main():
    program = sys.argv[1:]
    print("1..%d" % (len(CASES) + 1))
    for number, (name, data, wanted, more) in enumerate(CASES, 1):
        fault = run_case(program, data, wanted, more)
        print("%s %d - %s" % ("not ok" if fault else "ok", number, name))
        if fault:
            print("# " + fault[:500].replace("\n", " "))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print("%s %d - no archive takes more than 200 MiB" % ("ok" if peak < 200 << 10 else "not ok", len(CASES) + 1))


main()
