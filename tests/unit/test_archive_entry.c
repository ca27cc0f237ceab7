/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "images/entry.h"
#include "images/inode_set.h"
#include "images/tree.h"

#include <linux/capability.h>

static const char *normalise(const char *text)
{
	static char out[MD_ENTRY_PATH_MAX + 1];
	struct md_error err = MD_ERROR_INIT;

	return md_entry_path(text, out, &err) == 0 ? out : "refused";
}

static void paths_lose_slashes_and_dots(void)
{
	static const char *const table[][2] = {
		{"a", "a"},          {"/a", "a"},        {"//a//b/", "a/b"}, {"./a/./b/.", "a/b"},
		{".", ""},           {"/", ""},          {"./", ""},         {"", ""},
		{"...", "..."},      {"a/..b", "a/..b"}, {"..a/b", "..a/b"}, {"a\nb", "a\nb"},
		{".wh.x/", ".wh.x"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		CHECK_STR(normalise(table[i][0]), table[i][1]);
}

static void paths_that_lead_elsewhere_are_refused(void)
{
	static const char *const table[] = {"..",     "../a",   "a/..",    "a/../b",          "/..",
					    "./../a", "a//../", ".wh.x/y", "a/.wh..wh..opq/b"};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		CHECK_STR(normalise(table[i]), "refused");
}

static void lengths_and_depth_are_limited(void)
{
	char text[8192];

	memset(text, 'a', sizeof(text));
	text[255] = '\0';
	CHECK(strlen(normalise(text)) == 255);
	text[255] = 'a';
	text[256] = '\0';
	CHECK_STR(normalise(text), "refused");
	for (size_t i = 0; i < 2 * 257; i += 2)
		memcpy(text + i, "d/", 3);
	CHECK_STR(normalise(text), "refused");
	text[2 * 256 - 1] = '\0';
	CHECK(strlen(normalise(text)) == 2 * 256 - 1);
	for (size_t i = 0; i < 4096; i++)
		text[i] = i % 200 == 199 ? '/' : 'n';
	text[4096] = '\0';
	CHECK_STR(normalise(text), "refused");
	text[4095] = '\0';
	CHECK(strlen(normalise(text)) == 4095);
}

static void messages_hold_no_control_bytes(void)
{
	struct md_error err = MD_ERROR_INIT;
	char out[MD_ENTRY_PATH_MAX + 1];

	CHECK(md_entry_path("../\x1b[2J\xff\n", out, &err) == -1);
	CHECK(strstr(err.msg, "'../?[2J?"
			      "?'") != NULL);
}

static void whiteouts_have_an_exact_grammar(void)
{
	static const struct {
		const char *leaf;
		enum md_whiteout kind;
		const char *name;
	} table[] = {
		{"a", MD_WHITEOUT_NONE, NULL},
		{".wh", MD_WHITEOUT_NONE, NULL},
		{".whx", MD_WHITEOUT_NONE, NULL},
		{"x.wh.a", MD_WHITEOUT_NONE, NULL},
		{".wh.a", MD_WHITEOUT_NAME, "a"},
		{".wh..a", MD_WHITEOUT_NAME, ".a"},
		{".wh....", MD_WHITEOUT_NAME, "..."},
		{".wh..wh", MD_WHITEOUT_NAME, ".wh"},
		{".wh..wh..opq", MD_WHITEOUT_OPAQUE, NULL},
		{".wh..wh..opqx", MD_WHITEOUT_NOTE, NULL},
		{".wh..wh.plnk", MD_WHITEOUT_NOTE, NULL},
		{".wh..wh.", MD_WHITEOUT_NOTE, NULL},
		{".wh.", MD_WHITEOUT_BAD, NULL},
		{".wh..", MD_WHITEOUT_BAD, NULL},
		{".wh...", MD_WHITEOUT_BAD, NULL},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *name = NULL;

		CHECK(md_entry_whiteout(table[i].leaf, &name) == table[i].kind);
		if (table[i].name)
			CHECK_STR(name ? name : "none", table[i].name);
	}
}

static bool may_set(const char *name, const void *value, size_t size, enum md_entry_kind kind)
{
	const struct md_xattr xattr = {.name = name, .value = value, .size = size};

	return md_xattr_is_allowed(&xattr, kind);
}

static void only_harmless_attributes_are_allowed(void)
{
	static const char *const bad[] = {
		"user.",
		"user.overlay.opaque",
		"user.overlay.redirect",
		"trusted.overlay.opaque",
		"security.selinux",
		"system.posix_acl_access",
		"security.capabilityx",
		"security.apparmor",
		"",
		"trusted.x",
		"security.ima",
	};

	CHECK(may_set("user.a", "v", 1, MD_ENTRY_FILE));
	CHECK(may_set("user.overlays", "v", 1, MD_ENTRY_DIRECTORY));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!may_set(bad[i], "y", 1, MD_ENTRY_FILE));
	CHECK(!may_set("user.a", "v", 65537, MD_ENTRY_FILE));
}

static void file_capabilities_are_checked_byte_by_byte(void)
{
	unsigned char value[XATTR_CAPS_SZ_3] = {VFS_CAP_FLAGS_EFFECTIVE, 0, 0, 2, 0, 4};

	CHECK(may_set("security.capability", value, XATTR_CAPS_SZ_2, MD_ENTRY_FILE));
	CHECK(!may_set("security.capability", value, XATTR_CAPS_SZ_2, MD_ENTRY_DIRECTORY));
	CHECK(!may_set("security.capability", value, XATTR_CAPS_SZ_2 - 1, MD_ENTRY_FILE));
	CHECK(!may_set("security.capability", value, 0, MD_ENTRY_FILE));
	value[0] = 2;
	CHECK(!may_set("security.capability", value, XATTR_CAPS_SZ_2, MD_ENTRY_FILE));
	value[0] = 1;
	value[3] = 3;
	CHECK(!may_set("security.capability", value, XATTR_CAPS_SZ_3, MD_ENTRY_FILE));
	CHECK(!may_set("security.capability", value, XATTR_CAPS_SZ_2, MD_ENTRY_FILE));
}

static void an_inode_is_new_once(void)
{
	MD_CLEANUP(md_inode_set_fini) struct md_inode_set set = MD_INODE_SET_INIT;
	bool all_new = true;
	bool none_new = true;

	for (uint64_t i = 1; i < 5000; i++)
		all_new &= md_inode_set_add(&set, i * 1024);
	for (uint64_t i = 1; i < 5000; i++)
		none_new &= !md_inode_set_add(&set, i * 1024);
	CHECK(all_new && none_new && set.count == 4999);
	CHECK(!md_inode_set_add(&set, 0));
}

int main(void)
{
	RUN(paths_lose_slashes_and_dots);
	RUN(paths_that_lead_elsewhere_are_refused);
	RUN(lengths_and_depth_are_limited);
	RUN(messages_hold_no_control_bytes);
	RUN(whiteouts_have_an_exact_grammar);
	RUN(only_harmless_attributes_are_allowed);
	RUN(file_capabilities_are_checked_byte_by_byte);
	RUN(an_inode_is_new_once);
	return DONE();
}
