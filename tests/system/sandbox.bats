#!/usr/bin/env bats
# The sandbox from inside: what selfcheck finds in each kind of container, against tests/system/golden/selfcheck-*.json.
# MINIDOCK_TEST_UPDATE=yes rewrites the golden files; read the difference before you keep it.
load ../helpers/minidock

prepare()
{
	requires root
	SELFCHECK=${MINIDOCK%/cli/minidock}/tests/payloads/selfcheck
	GOLDEN=$TESTS/system/golden
	REPORT=$MINIDOCK_ROOT/report.json
	[ -x "$SELFCHECK" ] || die_with "no $SELFCHECK: build first"
}

host_namespaces()
{
	local name
	for name in cgroup ipc mnt net pid time user uts; do
		readlink "/proc/self/ns/$name"
	done
}

# examine FLAG...: the report of a container with these flags, in $REPORT.
examine()
{
	# shellcheck disable=SC2046 # one word per namespace
	minidock run --rm --hostname inside -v "$SELFCHECK:/selfcheck:ro" "$@" busybox \
		/selfcheck $(host_namespaces) >"$REPORT" || die_with "selfcheck: $(cat "$REPORT")"
}

# report_is JQ-EXPRESSION VALUE
report_is()
{
	local value
	value=$(jq -r "$1" "$REPORT")
	[ "$value" = "$2" ] || die_with "$1 is:" "$value" "not:" "$2"
}

# is_golden NAME [JQ-FILTER]: the filter takes away what depends on the machine.
is_golden()
{
	local file=$GOLDEN/selfcheck-$1.json got=$MINIDOCK_ROOT/got.json numbers=.
	# They hold the call numbers of x86_64.
	[ "$(uname -m)" = x86_64 ] || numbers='del(.filter)'
	jq --indent 4 "${2-.} | $numbers" "$REPORT" >"$got"
	if [ -n "${MINIDOCK_TEST_UPDATE-}" ]; then
		mkdir -p "$GOLDEN"
		cp "$got" "$file"
	fi
	diff -u <(jq --indent 4 "$numbers" "$file") "$got" || die_with "the container is not what $file says"
}

# Which drivers this kernel has shows in what docker leaves open, and in what a privileged container may try.
KERNEL_SHOWS='del(.attempts["socket families that open"], .["readable secrets"])'
HOST_SHOWS='del(.attempts, .devices, .mounts, .status.CapPrm, .status.CapEff, .status.CapBnd,
	.["readable secrets"], .["writable kernel switches"], .["cgroup mounts that are writable"],
	.["writable files below /proc"], .["writable files below /sys"])'

@test "strict: all that selfcheck sees is as it should be" {
	examine --userns=host
	is_golden strict
}

@test "docker: all that selfcheck sees is as Docker 28 has it" {
	examine --userns=host --profile=docker
	is_golden docker "$KERNEL_SHOWS"
}

@test "privileged: nothing is filtered and the namespaces are still the container's" {
	examine --privileged
	is_golden privileged "$HOST_SHOWS"
	report_is '.filter.native.allow' 0-599
	report_is '.attempts["mount a tmpfs"]' ok
}

@test "private user namespace: root inside is nobody outside" {
	examine --userns=private
	is_golden private-userns
	report_is '.namespaces.user' own
	report_is '.["uid map"][0]' '0 -> other, 65536 ids'
}

@test "an ordinary user has no more than root, and no capability" {
	examine --userns=host -u 1000:1000
	report_is '.status.CapEff + .status.CapPrm + .status.CapInh + .status.CapAmb' \
		0000000000000000000000000000000000000000000000000000000000000000
	report_is '.status.NoNewPrivs' 1
	report_is '.attempts | [.["new user namespace"], .["chroot"], .["mount a tmpfs"]] | join(" ")' 'EPERM EPERM EPERM'
	report_is '.["writable files below /sys"] | length' 0
}

