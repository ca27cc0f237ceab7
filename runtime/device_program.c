/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/device_program.h"

#include "base/alloc.h"

#include <linux/bpf.h>

static unsigned int access_of(const struct md_device_rule *rule)
{
	return (rule->mknod ? BPF_DEVCG_ACC_MKNOD : 0) | (rule->read ? BPF_DEVCG_ACC_READ : 0) |
	       (rule->write ? BPF_DEVCG_ACC_WRITE : 0);
}

#define ACCESS_ALL (BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE)

static bool is_catch_all(const struct md_device_rule *rule)
{
	return rule->type == 'a' && rule->major == MD_DEVICE_ANY && rule->minor == MD_DEVICE_ANY &&
	       access_of(rule) == ACCESS_ALL;
}

/* Rules before the last catch-all never decide. Returns the index behind it, and what it says. */
static size_t find_start(const struct md_device_rule *rules, size_t count, bool *ret_allow)
{
	size_t i = count;

	while (i > 0 && !is_catch_all(&rules[i - 1]))
		i--;
	*ret_allow = i > 0 && rules[i - 1].allow;
	return i;
}

bool md_device_rules_allow_all(const struct md_device_rule *rules, size_t count)
{
	bool is_allowed;
	size_t i = find_start(rules, count, &is_allowed);

	for (; i < count; i++)
		is_allowed &= rules[i].allow;
	return is_allowed;
}

static bool numbers_meet(uint32_t a, uint32_t b)
{
	return a == b || a == MD_DEVICE_ANY || b == MD_DEVICE_ANY;
}

static bool rules_meet(const struct md_device_rule *a, const struct md_device_rule *b)
{
	return (a->type == b->type || a->type == 'a' || b->type == 'a') &&
	       numbers_meet(a->major, b->major) && numbers_meet(a->minor, b->minor) &&
	       (access_of(a) & access_of(b)) != 0;
}

static bool same_devices(const struct md_device_rule *a, const struct md_device_rule *b)
{
	return a->type == b->type && a->major == b->major && a->minor == b->minor;
}

/* v1 removes an exception only if the line names exactly the devices of that exception. */
static bool v1_can_say(const struct md_device_rule *rules, size_t start, size_t index)
{
	for (size_t i = start; i < index; i++)
		if (rules[i].allow != rules[index].allow && rules_meet(&rules[i], &rules[index]) &&
		    !same_devices(&rules[i], &rules[index]))
			return false;
	return true;
}

static void add_number(struct md_str *line, uint32_t number)
{
	if (number == MD_DEVICE_ANY)
		md_str_addc(line, '*');
	else
		md_str_addf(line, "%u", number);
}

static void add_line(const struct md_device_rule *rule, char type, struct md_strv *out)
{
	struct md_str line = MD_STR_INIT;

	md_str_addf(&line, "%s %c ", rule->allow ? "allow" : "deny", type);
	add_number(&line, rule->major);
	md_str_addc(&line, ':');
	add_number(&line, rule->minor);
	md_str_addf(&line, " %s%s%s", rule->read ? "r" : "", rule->write ? "w" : "",
		    rule->mknod ? "m" : "");
	md_strv_take(out, md_str_take(&line));
}

/* To the kernel a line that begins with "a" means everything, whatever follows: say b and c. */
static void add_rule(const struct md_device_rule *rule, struct md_strv *out)
{
	if (access_of(rule) == 0)
		return;
	if (rule->type != 'c')
		add_line(rule, 'b', out);
	if (rule->type != 'b')
		add_line(rule, 'c', out);
}

bool md_device_rules_to_v1(const struct md_device_rule *rules, size_t count, struct md_strv *out)
{
	bool is_allowed;
	size_t start = find_start(rules, count, &is_allowed);

	for (size_t i = start; i < count; i++)
		if (rules[i].allow == is_allowed && !v1_can_say(rules, start, i))
			return false;
	/* A fresh group allows everything, as its parent does. */
	if (!is_allowed)
		md_strv_add(out, "deny a");
	for (size_t i = start; i < count; i++)
		add_rule(&rules[i], out);
	return true;
}

/* Registers: what is asked for. */
enum {
	CONTEXT = BPF_REG_1, /* struct bpf_cgroup_dev_ctx * */
	TYPE = BPF_REG_2,
	WANTED = BPF_REG_3, /* accesses that no rule has allowed yet */
	MAJOR = BPF_REG_4,
	MINOR = BPF_REG_5,
	SCRATCH = BPF_REG_6,
};

