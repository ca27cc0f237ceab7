#!/usr/bin/env bats
# Documents, man pages and --help say what is true.

setup()
{
	bats_require_minimum_version 1.5.0
	TOP=${BATS_TEST_DIRNAME%/*}
	: "${MINIDOCK:=$TOP/build-tests/gcc/cli/minidock}"
	cd "$TOP"
}

# One a line; those of a group are two words.
commands()
{
	"$MINIDOCK" --help | sed -n '/^Options:/q; s/^  \([a-z][a-z-]*\( [a-z]*\)\?\)  .*/\1/p'
}

@test "every command has --help with a usage line, and it succeeds" {
	local command
	[ "$(commands | wc -l)" -ge 27 ]
	while read -r command; do
		# shellcheck disable=SC2086
		run "$MINIDOCK" $command --help
		[ "$status" -eq 0 ]
		[[ $output == "Usage: minidock $command"* ]] || { echo "$command"; return 1; }
	done < <(commands)
}

@test "every command that the project promises exists" {
	local command
	for command in run create start stop kill restart pause unpause resume rm rename wait attach exec top ps logs inspect plan check version info image; do
		run "$MINIDOCK" "$command" --help
		[ "$status" -eq 0 ] || { echo "$command"; return 1; }
	done
}

@test "every command has a man page that begins as one" {
	local command page
	while read -r command; do
		page=minidock-${command// /-}
		"$MINIDOCK" man-page "$page" >"$BATS_TEST_TMPDIR/page" || { echo "$page"; return 1; }
		grep -q '^\.TH' "$BATS_TEST_TMPDIR/page"
		grep -q '^\.SH NAME' "$BATS_TEST_TMPDIR/page"
	done < <(commands)
}

@test "each flag in --help of run is in its man page" {
	local flag
	"$MINIDOCK" man-page minidock-run | sed 's/\\-/-/g' >"$BATS_TEST_TMPDIR/page"
	for flag in $("$MINIDOCK" run --help | grep -o -E -- '--[a-z][a-z-]+' | sort -u); do
		grep -q -e "$flag" "$BATS_TEST_TMPDIR/page" || { echo "$flag"; return 1; }
	done
}

@test "the flags that README shows exist" {
	local line command flag
	grep -E '^    .*\./minidock ' README.md | sed 's/#.*//' | while read -r line; do
		command=$(sed 's/.*\.\/minidock \([a-z]*\).*/\1/' <<<"$line")
		for flag in $(grep -o -E -- ' --[a-z][a-z-]+' <<<"$line"); do
			"$MINIDOCK" "$command" --help | grep -q -e "$flag" || { echo "$line: $flag"; exit 1; }
		done
	done
}

@test "the folders that README lists are the folders that are there" {
	local listed present
	listed=$(sed -n 's/^| `\([a-z-]*\)\/` .*/\1/p' README.md | sort)
	present=$(git ls-files -co --exclude-standard | grep / | cut -d/ -f1 | grep -v '^\.' | sort -u)
	[ "$listed" = "$present" ]
}

@test "links between documents lead somewhere" {
	local file target
	for file in README.md docs/*.md docs/decisions/*.md; do
		for target in $(grep -o -E '\]\([^)#:]+\)' "$file" | tr -d '])('); do
			[ -e "$(dirname "$file")/$target" ] || { echo "$file: $target"; return 1; }
		done
	done
}

@test "the suites of tests/run are those of docs/TESTING.md" {
	local listed known
	listed=$(sed -n '/^| suite /,/^$/s/^| \([a-z-]*\)\( (slow)\)\? .*/\1/p' docs/TESTING.md | grep -v -E '^(suite|-*)$' | sort)
	known=$(tests/run --list | sed -n 's/^  \([a-z-]*\) .*/\1/p' | sort)
	[ "$listed" = "$known" ]
}

@test "every row of the security table has its test" {
	tools/check_security_table.py
}
