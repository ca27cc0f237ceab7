/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The eBPF programs are run by a small interpreter and compared with the meaning of a rule list
 * said directly, for every device and access that a rule could tell apart.
 */
#include "tests/unit/check.h"

#include "runtime/device_program.h"

#include <linux/bpf.h>
#include <stdlib.h>

#define ANY          MD_DEVICE_ANY
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define ALLOW(t, ma, mi, r, w, m)        \
	{                                \
		true, t, ma, mi, r, w, m \
	}
#define DENY(t, ma, mi, r, w, m)          \
	{                                 \
		false, t, ma, mi, r, w, m \
	}

enum {
	READ = BPF_DEVCG_ACC_READ,
	WRITE = BPF_DEVCG_ACC_WRITE,
	MKNOD = BPF_DEVCG_ACC_MKNOD
};

static bool names(const struct md_device_rule *rule, const struct bpf_cgroup_dev_ctx *asked,
		  unsigned int access)
{
	char type = (asked->access_type & 0xffff) == BPF_DEVCG_DEV_BLOCK ? 'b' : 'c';

	return (rule->type == 'a' || rule->type == type) &&
	       (rule->major == ANY || rule->major == asked->major) &&
	       (rule->minor == ANY || rule->minor == asked->minor) &&
	       ((access == READ && rule->read) || (access == WRITE && rule->write) ||
		(access == MKNOD && rule->mknod));
}

/* The last rule that names the device and that access decides; nothing named is forbidden. */
static bool meaning(const struct md_device_rule *rules, size_t count,
		    const struct bpf_cgroup_dev_ctx *asked)
{
	for (unsigned int access = 1; access <= 4; access <<= 1) {
		bool is_allowed = false;

		for (size_t i = 0; i < count; i++)
			if (names(&rules[i], asked, access))
				is_allowed = rules[i].allow;
		if ((asked->access_type >> 16 & access) && !is_allowed)
			return false;
	}
	return true;
}

static uint64_t alu(unsigned char op, uint64_t a, uint64_t b)
{
	switch (op) {
	case BPF_MOV:
		return b;
	case BPF_AND:
		return a & b;
	case BPF_RSH:
		return a >> b;
	default:
		CHECK(!"an operation that the interpreter knows");
		return 0;
	}
}

/* The verdict, or -1 if the program reads or jumps where it must not. */
static int interpret(const struct bpf_insn *insns, size_t length,
		     const struct bpf_cgroup_dev_ctx *context)
{
	uint64_t reg[11] = {0};

	for (size_t pc = 0; pc < length; pc++) {
		const struct bpf_insn *in = &insns[pc];
		uint64_t operand =
			BPF_SRC(in->code) == BPF_X ? reg[in->src_reg] : (uint64_t)(int64_t)in->imm;
		bool is_equal = reg[in->dst_reg] == operand;

		switch (BPF_CLASS(in->code)) {
		case BPF_LDX:
			if (in->src_reg != BPF_REG_1 || in->off < 0 || in->off % 4 != 0 ||
			    (size_t)in->off + 4 > sizeof(*context))
				return -1;
			reg[in->dst_reg] = ((const uint32_t *)context)[in->off / 4];
			break;
		case BPF_ALU64:
			reg[in->dst_reg] = alu(BPF_OP(in->code), reg[in->dst_reg], operand);
			break;
		case BPF_JMP:
			if (BPF_OP(in->code) == BPF_EXIT)
				return (int)reg[0];
			if (in->off < 0)
				return -1;
			if (BPF_OP(in->code) == BPF_JEQ ? is_equal : !is_equal)
				pc += (size_t)in->off;
			break;
		default:
			return -1;
		}
	}
	return -1;
}

static bool agrees(const struct md_device_rule *rules, size_t count,
		   const struct bpf_cgroup_dev_ctx *asked, const struct bpf_insn *insns,
		   size_t length)
{
	int want = meaning(rules, count, asked), got = interpret(insns, length, asked);

	if (got != want)
		printf("# type %u access %u device %u:%u: got %d, want %d\n",
		       asked->access_type & 0xffff, asked->access_type >> 16, asked->major,
		       asked->minor, got, want);
	return got == want;
}

