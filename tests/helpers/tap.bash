# Reading TAP: what tests/run counts, shows and accepts. Needs VERBOSE and the top of the sources as working directory.

# What the reader of a long log wants: failures with their explanation, and skips.
show_tap()
{
	if [ "$VERBOSE" = yes ]; then
		cat
	else
		awk '/^not ok/ { shown = 1 } /^ok/ { shown = /# skip/ } /^(1\.\.|==)/ { shown = 0 } shown'
	fi
}

# Sets SUITE_PASSED, SUITE_FAILED, SUITE_SKIPPED of the file $1. A plan that was not kept is a failure, and so is an empty
# file: nothing may pass by not running.
count_tap()
{
	read -r SUITE_PASSED SUITE_FAILED SUITE_SKIPPED < <(awk '
		/^ok .*# skip/ { skipped++; next }
		/^ok /         { passed++; next }
		/^not ok /     { failed++; next }
		/^1\.\.[0-9]+/ { planned += substr($1, 4) }
		END {
			ran = passed + failed + skipped
			if (planned > ran) failed += planned - ran
			if (ran == 0) failed++
			print passed + 0, failed + 0, skipped + 0
		}' "$1")
}

# Reasons of skips in file $1 that docs/TESTING.md does not accept.
unlisted_skips()
{
	sed -n 's/^ok .*# skip *//p' "$1" | sort -u | while read -r reason; do
		sed -n '/<!-- accepted skips -->/,/<!-- \/accepted skips -->/p' docs/TESTING.md |
			grep -qF "| $reason |" || echo "$reason"
	done
}
