#!/usr/bin/env python3
"""extract_kernel.py BZIMAGE OUT: the ELF image inside a compressed x86 kernel.

The guest boots it through its PVH entry, so that software emulation need not decompress it. Fails
if the compression is none that we know; the caller then boots BZIMAGE.
"""
import struct
import subprocess
import sys

DECOMPRESSORS = [(b"\x02\x21\x4c\x18", ["lz4", "-dc"]), (b"\x28\xb5\x2f\xfd", ["zstd", "-dc"]),
                 (b"\xfd7zXZ\x00", ["xz", "-dc"]), (b"\x1f\x8b", ["gzip", "-dc"])]


def main():
    image = open(sys.argv[1], "rb").read()
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack("<II", image[0x248:0x250])
    start = (setup_sectors + 1) * 512 + offset
    payload = image[start:start + length]
    for magic, command in DECOMPRESSORS:
        if payload.startswith(magic):
            # The payload ends with its length, which decompressors call trailing garbage: judge by the result.
            done = subprocess.run(command, input=payload, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if done.stdout.startswith(b"\x7fELF"):
                open(sys.argv[2], "wb").write(done.stdout)
                return 0
    return 1


sys.exit(main())
