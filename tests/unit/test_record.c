/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/store.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void add_strings(struct md_strv *v, const char *what)
{
	md_strv_addf(v, "%s=1", what);
	md_strv_addf(v, "%s=zwei \"\\\n\t\x01 \xc3\xa9 \xff", what);
}

static void fill_lists(struct md_run_request *r)
{
	struct md_strv *lists[] = {&r->args,        &r->env,     &r->labels,   &r->group_add,
				   &r->add_hosts,   &r->dns,     &r->sysctls,  &r->dns_search,
				   &r->dns_options, &r->cap_add, &r->cap_drop, &r->unmask};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		add_strings(lists[i], "list");
}

static void fill_strings(struct md_run_request *r)
{
	char **strings[] = {&r->image,
			    &r->rootfs,
			    &r->name,
			    &r->detach_keys,
			    &r->workdir,
			    &r->user,
			    &r->hostname,
			    &r->domainname,
			    &r->userns,
			    &r->entrypoint,
			    &r->seccomp,
			    &r->stop_signal,
			    &r->pid,
			    &r->ipc,
			    &r->uts,
			    &r->cgroupns,
			    &r->network,
			    &r->cgroup_parent,
			    &r->resources.cpuset_cpus,
			    &r->resources.cpuset_mems};

	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		*strings[i] = md_xasprintf("text %zu", i);
}

static void fill_numbers(struct md_run_request *r)
{
	r->is_detached = r->is_interactive = r->has_terminal = r->is_removed = true;
	r->use_init = r->has_entrypoint = r->is_readonly = r->is_privileged = true;
	r->has_no_new_privs = r->has_oom_score_adj = r->is_log_none = true;
	r->stop_timeout_s = 0; /* not the default: kill at once */
	r->root_via = MD_ROOT_VIA_CHROOT;
	r->profile = MD_PROFILE_DOCKER;
	r->shm_size = UINT64_MAX;
	r->oom_score_adj = -1000;
	r->log_max_size = 4096;
	r->log_max_files = 9;
	r->resources.memory = INT64_MAX;
	r->resources.memory_swap = -1;
	r->resources.memory_reservation = (INT64_C(1) << 53) + 1;
	r->resources.cpu_quota_us = 50000;
	r->resources.cpu_period_us = 1000000;
	r->resources.cpu_shares = 262144;
	r->resources.pids = -1;
	r->resources.blkio_weight = 1000;
}

static void fill_arrays(struct md_run_request *r)
{
	r->mounts = md_xcalloc(2, sizeof(*r->mounts));
	r->mount_count = 2;
	r->mounts[0] = (struct md_mount){
		.type = MD_MOUNT_BIND,
		.source = md_xstrdup("/srv/a,b:c"),
		.target = md_xstrdup("/data"),
		.is_readonly = true,
		.is_recursive = true,
		.propagation = MD_PROPAGATION_SHARED,
		.is_volume = true,
		.volume_name = md_xstrdup("v1"),
	};
	r->mounts[1] = (struct md_mount){
		.type = MD_MOUNT_TMPFS,
		.target = md_xstrdup("/tmp"),
		.tmpfs_size = UINT64_C(1) << 60,
		.tmpfs_mode = 01777,
		.no_exec = true,
	};
	r->rlimits = md_xcalloc(1, sizeof(*r->rlimits));
	r->rlimit_count = 1;
	r->rlimits[0] = (struct md_rlimit){.resource = 0, .soft = 5, .hard = UINT64_MAX};
	r->devices = md_xcalloc(1, sizeof(*r->devices));
	r->device_count = 1;
	r->devices[0] = (struct md_request_device){.host_path = md_xstrdup("/dev/fuse"),
						   .container_path = md_xstrdup("/dev/f"),
						   .permissions = "rw"};
}

static void fill(struct md_record *record)
{
	*record = (struct md_record){.id = ID, .created_ns = 1234567890123456789};
	record->name = md_xstrdup("web");
	record->image_id = md_xstrdup("sha256:00");
	record->version = md_xstrdup("0.1.0");
	add_strings(&record->command, "command");
	md_run_request_init(&record->request);
	fill_lists(&record->request);
	fill_strings(&record->request);
	fill_numbers(&record->request);
	fill_arrays(&record->request);
}

static void check_members(const struct md_run_request *r)
{
	CHECK(r->mount_count == 2 && r->rlimit_count == 1 && r->device_count == 1);
	CHECK_STR(r->mounts[0].source, "/srv/a,b:c");
	CHECK(r->mounts[0].propagation == MD_PROPAGATION_SHARED && r->mounts[0].is_recursive);
	CHECK(r->mounts[1].type == MD_MOUNT_TMPFS && r->mounts[1].tmpfs_mode == 01777);
	CHECK(r->rlimits[0].soft == 5 && r->rlimits[0].hard == UINT64_MAX);
	CHECK_STR(r->devices[0].permissions, "rw");
	CHECK(r->stop_timeout_s == 0 && r->oom_score_adj == -1000);
	CHECK(r->shm_size == UINT64_MAX && r->resources.memory == INT64_MAX);
	CHECK(r->resources.memory_reservation == (INT64_C(1) << 53) + 1);
	CHECK(r->resources.blkio_weight == 1000 && r->resources.pids == -1);
	CHECK(r->env.count == 2 && strstr(r->env.items[1], "\x01 \xc3\xa9 \xff"));
	CHECK_STR(r->user, "text 5");
	CHECK(r->root_via == MD_ROOT_VIA_CHROOT && r->profile == MD_PROFILE_DOCKER);
}

