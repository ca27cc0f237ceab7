/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "runtime/cpu_list.h"

static void a_list_within_another_is_found(void)
{
	CHECK(md_cpu_list_within("0", "0"));
	CHECK(md_cpu_list_within("0-3", "0-7"));
	CHECK(md_cpu_list_within("1,4-5", "0-1,3-5,9"));
	CHECK(md_cpu_list_within("5", "0-1,3-5,9\n"));
}

static void one_number_too_many_is_found(void)
{
	CHECK(!md_cpu_list_within("2", "0-1"));
	CHECK(!md_cpu_list_within("0-2", "0-1"));
	CHECK(!md_cpu_list_within("0,2,3", "0-1,3-5"));
	CHECK(!md_cpu_list_within("1-4", "0-1,3-5"));
	CHECK(!md_cpu_list_within("8191", "0"));
}

static void what_is_unknown_refuses_nothing(void)
{
	CHECK(md_cpu_list_within("7", ""));
	CHECK(md_cpu_list_within("", "0-1"));
	CHECK(md_cpu_list_within("x", "0-1"));
	CHECK(md_cpu_list_within("99999999999999999999", "0"));
}

int main(void)
{
	RUN(a_list_within_another_is_found);
	RUN(one_number_too_many_is_found);
	RUN(what_is_unknown_refuses_nothing);
	return DONE();
}