struct code {
	struct bpf_insn *insns;
	size_t length;
};

/* One rule is at most 3 tests and 4 instructions; begin and end take 8. */
#define INSNS_PER_RULE 8
#define INSNS_FRAME    8

static struct bpf_insn *add(struct code *code, unsigned char op, int dst, int imm)
{
	struct bpf_insn *insn = &code->insns[code->length++];

	*insn = (struct bpf_insn){.code = op, .dst_reg = (unsigned char)dst & 0xf, .imm = imm};
	return insn;
}

static void load(struct code *code, int dst, size_t offset)
{
	struct bpf_insn *insn = add(code, BPF_LDX | BPF_MEM | BPF_W, dst, 0);

	insn->src_reg = CONTEXT;
	insn->off = (short)offset;
}

static void move(struct code *code, int dst, int src)
{
	add(code, BPF_ALU64 | BPF_MOV | BPF_X, dst, 0)->src_reg = (unsigned char)src & 0xf;
}

static void verdict(struct code *code, bool is_allowed)
{
	add(code, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, is_allowed);
	add(code, BPF_JMP | BPF_EXIT, 0, 0);
}

/* access_type holds the accesses above and the kind of device below. */
static void begin(struct code *code)
{
	load(code, TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	move(code, WANTED, TYPE);
	add(code, BPF_ALU64 | BPF_RSH | BPF_K, WANTED, 16);
	add(code, BPF_ALU64 | BPF_AND | BPF_K, TYPE, 0xffff);
	load(code, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
	load(code, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
}

/* Tests that leave the rule; the distance is filled in when its end is known. */
static void add_tests(struct code *code, const struct md_device_rule *rule)
{
	const int never = BPF_JMP | BPF_JNE | BPF_K;

	if (rule->type != 'a')
		add(code, never, TYPE,
		    rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
	if (rule->major != MD_DEVICE_ANY)
		add(code, never, MAJOR, (int)rule->major);
	if (rule->minor != MD_DEVICE_ANY)
		add(code, never, MINOR, (int)rule->minor);
}

/* Allowed accesses are ticked off; when none is left, the answer is yes. */
static void add_allow(struct code *code, unsigned int access)
{
	if (access != ACCESS_ALL) {
		add(code, BPF_ALU64 | BPF_AND | BPF_K, WANTED, (int)(ACCESS_ALL & ~access));
		add(code, BPF_JMP | BPF_JNE | BPF_K, WANTED, 0);
	}
	verdict(code, true);
}

static void add_deny(struct code *code, unsigned int access)
{
	if (access != ACCESS_ALL) {
		move(code, SCRATCH, WANTED);
		add(code, BPF_ALU64 | BPF_AND | BPF_K, SCRATCH, (int)access);
		add(code, BPF_JMP | BPF_JEQ | BPF_K, SCRATCH, 0);
	}
	verdict(code, false);
}

static void add_rule_code(struct code *code, const struct md_device_rule *rule)
{
	size_t first = code->length;

	add_tests(code, rule);
	if (rule->allow)
		add_allow(code, access_of(rule));
	else
		add_deny(code, access_of(rule));
	for (size_t i = first; i < code->length; i++)
		if (BPF_CLASS(code->insns[i].code) == BPF_JMP &&
		    BPF_OP(code->insns[i].code) != BPF_EXIT)
			code->insns[i].off = (short)(code->length - i - 1);
}

struct bpf_insn *md_device_rules_to_bpf(const struct md_device_rule *rules, size_t count,
					size_t *ret_length)
{
	bool is_allowed;
	size_t start = find_start(rules, count, &is_allowed);
	struct code code = {
		.insns = md_xcalloc(INSNS_FRAME + (count - start) * INSNS_PER_RULE,
				    sizeof(struct bpf_insn)),
	};

	begin(&code);
	/* The last rule wins, so it is asked first. */
	for (size_t i = count; i > start; i--)
		if (access_of(&rules[i - 1]) != 0)
			add_rule_code(&code, &rules[i - 1]);
	/* The catch-all ends the program: code behind it could not be reached, and the verifier of
	 * older kernels refuses such a program. */
	verdict(&code, is_allowed);
	*ret_length = code.length;
	return code.insns;
}
