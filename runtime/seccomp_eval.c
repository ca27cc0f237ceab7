/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_eval.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The registers of the classic BPF machine; its program counter only grows, so every run ends. */
struct machine {
	uint32_t a, x;
	uint32_t memory[BPF_MEMWORDS];
	size_t pc;
	bool is_broken;
};

/* What either register can be loaded with: a constant, the length of the data, a memory word. */
static void load_word(struct machine *m, const struct sock_filter *in, uint32_t *to)
{
	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
		*to = in->k;
		return;
	case BPF_LEN:
		*to = sizeof(struct seccomp_data);
		return;
	case BPF_MEM:
		if (in->k < BPF_MEMWORDS)
			*to = m->memory[in->k];
		else
			m->is_broken = true;
		return;
	default:
		m->is_broken = true;
	}
}

/* The accumulator alone can be loaded from the data of the call. */
static void load(struct machine *m, const struct sock_filter *in, const struct seccomp_data *call)
{
	if (BPF_MODE(in->code) != BPF_ABS)
		load_word(m, in, &m->a);
	else if (in->k % 4 || in->k > sizeof(*call) - 4)
		m->is_broken = true;
	else
		memcpy(&m->a, (const char *)call + in->k, 4);
}

static void divide(struct machine *m, uint32_t by)
{
	if (by)
		m->a /= by;
	else
		m->is_broken = true;
}

static void alu(struct machine *m, const struct sock_filter *in)
{
	uint32_t operand = BPF_SRC(in->code) == BPF_X ? m->x : in->k;

	switch (BPF_OP(in->code)) {
	case BPF_ADD:
		m->a += operand;
		return;
	case BPF_SUB:
		m->a -= operand;
		return;
	case BPF_MUL:
		m->a *= operand;
		return;
	case BPF_DIV:
		divide(m, operand);
		return;
	case BPF_AND:
		m->a &= operand;
		return;
	case BPF_OR:
		m->a |= operand;
		return;
	case BPF_XOR:
		m->a ^= operand;
		return;
	case BPF_LSH:
		m->a = operand < 32 ? m->a << operand : 0;
		return;
	case BPF_RSH:
		m->a = operand < 32 ? m->a >> operand : 0;
		return;
	case BPF_NEG:
		m->a = -m->a;
		return;
	default:
		m->is_broken = true;
	}
}

static bool holds(const struct machine *m, const struct sock_filter *in, bool *ret_is_known)
{
	uint32_t operand = BPF_SRC(in->code) == BPF_X ? m->x : in->k;

	*ret_is_known = true;
	switch (BPF_OP(in->code)) {
	case BPF_JEQ:
		return m->a == operand;
	case BPF_JGT:
		return m->a > operand;
	case BPF_JGE:
		return m->a >= operand;
	case BPF_JSET:
		return m->a & operand;
	default:
		*ret_is_known = false;
		return false;
	}
}

static void jump(struct machine *m, const struct sock_filter *in)
{
	bool is_known;

	if (BPF_OP(in->code) == BPF_JA) {
		m->pc += in->k;
		return;
	}
	m->pc += holds(m, in, &is_known) ? in->jt : in->jf;
	m->is_broken = !is_known;
}

static void store(struct machine *m, const struct sock_filter *in, uint32_t value)
{
	if (in->k < BPF_MEMWORDS)
		m->memory[in->k] = value;
	else
		m->is_broken = true;
}

static void step(struct machine *m, const struct sock_filter *in, const struct seccomp_data *call)
{
	switch (BPF_CLASS(in->code)) {
	case BPF_LD:
		load(m, in, call);
		return;
	case BPF_LDX:
		load_word(m, in, &m->x);
		return;
	case BPF_ST:
		store(m, in, m->a);
		return;
	case BPF_STX:
		store(m, in, m->x);
		return;
	case BPF_ALU:
		alu(m, in);
		return;
	case BPF_JMP:
		jump(m, in);
		return;
	case BPF_MISC:
		if (BPF_MISCOP(in->code) == BPF_TAX)
			m->x = m->a;
		else
			m->a = m->x;
		return;
	default:
		m->is_broken = true;
	}
}

int md_seccomp_eval(const struct sock_filter *filter, size_t count, const struct seccomp_data *call,
		    uint32_t *ret_action, struct md_error *err)
{
	struct machine m = {0};
	size_t at = 0;

	while (m.pc < count && !m.is_broken) {
		const struct sock_filter *in = &filter[m.pc];

		if (BPF_CLASS(in->code) == BPF_RET) {
			*ret_action = BPF_RVAL(in->code) == BPF_A ? m.a : in->k;
			return 0;
		}
		at = m.pc++;
		step(&m, in, call);
	}
	return md_fail(err, MD_ERR_CORRUPT, "bad filter: instruction %zu of %zu", at, count);
}

void md_seccomp_action_text(uint32_t action, char *out, size_t size)
{
	uint32_t data = action & SECCOMP_RET_DATA;

	switch (action & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		(void)snprintf(out, size, "allow");
		return;
	case SECCOMP_RET_ERRNO:
		(void)snprintf(out, size, "errno %u (%s)", data, strerror((int)data));
		return;
	case SECCOMP_RET_KILL_PROCESS:
		(void)snprintf(out, size, "kill process");
		return;
	case SECCOMP_RET_KILL_THREAD:
		(void)snprintf(out, size, "kill thread");
		return;
	case SECCOMP_RET_TRAP:
		(void)snprintf(out, size, "trap");
		return;
	case SECCOMP_RET_LOG:
		(void)snprintf(out, size, "log and allow");
		return;
	case SECCOMP_RET_TRACE:
		(void)snprintf(out, size, "trace %u", data);
		return;
	case SECCOMP_RET_USER_NOTIF:
		(void)snprintf(out, size, "ask a supervisor");
		return;
	default:
		(void)snprintf(out, size, "kill process (unknown action 0x%x)", action);
	}
}