static void every_member_survives_json(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_record from, to;
	md_auto_json struct md_json *json = NULL;
	md_auto_json struct md_json *parsed = NULL;
	md_auto_json struct md_json *again = NULL;
	md_auto_free char *text = NULL;
	md_auto_free char *text_again = NULL;

	fill(&from);
	json = md_record_to_json(&from);
	text = md_json_compact(json);
	parsed = md_json_parse(text, strlen(text), &err);
	CHECK_STR(err.msg, "");
	CHECK(parsed && md_record_from_json(parsed, &to, &err) == 0);
	CHECK_STR(err.msg, "");
	check_members(&to.request);
	CHECK_STR(to.id, ID);
	CHECK(to.created_ns == from.created_ns && to.command.count == 2);
	again = md_record_to_json(&to);
	text_again = md_json_compact(again);
	CHECK_STR(text_again, text);
	md_record_fini(&from);
	md_record_fini(&to);
}

static void a_copy_shares_nothing(void)
{
	struct md_record record;
	struct md_run_request copy;

	fill(&record);
	record.request.cidfile = md_xstrdup("/tmp/cid");
	md_run_request_copy(&copy, &record.request);
	md_record_fini(&record);
	check_members(&copy);
	CHECK_STR(copy.cidfile, "/tmp/cid");
	md_run_request_fini(&copy);
	CHECK(copy.mounts == NULL && copy.stop_timeout_s == -1);
}

static void what_was_not_asked_for_is_not_written(void)
{
	struct md_record record = {.id = ID};
	md_auto_json struct md_json *json = NULL;
	md_auto_free char *text = NULL;

	record.name = md_xstrdup("a");
	md_run_request_init(&record.request);
	json = md_record_to_json(&record);
	text = md_json_compact(json);
	CHECK_STR(text, "{\"format\":1,\"id\":\"" ID "\",\"name\":\"a\",\"request\":{}}");
	md_record_fini(&record);
}

#define HEAD "{\"format\":1,\"id\":\"" ID "\",\"name\":\"a\",\"request\":"

static void hostile_records_are_refused(void)
{
	static const char *const cases[] = {
		"[]",
		"{}",
		"{\"format\":1}",
		"{\"format\":1,\"name\":\"a\",\"request\":{}}",
		"{\"format\":1,\"id\":\"\",\"name\":\"a\",\"request\":{}}",
		"{\"format\":1,\"id\":\"/\",\"name\":\"a\",\"request\":{}}",
		"{\"format\":1,\"id\":\"..\",\"name\":\"a\",\"request\":{}}",
		"{\"format\":1,\"id\":\"" ID "0\",\"name\":\"a\",\"request\":{}}",
		"{\"format\":1,\"id\":7,\"name\":\"a\",\"request\":{}}",
		"{\"format\":1,\"id\":\"" ID "\",\"request\":{}}",
		"{\"format\":1,\"id\":\"" ID "\",\"name\":\"../x\",\"request\":{}}",
		"{\"format\":1,\"id\":\"" ID "\",\"name\":\"a\"}",
		HEAD "[]}",
		HEAD "{\"args\":\"sh\"}}",
		HEAD "{\"args\":[1]}}",
		HEAD "{\"image\":{}}}",
		HEAD "{\"readonly\":1}}",
		HEAD "{\"root_via\":\"door\"}}",
		HEAD "{\"stop_timeout_s\":3000000000}}",
		HEAD "{\"blkio_weight\":65536}}",
		HEAD "{\"cpu_shares\":-1}}",
		HEAD "{\"shm_size\":\"18446744073709551616\"}}",
		HEAD "{\"memory\":\"1k\"}}",
		HEAD "{\"mounts\":{}}}",
		HEAD "{\"mounts\":[7]}}",
		HEAD "{\"mounts\":[{\"target\":\"/a\"},{\"target\":7}]}}",
		HEAD "{\"devices\":[{\"permissions\":\"rwmrwm\"}]}}",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct md_error err = MD_ERROR_INIT;
		md_auto_json struct md_json *json = md_json_parse(cases[i], strlen(cases[i]), &err);
		struct md_record record;
		int result = json ? md_record_from_json(json, &record, &err) : 0;

		CHECK(result == -1 && err.code == MD_ERR_CORRUPT);
		if (result == 0)
			printf("# accepted: %s\n", cases[i]);
	}
}

static void a_record_of_a_later_version_is_left_alone(void)
{
	static const char text[] = "{\"format\":2}";
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *json = md_json_parse(text, strlen(text), &err);
	struct md_record record;

	CHECK(md_record_from_json(json, &record, &err) == -1);
	CHECK(err.code == MD_ERR_UNSUPPORTED);
}

int main(void)
{
	RUN(every_member_survives_json);
	RUN(a_copy_shares_nothing);
	RUN(what_was_not_asked_for_is_not_written);
	RUN(hostile_records_are_refused);
	RUN(a_record_of_a_later_version_is_left_alone);
	return DONE();
}