/* Every device that a rule could single out, with its neighbours. */
static void check_program(const struct md_device_rule *rules, size_t count)
{
	static const uint32_t majors[] = {0, 1, 2, 5, 7, 8, 10, 136, 4095};
	static const uint32_t minors[] = {0, 1, 2, 3, 4, 5, 229, 1048575};
	size_t length = 0;
	struct bpf_insn *insns = md_device_rules_to_bpf(rules, count, &length);

	for (size_t i = 0; i < COUNT(majors) * COUNT(minors) * 2 * 7; i++) {
		size_t rest = i;
		struct bpf_cgroup_dev_ctx asked = {0};

		asked.major = majors[rest % COUNT(majors)];
		rest /= COUNT(majors);
		asked.minor = minors[rest % COUNT(minors)];
		rest /= COUNT(minors);
		asked.access_type = (uint32_t)(1 + rest % 2) | (uint32_t)(1 + rest / 2) << 16;
		CHECK(agrees(rules, count, &asked, insns, length));
	}
	free(insns);
}

static const struct md_device_rule usual[] = {
	DENY('a', ANY, ANY, true, true, true),    ALLOW('c', ANY, ANY, false, false, true),
	ALLOW('b', ANY, ANY, false, false, true), ALLOW('c', 1, 3, true, true, true),
	ALLOW('c', 1, 5, true, true, true),       ALLOW('c', 5, 0, true, true, true),
	ALLOW('c', 136, ANY, true, true, true),   ALLOW('c', 5, 2, true, true, true),
};

static void the_usual_list_means_the_same_as_a_program(void)
{
	check_program(usual, COUNT(usual));
}

static void later_rules_win_for_each_access(void)
{
	static const struct md_device_rule rules[] = {
		ALLOW('a', ANY, ANY, true, true, true),   DENY('b', ANY, ANY, false, true, true),
		ALLOW('b', 8, 1, false, true, false),     DENY('c', 1, ANY, true, true, true),
		ALLOW('c', 1, 3, true, false, false),     DENY('a', ANY, 5, true, false, false),
		ALLOW('c', 10, 229, false, false, false),
	};

	check_program(rules, COUNT(rules));
}

static void accesses_allowed_by_different_rules_add_up(void)
{
	static const struct md_device_rule rules[] = {
		ALLOW('c', 1, 3, true, false, false),
		ALLOW('c', 1, ANY, false, true, false),
	};

	check_program(rules, COUNT(rules));
}

static void what_no_rule_names_is_forbidden(void)
{
	static const struct md_device_rule rules[] = {ALLOW('c', 1, 3, true, true, true)};

	check_program(rules, 1);
	check_program(NULL, 0);
	CHECK(!md_device_rules_allow_all(NULL, 0));
}

static void random_lists_mean_the_same_as_programs(void)
{
	static const uint32_t numbers[] = {1, 3, 5, 8, ANY};
	struct md_device_rule rules[12];

	srandom(7);
	for (int round = 0; round < 200; round++) {
		size_t count = (size_t)random() % (COUNT(rules) + 1);

		for (size_t i = 0; i < count; i++)
			rules[i] = (struct md_device_rule){
				.allow = random() % 2 != 0,
				.type = "abc"[random() % 3],
				.major = numbers[random() % 5],
				.minor = numbers[random() % 5],
				.read = random() % 3 != 0,
				.write = random() % 3 != 0,
				.mknod = random() % 3 != 0,
			};
		check_program(rules, count);
	}
}

static void code_behind_a_catch_all_is_left_out(void)
{
	static const struct md_device_rule rules[] = {
		ALLOW('c', 1, 3, true, true, true),
		DENY('a', ANY, ANY, true, true, true),
	};
	size_t length = 0;
	struct bpf_insn *insns = md_device_rules_to_bpf(rules, COUNT(rules), &length);

	/* Six to take the question apart, two for the answer. */
	CHECK(length == 8);
	free(insns);
}

