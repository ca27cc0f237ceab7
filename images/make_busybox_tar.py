#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make the built-in image: BUSYBOX (a static program) becomes OUTPUT.tar, and OUTPUT.S embeds it.

The tar depends on BUSYBOX alone (times and owners are 0), so equal builds give equal images.
"""
import io
import subprocess
import sys
import tarfile

DIRECTORIES = {
    "bin": 0o755, "dev": 0o755, "etc": 0o755, "home": 0o755, "mnt": 0o755, "opt": 0o755, "proc": 0o755,
    "root": 0o700, "run": 0o755, "sbin": 0o755, "srv": 0o755, "sys": 0o755, "tmp": 0o1777,
    "usr": 0o755, "usr/bin": 0o755, "usr/sbin": 0o755, "usr/share": 0o755,
    "var": 0o755, "var/log": 0o755, "var/spool": 0o755, "var/tmp": 0o1777, "var/www": 0o755,
}
USERS = [
    ("root", 0, 0, "/root", "/bin/sh"),
    ("daemon", 1, 1, "/usr/sbin", "/bin/false"),
    ("bin", 2, 2, "/bin", "/bin/false"),
    ("sys", 3, 3, "/dev", "/bin/false"),
    ("mail", 8, 8, "/var/spool", "/bin/false"),
    ("www-data", 33, 33, "/var/www", "/bin/false"),
    ("nobody", 65534, 65534, "/home", "/bin/false"),
]
GROUPS = [
    ("root", 0), ("daemon", 1), ("bin", 2), ("sys", 3), ("adm", 4), ("tty", 5), ("disk", 6), ("wheel", 10),
    ("mail", 8), ("audio", 29), ("video", 44), ("www-data", 33), ("users", 100), ("nogroup", 65534),
]
FILES = {
    "etc/passwd": (0o644, "".join(f"{n}:x:{u}:{g}:{n}:{h}:{s}\n" for n, u, g, h, s in USERS)),
    "etc/group": (0o644, "".join(f"{n}:x:{g}:\n" for n, g in GROUPS)),
    "etc/shadow": (0o600, "".join(f"{u[0]}:*:19000:0:99999:7:::\n" for u in USERS)),
    # Mount points of what the engine generates: without them each container would make its own.
    "etc/hosts": (0o644, ""),
    "etc/hostname": (0o644, ""),
    "etc/resolv.conf": (0o644, ""),
    "etc/profile": (0o644, "export PS1='\\u@\\h:\\w\\$ '\n"),
}


def is_static(program):
    """No PT_INTERP header (ELF, 64 or 32 bit, little endian)."""
    if program[:4] != b"\x7fELF" or program[5] != 1:
        return False
    wide = program[4] == 2
    offset = int.from_bytes(program[32:40] if wide else program[28:32], "little")
    size, count = (int.from_bytes(program[i:i + 2], "little") for i in ((54, 56) if wide else (42, 44)))
    kinds = [int.from_bytes(program[offset + i * size:offset + i * size + 4], "little") for i in range(count)]
    return 3 not in kinds


def applets(busybox):
    listed = subprocess.run([busybox, "--list-full"], capture_output=True, text=True, check=True).stdout
    wanted = ("bin/", "sbin/", "usr/bin/", "usr/sbin/")
    return sorted(set(p for p in listed.split() if p.startswith(wanted) and p != "bin/busybox"))


def add(tar, name, kind, mode, **rest):
    content = rest.pop("content", b"")
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size = kind, mode, len(content)
    info.linkname = rest.pop("target", "")
    tar.addfile(info, io.BytesIO(content))


def link_target(name):
    return "busybox" if name.startswith("bin/") else "../" * name.count("/") + "bin/busybox"


def write_tar(busybox, program, path):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, mode in DIRECTORIES.items():
            add(tar, name + "/", tarfile.DIRTYPE, mode)
        add(tar, "bin/busybox", tarfile.REGTYPE, 0o755, content=program)
        for name in applets(busybox):
            add(tar, name, tarfile.SYMTYPE, 0o777, target=link_target(name))
        add(tar, "var/run", tarfile.SYMTYPE, 0o777, target="../run")
        for name, (mode, text) in FILES.items():
            add(tar, name, tarfile.REGTYPE, mode, content=text.encode())


def write_assembly(tar_path, path):
    with open(path, "w", encoding="ascii") as out:
        out.write(f"""\
/* Made by make_busybox_tar.py. A section of its own: its pages are read when they are used. */
\t.section .minidock.busybox, "a", %progbits
\t.balign 4096
\t.globl md_busybox_tar_start
\t.globl md_busybox_tar_end
\t.hidden md_busybox_tar_start
\t.hidden md_busybox_tar_end
md_busybox_tar_start:
\t.incbin "{tar_path}"
md_busybox_tar_end:
\t.section .note.GNU-stack, "", %progbits
""")


def main():
    busybox, tar_path, assembly_path = sys.argv[1:]
    with open(busybox, "rb") as f:
        program = f.read()
    if not is_static(program):
        sys.exit(f"'{busybox}' is not a static program (on Debian: apt install busybox-static)")
    write_tar(busybox, program, tar_path)
    write_assembly(tar_path, assembly_path)


main()
