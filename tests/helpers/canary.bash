# A canary is a directory of the host that a hostile image or container tries to reach. canary_sings tells whether it is exactly
# as it was: no entry more or less, no byte, mode, owner or time changed, nothing mounted on it.

canary_place()
{
	CANARY=$MINIDOCK_ROOT.canary
	mkdir -p "$CANARY/directory"
	echo "secret of the host" >"$CANARY/secret"
	chmod 700 "$CANARY"
	CANARY_STATE=$(canary_state)
}

canary_state()
{
	find "$CANARY" -printf '%p %y %i %m %U:%G %s %T@ %n\n' | sort
	find "$CANARY" -type f -exec sha256sum {} +
	grep -F -e "$CANARY" /proc/self/mountinfo || true
}

canary_sings()
{
	local now
	now=$(canary_state)
	[ "$now" = "$CANARY_STATE" ] || {
		diff <(echo "$CANARY_STATE") <(echo "$now") >&2
		return 1
	}
}

canary_remove()
{
	rm -rf "$CANARY"
}

# A command that had to deal with something hostile worked inside the root, or refused with a message of ours.
ended_in_order()
{
	[ "$status" -eq 0 ] && return
	[[ $status =~ ^(1|125|126|127)$ && $output == *minidock:* ]] || die_with "status $status" "$output"
}
