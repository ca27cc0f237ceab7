#!/usr/bin/env bats
# ps, inspect, version, info: columns, filters, formats.
load ../helpers/minidock

@test "ps has Docker's columns" {
	sleeper web
	succeeds minidock ps
	[[ ${lines[0]} =~ ^CONTAINER\ ID\ +IMAGE\ +COMMAND\ +CREATED\ +STATUS\ +PORTS\ +NAMES$ ]]
	[[ ${lines[1]} =~ ^[0-9a-f]{12}\ +busybox\ +\"sh.*\ (seconds?|second|Less).*\ Up\ .*\ web$ ]]
}

@test "ps shows what runs, -a everything, -n and -l the newest" {
	minidock create --name first busybox >/dev/null
	sleeper second
	minidock run --name third busybox false || true
	succeeds minidock ps --format '{{.Names}}'
	output_is second
	succeeds minidock ps -a --format '{{.Names}}'
	output_is $'third\nsecond\nfirst'
	succeeds minidock ps -n 2 --format '{{.Names}}'
	output_is $'third\nsecond'
	succeeds minidock ps -l --format '{{.Names}}'
	output_is third
	fails_with 125 many minidock ps -n many
}

@test "ps -q prints short ids, --no-trunc whole ones" {
	sleeper c
	succeeds minidock ps -q
	output_matches '^[0-9a-f]{12}$'
	succeeds minidock ps -q --no-trunc
	output_matches '^[0-9a-f]{64}$'
}

@test "the status column says how it is" {
	minidock create --name created busybox >/dev/null
	minidock run --name failed busybox sh -c 'exit 3' || true
	sleeper running
	succeeds minidock ps -a --format '{{.Names}}: {{.Status}}'
	output_has 'created: Created'
	output_matches 'failed: Exited \(3\) .* ago'
	output_matches 'running: Up '
}

@test "filters: same key is or, different keys are and" {
	sleeper one -l kind=a
	sleeper two -l kind=b
	minidock run --name three -l kind=a busybox sh -c 'exit 3' || true
	names() { succeeds minidock ps -a --format '{{.Names}}' "$@"; }
	names --filter name=one --filter name=two
	output_is $'two\none'
	names --filter label=kind=a
	output_is $'three\none'
	names --filter label=kind
	[ ${#lines[@]} -eq 3 ]
	names --filter label=kind=a --filter status=running
	output_is one
	names --filter exited=3
	output_is three
	names --filter status=exited
	output_is three
	names --filter ancestor=busybox
	[ ${#lines[@]} -eq 3 ]
	names --filter "id=$(field one '{{.Id}}')"
	output_is one
	names --filter before=two
	output_is one
	names --filter since=two
	output_is three
	fails_with 1 nosuchkey minidock ps --filter nosuchkey=1
	fails_with 1 "" minidock ps --filter status=nosuchstate
}

@test "ps --format: json, table and templates" {
	sleeper c -l a=1
	succeeds minidock ps --format json
	[ "$(jq -r .Names <<<"$output")" = c ]
	[ "$(jq -r .State <<<"$output")" = running ]
	succeeds minidock ps --format 'table {{.Names}}\t{{.State}}'
	[[ ${lines[0]} =~ ^NAMES\ +STATE$ ]]
	[[ ${lines[1]} =~ ^c\ +running$ ]]
	succeeds minidock ps --format '{{.ID}} {{.Image}} {{.RunningFor}} {{.Label "a"}} {{json .Names}}'
	output_matches '^[0-9a-f]{12} busybox .* ago 1 "c"$'
	succeeds minidock ps --format '{{if eq .State "running"}}yes{{else}}no{{end}}'
	output_is yes
	succeeds minidock ps --format '{{.CreatedAt}}'
	output_matches '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} \+0000 UTC$'
	minidock create --name quoted busybox echo 'two words' one >/dev/null
	succeeds minidock ps -a --no-trunc -f name=quoted --format '{{.Command}}'
	output_is "\"echo 'two words' one\""
	fails_with 1 "" minidock ps --format '{{.Nosuch'
	fails_with 1 Nosuch minidock ps --format '{{.Nosuch}}'
}

@test "ps -s shows the size of what was written" {
	minidock run -d --name c busybox sh -c 'head -c 1000000 /dev/zero >/big; sleep 1000' >/dev/null
	is_big() { [[ $("$MINIDOCK" ps -s) =~ (1|1\.0|1\.00)MB|977kB|976 ]]; }
	eventually is_big
	succeeds minidock ps -s
	[[ ${lines[0]} == *SIZE* ]]
	sleeper untouched -v /some/new/place
	succeeds minidock ps -s -f name=untouched --format '{{.Size}}'
	output_matches '^0B \(virtual'
}

@test "control bytes in labels and commands do not reach the terminal raw" {
	minidock create --name c -l $'x=\033[31mred' busybox $'\033]0;title\007' >/dev/null
	succeeds minidock ps -a --no-trunc
	[[ $output != *$'\033'* ]]
	succeeds minidock ps -a --format '{{.Labels}}'
	[[ $output != *$'\033'* ]]
}

@test "inspect is an array of objects with Docker's names" {
	sleeper c -e A=1 -w /tmp -l x=y -m 64m
	succeeds minidock inspect c
	[ "$(jq -r '.[0].Name' <<<"$output")" = /c ]
	[ "$(jq -r '.[0].State.Running' <<<"$output")" = true ]
	[ "$(jq -r '.[0].State.Pid' <<<"$output")" -gt 1 ]
	[ "$(jq -r '.[0].Config.WorkingDir' <<<"$output")" = /tmp ]
	[ "$(jq -r '.[0].Config.Labels.x' <<<"$output")" = y ]
	[ "$(jq -r '.[0].Config.Image' <<<"$output")" = busybox ]
	[ "$(jq -r '.[0].HostConfig.Memory' <<<"$output")" = 67108864 ]
	jq -e '.[0].Config.Env | index("A=1")' <<<"$output"
	[ "$(jq -r '.[0].Path' <<<"$output")" = sh ]
}

@test "inspect of several, of images, and of nothing" {
	sleeper a
	sleeper b
	succeeds minidock inspect a b
	[ "$(jq length <<<"$output")" = 2 ]
	run minidock inspect a nosuch
	[ "$status" -eq 1 ]
	output_has nosuch
	succeeds minidock image inspect busybox
	[ "$(jq -r '.[0].Os' <<<"$output")" = linux ]
}

@test "inspect --format: fields, range, if, json" {
	sleeper c -l a=1 -l b=2
	[ "$(field c '{{.State.Status}}')" = running ]
	[ "$(field c '{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}')" = 'a=1 b=2 ' ]
	[ "$(field c '{{json .Config.Labels}}')" = '{"a":"1","b":"2"}' ]
	[ "$(field c '{{if .State.Running}}up{{else}}down{{end}}')" = up ]
	[ "$(field c '{{index .Config.Labels "b"}}')" = 2 ]
	[ "$(field c '{{len .Config.Labels}}')" = 2 ]
	fails_with 1 Nosuch minidock inspect --format '{{.Nosuch.Field}}' c
	fails_with 1 "" minidock inspect --format '{{' c
}

@test "inspect -s adds the sizes" {
	minidock run --name c busybox sh -c 'head -c 5000 /dev/zero >/f'
	succeeds minidock inspect -s --format '{{.SizeRw}}' c
	[ "$output" -ge 5000 ]
	succeeds minidock inspect --format '{{json .}}' c
	[ "$(jq -r '.SizeRw // "absent"' <<<"$output")" = absent ]
}

@test "version and info" {
	succeeds minidock version
	output_matches '[0-9]+\.[0-9]+\.[0-9]+'
	succeeds minidock --version
	succeeds minidock version --format json
	jq -e . <<<"$output"
	succeeds minidock info
	output_matches 'cgroup'
	succeeds minidock info --format json
	jq -e '[paths[] | strings] | all(test("^[A-Za-z0-9]+$"))' <<<"$output"
	succeeds minidock info --format '{{.Kernel.MountAPI}} {{.Kernel.CgroupKill}}'
	output_matches '^(true|false) (true|false)$'
}

@test "an unknown command names the nearest" {
	run minidock rnu
	[ "$status" -ne 0 ]
	output_has run
	run minidock
	output_has run
}

@test "ps lists damaged containers as dead" {
	sleeper good
	minidock create --name bad busybox >/dev/null
	printf '{"broken' >"$MINIDOCK_ROOT/containers/$(field bad '{{.Id}}')/state.json"
	succeeds minidock ps -a
	output_has good
	output_matches 'dead'
	succeeds minidock rm -f bad
}