static void a_list_that_ends_in_allow_all_needs_nothing(void)
{
	static const struct md_device_rule rules[] = {
		DENY('a', ANY, ANY, true, true, true),
		ALLOW('a', ANY, ANY, true, true, true),
		ALLOW('c', 1, 3, true, false, false),
	};
	struct md_strv lines = MD_STRV_INIT;

	CHECK(md_device_rules_allow_all(rules, COUNT(rules)));
	CHECK(!md_device_rules_allow_all(rules, 1));
	CHECK(!md_device_rules_allow_all(usual, COUNT(usual)));
	CHECK(md_device_rules_to_v1(rules, 2, &lines));
	CHECK(lines.count == 0);
	md_strv_fini(&lines);
}

static void v1_gets_a_default_and_exceptions(void)
{
	static const struct md_device_rule rules[] = {
		DENY('a', ANY, ANY, true, true, true),
		ALLOW('c', 1, 3, true, true, true),
		ALLOW('c', 136, ANY, true, true, false),
		ALLOW('b', ANY, ANY, false, false, true),
	};
	struct md_strv lines = MD_STRV_INIT;

	CHECK(md_device_rules_to_v1(rules, COUNT(rules), &lines));
	CHECK(lines.count == 4);
	if (lines.count == 4) {
		CHECK_STR(lines.items[0], "deny a");
		CHECK_STR(lines.items[1], "allow c 1:3 rwm");
		CHECK_STR(lines.items[2], "allow c 136:* rw");
		CHECK_STR(lines.items[3], "allow b *:* m");
	}
	md_strv_fini(&lines);
}

/* To the kernel "a 1:3 r" is "a", that is, everything. */
static void both_kinds_of_device_are_spelled_out_for_v1(void)
{
	static const struct md_device_rule rules[] = {ALLOW('a', 1, 3, true, false, false)};
	struct md_strv lines = MD_STRV_INIT;

	CHECK(md_device_rules_to_v1(rules, 1, &lines));
	CHECK(lines.count == 3);
	if (lines.count == 3) {
		CHECK_STR(lines.items[0], "deny a");
		CHECK_STR(lines.items[1], "allow b 1:3 r");
		CHECK_STR(lines.items[2], "allow c 1:3 r");
	}
	md_strv_fini(&lines);
}

static void v1_admits_what_it_cannot_say(void)
{
	static const struct md_device_rule part_of_wider[] = {
		DENY('a', ANY, ANY, true, true, true),
		ALLOW('c', 1, ANY, true, true, true),
		DENY('c', 1, 5, true, true, true),
	};
	static const struct md_device_rule exactly_the_same[] = {
		DENY('a', ANY, ANY, true, true, true),
		ALLOW('c', 1, 5, true, true, true),
		DENY('c', 1, 5, false, true, true),
	};
	struct md_strv lines = MD_STRV_INIT;

	CHECK(!md_device_rules_to_v1(part_of_wider, COUNT(part_of_wider), &lines));
	CHECK(lines.count == 0);
	CHECK(md_device_rules_to_v1(exactly_the_same, COUNT(exactly_the_same), &lines));
	CHECK(lines.count == 3);
	md_strv_fini(&lines);
}

int main(void)
{
	RUN(the_usual_list_means_the_same_as_a_program);
	RUN(later_rules_win_for_each_access);
	RUN(accesses_allowed_by_different_rules_add_up);
	RUN(what_no_rule_names_is_forbidden);
	RUN(random_lists_mean_the_same_as_programs);
	RUN(code_behind_a_catch_all_is_left_out);
	RUN(a_list_that_ends_in_allow_all_needs_nothing);
	RUN(v1_gets_a_default_and_exceptions);
	RUN(both_kinds_of_device_are_spelled_out_for_v1);
	RUN(v1_admits_what_it_cannot_say);
	return DONE();
}
