#!/usr/bin/env bats
# The one process behind a container: who may talk to it, and what nobody can do to it.
load ../helpers/minidock

supervisor_of()
{
	ps -o ppid= -p "$(field "$1" '{{.State.Pid}}')" | tr -d ' '
}

socket_of()
{
	find "$MINIDOCK_ROOT/run" "${MINIDOCK_RUN:-/nonexistent}" -path "*$(field "$1" '{{.Id}}')/control.sock" 2>/dev/null
}

@test "the control socket belongs to root alone" {
	sleeper c
	[ "$(stat -c '%a %u %F' "$(socket_of c)")" = "600 0 socket" ]
	[ "$(stat -c %a "$(dirname "$(socket_of c)")")" = 700 ]
}

@test "nonsense on the control socket ends that connection and nothing else" {
	sleeper c
	python3 - "$(socket_of c)" <<'PY'
import os, random, socket, sys
random.seed(4711)
ops = [b'attach', b'exec', b'kill', b'stop', b'wait', b'status', b'start', b'', b'x' * 200]
def connection():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fd = os.open(os.path.dirname(sys.argv[1]), os.O_PATH)
    s.connect('/proc/self/fd/%d/control.sock' % fd)
    os.close(fd)
    s.settimeout(5)
    return s
for i in range(400):
    s = connection()
    for _ in range(random.randrange(1, 5)):
        kind = random.randrange(4)
        if kind == 0:
            message = os.urandom(random.randrange(1, 300))
        elif kind == 1:
            message = bytes([random.choice(b'IEWSDX12AF')]) + os.urandom(random.randrange(0, 9))
            if message[:1] == b'S':
                continue   # a signal may be meant
        elif kind == 2:
            message = b'R' + random.choice([b'[]', b'{', b'null', b'{"op":5}', b'[' * 5000, b'{"op":"nothing"}',
                b'{"op":"exec","args":5}', b'{"op":"exec","args":[""],"rows":70000}', b'{"op":"kill","signal":65}',
                b'{"op":"kill","signal":-1}', b'{"op":"stop","signal":"9"x'])
        else:
            message = b'I' * random.choice([1, 65536, 65537, 65538])
        try:
            s.send(message)
        except OSError:
            break
    s.close()
PY
	state_is c running
	succeeds minidock exec c true
	local supervisor
	supervisor=$(supervisor_of c)
	[ "$(find "/proc/$supervisor/fd" -type l | wc -l)" -lt 20 ]
}

@test "many clients at once are all served" {
	minidock run -d --name c busybox sh -c 'while [ ! -e /go ]; do sleep 0.1; done; echo done; exit 7' >/dev/null
	local i clients=()
	for i in 1 2 3 4 5 6 7 8; do
		"$MINIDOCK" attach c >"$MINIDOCK_ROOT.out$i" 2>&1 </dev/null 3>&- &
		clients+=($!)
		"$MINIDOCK" wait c >"$MINIDOCK_ROOT.wait$i" 2>&1 3>&- &
		clients+=($!)
	done
	sleep 0.3
	minidock exec c touch /go
	wait "${clients[@]}" || true
	for i in 1 2 3 4 5 6 7 8; do
		[ "$(cat "$MINIDOCK_ROOT.out$i")" = "done" ]
		[ "$(cat "$MINIDOCK_ROOT.wait$i")" = 7 ]
	done
	rm -f "$MINIDOCK_ROOT".out* "$MINIDOCK_ROOT".wait*
}

@test "a client that does not read holds up its container's output and nothing else" {
	minidock run -d -i --name c busybox cat >/dev/null
	"$MINIDOCK" attach c </dev/zero >/dev/null 2>&1 3>&- &
	local client=$!
	sleep 0.3
	kill -STOP "$client"
	succeeds minidock exec c echo served
	output_is served
	succeeds minidock stop -t 0 c
	state_is c exited
	kill -CONT "$client"
	wait "$client" || true
}

@test "output is complete however slowly it is read" {
	run bash -c '"$MINIDOCK" run --rm busybox sh -c "yes 0123456789 | head -n 500000" 3>&- | { sleep 1; md5sum; }'
	[ "${lines[0]}" = "$(yes 0123456789 | head -n 500000 | md5sum)" ]
}

@test "input is complete however slowly it is read" {
	run bash -c 'yes 0123456789 | head -n 500000 | "$MINIDOCK" run --rm -i busybox sh -c "sleep 1; md5sum" 3>&-'
	[ "${lines[0]}" = "$(yes 0123456789 | head -n 500000 | md5sum)" ]
}

@test "the supervisor's executable cannot be opened for writing" {
	sleeper c
	local supervisor before
	supervisor=$(supervisor_of c)
	before=$(sha256sum <"$MINIDOCK")
	run sh -c "echo x >>/proc/$supervisor/exe"
	[ "$status" -ne 0 ]
	[ "$(sha256sum <"$MINIDOCK")" = "$before" ]
}

@test "the supervisor is named, alone in its session and holds nothing of its caller" {
	exec 17</etc/passwd
	sleeper c
	exec 17<&-
	local supervisor
	supervisor=$(supervisor_of c)
	grep -q '^minidock:\[supervisor c\]' "/proc/$supervisor/cmdline"
	[ "$(ps -o sid= -p "$supervisor" | tr -d ' ')" = "$supervisor" ]
	[ "$(readlink "/proc/$supervisor/cwd")" = / ]
	run find "/proc/$supervisor/fd" -lname /etc/passwd
	output_is ""
}

@test "a terminated supervisor stops its container first" {
	minidock run -d --name c busybox sh -c 'trap "exit 9" TERM; while :; do sleep 0.1; done' >/dev/null
	kill -TERM "$(supervisor_of c)"
	run minidock wait c
	output_is 9
	succeeds minidock check
}

# Half a MiB and a little, because what is shared with other processes varies.
@test "the memory of a supervisor is about half a MiB" {
	requires no-sanitizer
	sleeper c
	sleep 0.2
	local pss
	pss=$(awk '/^Pss:/ { print $2 }' "/proc/$(supervisor_of c)/smaps_rollup")
	[ "$pss" -le 640 ] || die_with "pss $pss kB"
}
