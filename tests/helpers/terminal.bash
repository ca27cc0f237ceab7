# A real terminal for tests of -t: tmux runs the command, types and shows its screen.

TERMINAL=

# terminal_open COMMAND...: run it in a terminal of 80 × 24. A function of ours is named by its words too.
terminal_open()
{
	TERMINAL=$MINIDOCK_ROOT.tmux
	local script=$MINIDOCK_ROOT.sh word
	{
		echo "export MINIDOCK_ROOT=$MINIDOCK_ROOT ASAN_OPTIONS=$ASAN_OPTIONS UBSAN_OPTIONS=$UBSAN_OPTIONS"
		declare -f minidock chooses_userns
		printf 'MINIDOCK=%q CGROUP_PARENT=%q MINIDOCK_TEST_USERNS=%q MINIDOCK_TEST_WRAPPER=%q\n' \
			"$MINIDOCK" "$CGROUP_PARENT" "${MINIDOCK_TEST_USERNS-}" "${MINIDOCK_TEST_WRAPPER-}"
		for word; do
			printf '%q ' "$word"
		done
		printf '\necho "[ended with $?]"\nread -r _\n'
	} >"$script"
	env -u TMUX -u MINIDOCK_ROOT tmux -f /dev/null -S "$TERMINAL" new-session -d -x 80 -y 24 "bash $script" 3>&-
}

# type_keys KEY...: as tmux names them: 'echo hi' Enter, C-c, C-p.
type_keys()
{
	tmux -S "$TERMINAL" send-keys "$@"
}

screen()
{
	tmux -S "$TERMINAL" capture-pane -p
}

screen_has()
{
	[[ $(screen) == *"$1"* ]]
}

# Wait until the text is on the screen.
screen_shows()
{
	eventually screen_has "$1" || die_with "screen:" "$(screen)"
}

terminal_resize()
{
	tmux -S "$TERMINAL" resize-window -x "$1" -y "$2"
}

terminal_close()
{
	[ -n "$TERMINAL" ] || return 0
	tmux -S "$TERMINAL" kill-server 2>/dev/null || true
	rm -f "$TERMINAL" "$MINIDOCK_ROOT.sh"
	TERMINAL=
}