@test "exec gets the same sandbox as the first process" {
	minidock run -d --userns=host --name c --hostname inside -v "$SELFCHECK:/selfcheck:ro" busybox sleep 1000 >/dev/null
	# shellcheck disable=SC2046
	minidock exec c /selfcheck $(host_namespaces) >"$REPORT"
	report_is '.status.Seccomp + .status.Seccomp_filters + .status.NoNewPrivs' 211
	report_is '.status.CapBnd' 00000000000404fb
	report_is '.["working directory"]' /
	report_is '.descriptors | map(tostring) | join(" ")' '0 1 2'
	local filter
	filter=$(jq -S .filter "$REPORT")
	[ "$filter" = "$(jq -S .filter "$GOLDEN/selfcheck-strict.json")" ]
	succeeds minidock rm -f c
}

@test "--cap-drop ALL leaves no capability and closes what needed one" {
	examine --userns=host --cap-drop ALL
	report_is '.status.CapBnd' 0000000000000000
	report_is '.attempts.chroot' EPERM
}

@test "--cap-add opens exactly the calls that need the capability" {
	local plain with
	examine --userns=host
	plain=$(jq -c .filter.native "$REPORT")
	report_is '.attempts["be traced"]' EPERM
	examine --userns=host --cap-add SYS_PTRACE
	with=$(jq -c .filter.native "$REPORT")
	[ "$plain" != "$with" ]
	report_is '.attempts["be traced"]' ok
	report_is '.attempts["mount a tmpfs"]' EPERM
	examine --userns=host --cap-add NET_RAW
	report_is '.attempts["packet socket"] + " " + .attempts["raw socket"]' 'ok ok'
}

@test "S-096: only the four socket families of the list open, by every entry" {
	examine --userns=host
	report_is '.attempts["socket families that open"]' 1,2,10,16
	report_is '.filter.arguments["socket(family)"].allow' 1-2,10,16
	report_is '.filter["arguments, upper half set"]["socket(family)"].allow' 1-2,10,16
	report_is '.filter.arguments["socket(AF_NETLINK, protocol)"].allow' 0,4,15-16
	report_is '.filter.arguments["socketpair(family)"].allow' 1
	if [ "$(uname -m)" = x86_64 ]; then
		report_is '.filter.i386 | keys | join(" ")' killed
		report_is '.filter.x32 | keys | join(" ")' ENOSYS
	fi
	# Docker leaves all but AF_VSOCK to the kernel, and the upper half of the register opens nothing.
	examine --userns=host --profile=docker
	report_is '.filter.arguments["socket(family)"].EPERM' 40
	report_is '.filter["arguments, upper half set"]["socket(family)"].EPERM' 40
}

# A program of three instructions: exit(42) by the entry for 32-bit programs.
build_i386()
{
	# shellcheck disable=SC2016 # $ belongs to the assembler
	printf '.globl _start\n_start: mov $1, %%eax\nmov $42, %%ebx\nint $0x80\n' >"$MINIDOCK_ROOT/exit.S"
	gcc -m32 -nostdlib -static -o "$MINIDOCK_ROOT/exit32" "$MINIDOCK_ROOT/exit.S"
	gcc -nostdlib -static -o "$MINIDOCK_ROOT/exit64" "$MINIDOCK_ROOT/exit.S"
}

@test "S-097: the 32-bit entry is closed to 32-bit and 64-bit programs" {
	requires cc
	[ "$(uname -m)" = x86_64 ] || return 0
	build_i386
	local program
	for program in exit32 exit64; do
		run minidock run --rm -v "$MINIDOCK_ROOT/$program:/p:ro" busybox /p
		[ "$status" -eq 159 ] # SIGSYS
		run minidock run --rm --profile=docker -v "$MINIDOCK_ROOT/$program:/p:ro" busybox /p
		[ "$status" -eq 42 ]
	done
}

