/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_values.h"

#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MAX 10000

/*
 * Logarithm and power in fixed point, 32 bits behind the point: libm is not loaded on the way of
 * every start for one number, and the same input gives the same digits on every machine.
 */
#define POINT 32
#define ONE   (UINT64_C(1) << POINT)

static uint64_t multiply(uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b >> POINT);
}

/* log2 of an integer >= 1: squaring the mantissa doubles its logarithm, one bit at a time. */
static uint64_t log2_fixed(uint64_t n)
{
	unsigned int whole = 63 - (unsigned int)__builtin_clzll(n);
	uint64_t mantissa = whole <= POINT ? n << (POINT - whole) : n >> (whole - POINT);
	uint64_t result = (uint64_t)whole << POINT;

	for (uint64_t bit = ONE >> 1; bit > 0; bit >>= 1) {
		mantissa = multiply(mantissa, mantissa);
		if (mantissa >= 2 * ONE) {
			mantissa >>= 1;
			result |= bit;
		}
	}
	return result;
}

/* 2^x for 0 <= x < 31: the product of 2^(1/2), 2^(1/4), ... for every bit set behind the point. */
static uint64_t exp2_fixed(uint64_t x)
{
	uint64_t result = ONE;
	uint64_t root = 6074001000; /* 2^(1/2) */

	for (uint64_t bit = ONE >> 1; bit > 0; bit >>= 1) {
		uint64_t low = ONE, high = root;

		if (x & bit)
			result = multiply(result, root);
		/* The next root is the square root of this one, which lies between 1 and it. */
		while (high - low > 1) {
			uint64_t middle = low + (high - low) / 2;

			if (multiply(middle, middle) > root)
				high = middle;
			else
				low = middle;
		}
		root = low;
	}
	return result << (x >> POINT);
}

uint64_t md_cpu_weight(uint64_t shares)
{
	const uint64_t log2_of_10 = 14267572528; /* log2(10) with 32 bits behind the point */
	uint64_t l, exponent, weight;

	if (shares <= SHARES_MIN)
		return 1;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = log2_fixed(shares);
	exponent = (multiply(l, l) + 125 * l) / 612 - 7 * ONE / 34;
	weight = exp2_fixed(multiply(exponent, log2_of_10));
	return (weight + ONE - 1) >> POINT;
}

uint64_t md_io_weight(uint64_t blkio_weight)
{
	if (blkio_weight <= 10)
		return 1;
	if (blkio_weight >= 1000)
		return WEIGHT_MAX;
	return 1 + (blkio_weight - 10) * 9999 / 990;
}

int64_t md_swap_total(int64_t memory, int64_t memory_swap)
{
	if (memory_swap != 0)
		return memory_swap < 0 ? MD_SWAP_UNLIMITED : memory_swap;
	return memory > INT64_MAX / 2 ? MD_SWAP_UNLIMITED : 2 * memory;
}

int64_t md_swap_alone(int64_t memory, int64_t memory_swap)
{
	int64_t total = md_swap_total(memory, memory_swap);

	if (total < 0)
		return MD_SWAP_UNLIMITED;
	return total > memory ? total - memory : 0;
}
