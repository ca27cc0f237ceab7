#!/usr/bin/env python3
"""docs/SECURITY.md and the tests agree: every row names a test file that has its id, every id in a test name has a row."""
import re
import subprocess
import sys

DOC = "docs/SECURITY.md"
ID = r"S-\d{3}"


def read_rows():
    text = open(DOC, encoding="utf-8").read()
    table = re.search(r"<!-- security tests -->(.*?)<!-- /security tests -->", text, re.S).group(1)
    for row in table.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if re.fullmatch(ID, cells[0]):
            yield cells[0], cells[2].split()


def spell_out(name):
    """S-060..S-063 -> S-060 S-061 S-062 S-063."""
    return re.sub(r"S-(\d{3})\.\.S-(\d{3})",
                  lambda m: " ".join(f"S-{n:03}" for n in range(int(m[1]), int(m[2]) + 1)), name)


def ids_in_tests():
    """id -> files whose test names begin with it."""
    paths = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "tests/*.bats", "tests/unit/*.c"],
                           capture_output=True, text=True, check=True).stdout.split()
    found = {}
    for path in paths:
        text = open(path, encoding="utf-8").read()
        names = [spell_out(name) for name in re.findall(rf'^@test "((?:{ID}[ ,:.]*)+)', text, re.M)]
        names += re.findall(r"static void ((?:s\d{3}_)+)\w+\(void\)", text)
        for name in names:
            for number in re.findall(r"[Ss]-?(\d{3})", name):
                found.setdefault(f"S-{number}", set()).add(path)
    return found


def main():
    problems, found, rows = [], ids_in_tests(), dict(read_rows())
    for row, files in rows.items():
        if not files:
            problems.append(f"{row}: no test file named")
        for file in files:
            if file.strip("`") not in found.get(row, ()):
                problems.append(f"{row}: no test in {file} begins with its id")
    for test_id, files in sorted(found.items()):
        if test_id not in rows:
            problems.append(f"{test_id}: tested in {', '.join(sorted(files))}, but has no row in {DOC}")
    print("\n".join(problems) or f"security table: ok, {len(rows)} rows")
    return bool(problems)


sys.exit(main())
