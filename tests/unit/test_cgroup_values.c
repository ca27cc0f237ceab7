/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "runtime/cgroup_dir.h"
#include "runtime/cgroup_path.h"
#include "runtime/cgroup_values.h"

#include <stdlib.h>

/* The right column was computed with libm: ceil(10^((l^2 + 125 l) / 612 - 7 / 34)), l = log2(s). */
static void shares_become_the_documented_weights(void)
{
	static const struct {
		uint64_t shares, weight;
	} known[] = {
		{0, 1},          {1, 1},
		{2, 1},          {3, 2},
		{10, 4},         {64, 12},
		{100, 17},       {128, 21},
		{256, 35},       {512, 59},
		{1000, 99},      {1024, 100},
		{1025, 101},     {2048, 174},
		{4096, 303},     {10000, 627},
		{100000, 4340},  {200000, 7899},
		{262143, 10000}, {262144, 10000},
		{300000, 10000}, {UINT64_MAX, 10000},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		uint64_t weight = md_cpu_weight(known[i].shares);

		CHECK(weight == known[i].weight);
		if (weight != known[i].weight)
			printf("#   %llu shares gave %llu\n", (unsigned long long)known[i].shares,
			       (unsigned long long)weight);
	}
}

static void more_shares_never_weigh_less(void)
{
	uint64_t before = 1;

	for (uint64_t shares = 2; shares <= 262144; shares += 7) {
		uint64_t weight = md_cpu_weight(shares);

		CHECK(weight >= before && weight <= 10000);
		before = weight;
	}
}

static void blkio_weights_are_stretched(void)
{
	CHECK(md_io_weight(10) == 1);
	CHECK(md_io_weight(100) == 1 + 90 * 9999 / 990);
	CHECK(md_io_weight(500) == 1 + 490 * 9999 / 990);
	CHECK(md_io_weight(1000) == 10000);
	CHECK(md_io_weight(0) == 1);
	CHECK(md_io_weight(2000) == 10000);
}

static void swap_is_as_much_as_memory_unless_said_otherwise(void)
{
	CHECK(md_swap_total(100, 0) == 200);
	CHECK(md_swap_alone(100, 0) == 100);
	CHECK(md_swap_total(100, 150) == 150);
	CHECK(md_swap_alone(100, 150) == 50);
	CHECK(md_swap_alone(100, 100) == 0);
	CHECK(md_swap_alone(100, 50) == 0);
	CHECK(md_swap_total(100, -1) == MD_SWAP_UNLIMITED);
	CHECK(md_swap_alone(100, -1) == MD_SWAP_UNLIMITED);
	CHECK(md_swap_total(INT64_MAX, 0) == MD_SWAP_UNLIMITED);
}

static void a_group_lies_below_its_parent(void)
{
	char *path = md_cgroup_path("/sys/fs/cgroup", "a/b", "0123");

	CHECK_STR(path, "/sys/fs/cgroup/a/b/0123");
	free(path);
	path = md_cgroup_path("/sys/fs/cgroup", "", "0123");
	CHECK_STR(path, "/sys/fs/cgroup/0123");
	free(path);
}

static void keys_of_flat_files_are_found_whole(void)
{
	const char *events = "low 0\nhigh 0\noom_group_kill 9\noom 4\noom_kill 3\n";
	uint64_t value = 77;

	CHECK(md_cgroup_dir_parse_key(events, "oom_kill", &value) && value == 3);
	CHECK(md_cgroup_dir_parse_key(events, "oom", &value) && value == 4);
	CHECK(md_cgroup_dir_parse_key(events, "low", &value) && value == 0);
	value = 77;
	CHECK(!md_cgroup_dir_parse_key(events, "kill", &value));
	CHECK(!md_cgroup_dir_parse_key(events, "oom_kil", &value));
	CHECK(!md_cgroup_dir_parse_key("", "oom", &value));
	CHECK(!md_cgroup_dir_parse_key("oom", "oom", &value));
	CHECK(!md_cgroup_dir_parse_key("oom ", "oom", &value));
	CHECK(!md_cgroup_dir_parse_key("oom -1\n", "oom", &value));
	CHECK(!md_cgroup_dir_parse_key("oom 1x\n", "oom", &value));
	CHECK(!md_cgroup_dir_parse_key("oom 99999999999999999999\n", "oom", &value));
	CHECK(value == 77);
}

int main(void)
{
	RUN(shares_become_the_documented_weights);
	RUN(more_shares_never_weigh_less);
	RUN(blkio_weights_are_stretched);
	RUN(swap_is_as_much_as_memory_unless_said_otherwise);
	RUN(a_group_lies_below_its_parent);
	RUN(keys_of_flat_files_are_found_whole);
	return DONE();
}
