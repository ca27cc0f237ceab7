#!/usr/bin/env bats
# Terminals: run -it, exec -it, attach, resize, Ctrl-C, detach keys. Driven through tmux.
load ../helpers/minidock

@test "run -it is a terminal of the right size" {
	requires tmux
	terminal_open minidock run --rm -it busybox sh -c 'tty; stty size; echo end'
	screen_shows /dev/pts/0
	screen_shows '24 80'
	screen_shows '[ended with 0]'
}

@test "-t without a terminal on this side says so" {
	run minidock run --rm -it busybox true </dev/null
	[ "$status" -ne 0 ]
	output_matches 'terminal|tty'
}

@test "what is typed arrives once, and the shell echoes" {
	requires tmux
	terminal_open minidock run --rm -it busybox sh
	screen_shows '#'
	type_keys 'echo $((6*7))' Enter
	screen_shows 42
	type_keys 'exit 3' Enter
	screen_shows '[ended with 3]'
}

@test "Ctrl-C interrupts the command inside, not the engine" {
	requires tmux
	terminal_open minidock run --rm -it busybox sh
	screen_shows '#'
	# One process for both: an interactive shell that is just forking would swallow the key.
	type_keys "sh -c \"echo be''gun; exec sleep 1000\"" Enter
	screen_shows begun
	type_keys C-c
	type_keys 'echo still $((40+2))' Enter
	screen_shows 'still 42'
	type_keys C-d
	screen_shows '[ended with'
}

@test "a resized window is resized inside" {
	requires tmux
	terminal_open minidock run --rm -it busybox sh -c 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done'
	screen_shows ready
	terminal_resize 100 30
	screen_shows '30 100'
	type_keys C-c
	screen_shows '[ended with 130]'
}

@test "the terminal is as before when the command ends" {
	requires tmux
	terminal_open bash -c "$(declare -f minidock chooses_userns); MINIDOCK=$MINIDOCK CGROUP_PARENT=$CGROUP_PARENT
		a=\$(stty -g); minidock run --rm -it busybox stty raw -echo; b=\$(stty -g); [ \"\$a\" = \"\$b\" ] && echo same"
	screen_shows same
}

@test "the detach keys leave the container running; attach comes back" {
	requires tmux
	terminal_open minidock run -it --name c busybox sh
	screen_shows '#'
	type_keys C-p C-q
	screen_shows '[ended with 0]'
	state_is c running
	terminal_close
	terminal_open minidock attach c
	type_keys 'echo back $((40+2))' Enter
	screen_shows 'back 42'
	type_keys 'exit 5' Enter
	screen_shows '[ended with 5]'
}

@test "other detach keys can be chosen; the default ones go through then" {
	requires tmux
	terminal_open minidock run -it --name c --detach-keys ctrl-x,x busybox sh
	screen_shows '#'
	type_keys C-p C-q
	type_keys C-c
	type_keys 'echo here $((40+2))' Enter
	screen_shows 'here 42'
	type_keys C-x x
	screen_shows '[ended with 0]'
	state_is c running
	fails_with 125 nonsense minidock run -d --detach-keys nonsense busybox true
}

@test "exec -it is a terminal of its own" {
	requires tmux
	sleeper c
	terminal_open minidock exec -it c sh -c 'tty; stty size; read line; echo "got $line"; exit 6'
	screen_shows '24 80'
	type_keys words Enter
	screen_shows 'got words'
	screen_shows '[ended with 6]'
	state_is c running
}

@test "exec -it obeys Ctrl-C and resize" {
	requires tmux
	sleeper c
	terminal_open minidock exec -it c sh -c 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done'
	screen_shows ready
	terminal_resize 90 20
	screen_shows '20 90'
	type_keys C-c
	screen_shows '[ended with 130]'
}

@test "the death of the terminal does not end a container run with -it" {
	requires tmux
	terminal_open minidock run -it --name c busybox sh
	screen_shows '#'
	terminal_close
	state_is c running
}

@test "attach without a terminal shows what comes from now on" {
	minidock run -d --name c busybox sh -c 'while ! test -e /go; do sleep 0.05; done; echo late; exit 4' >/dev/null
	"$MINIDOCK" attach c >"$MINIDOCK_ROOT/out" 3>&- &
	local pid=$! status=0
	sleep 0.3
	minidock exec c touch /go
	wait "$pid" || status=$?
	[ "$status" -eq 4 ]
	[ "$(cat "$MINIDOCK_ROOT/out")" = late ]
}

@test "attach with --no-stdin and --sig-proxy=false leaves the command alone" {
	sleeper c
	"$MINIDOCK" attach --no-stdin --sig-proxy=false c 3>&- &
	local pid=$!
	sleep 0.3
	kill -TERM "$pid"
	wait "$pid" 2>/dev/null || true
	state_is c running
}

@test "attach to what does not run is refused" {
	minidock create --name c busybox true >/dev/null
	fails_with 1 'cannot attach to a container that is created' minidock attach c
	fails_with 1 nosuch minidock attach nosuch
}

@test "a terminal's log has what was on it" {
	requires tmux
	terminal_open minidock run -t --name c busybox echo on the screen
	screen_shows 'on the screen'
	screen_shows '[ended with 0]'
	succeeds minidock logs c
	output_has 'on the screen'
}