@test "S-098: what a register holds above 32 bits changes no verdict" {
	local flags
	for flags in '--profile=strict' '--profile=docker' '--cap-add NET_ADMIN' '--cap-add SYS_ADMIN' '--cap-add AUDIT_WRITE'; do
		# shellcheck disable=SC2086
		examine --userns=host $flags
		[ "$(jq -S .filter.arguments "$REPORT")" = "$(jq -S '.filter["arguments, upper half set"]' "$REPORT")" ] ||
			die_with "$flags: $(jq .filter "$REPORT")"
	done
}

@test "a seccomp profile of one's own replaces the default" {
	printf '%s' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],
		"action":"SCMP_ACT_ERRNO","errnoRet":28}]}' >"$MINIDOCK_ROOT/profile.json"
	fails_with 1 'No space left' minidock run --rm --security-opt "seccomp=$MINIDOCK_ROOT/profile.json" \
		busybox mkdir /new
	examine --userns=host --security-opt "seccomp=$MINIDOCK_ROOT/profile.json"
	# 83 is mkdir and 258 mkdirat.
	[ "$(uname -m)" != x86_64 ] || report_is .filter.native.allow 0-82,84-257,259-599
	fails_with 125 'syscalls[0]: names' minidock run --rm --security-opt "seccomp=$(bad_profile)" busybox true
	fails_with 125 '/nowhere' minidock run --rm --security-opt seccomp=/nowhere busybox true
}

bad_profile()
{
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"action":"SCMP_ACT_ERRNO"}]}' >"$MINIDOCK_ROOT/bad.json"
	echo "$MINIDOCK_ROOT/bad.json"
}

@test "seccomp=unconfined installs no filter; no-new-privileges=false allows setuid programs" {
	examine --userns=host --security-opt seccomp=unconfined
	report_is .status.Seccomp 0
	report_is '.attempts["become root by a set-user-ID program"]' EACCES
	examine --userns=host --security-opt no-new-privileges=false
	report_is .status.NoNewPrivs 0
	report_is .status.Seccomp 2
	report_is '.attempts["become root by a set-user-ID program"]' ok
}

# capabilities FLAG...: effective, permitted, inheritable, ambient of a command with those flags.
capabilities()
{
	minidock "$@" cat /proc/self/status |
		sed -n 's/^\(Cap[^B]..\):\t0*\(.\)/\1=\2/p' | sort | tr '\n' ' '
}

@test "S-092: the sets are right for each user, capability and way in" {
	local user add wanted
	for add in '' '--cap-add NET_ADMIN' '--cap-drop ALL' '--cap-drop CHOWN' '--cap-add ALL'; do
		# shellcheck disable=SC2086
		minidock run -d --userns=host --name c $add busybox sleep 1000 >/dev/null
		for user in 0 1 1000 65534 2147483647; do
			wanted='CapAmb=0 CapEff=0 CapInh=0 CapPrm=0 '
			# shellcheck disable=SC2086
			[ $user = 0 ] || [ "$(capabilities run --rm --userns=host $add -u $user busybox)" = "$wanted" ]
			[ $user = 0 ] || [ "$(capabilities exec -u $user c)" = "$wanted" ]
		done
		# shellcheck disable=SC2086
		[ "$(capabilities run --rm --userns=host $add busybox)" = "$(capabilities exec c)" ]
		minidock rm -f c >/dev/null
	done
	[ "$(capabilities run --rm --userns=host busybox)" = 'CapAmb=0 CapEff=404fb CapInh=0 CapPrm=404fb ' ]
	[ "$(capabilities run --rm --userns=host --profile=docker busybox)" = 'CapAmb=0 CapEff=a80425fb CapInh=0 CapPrm=a80425fb ' ]
	[ "$(capabilities run --rm --userns=host --cap-drop ALL --cap-add KILL busybox)" = 'CapAmb=0 CapEff=20 CapInh=0 CapPrm=20 ' ]
}
