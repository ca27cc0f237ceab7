/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/scratch_dir.h"

#include "images/image.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

/* Two layers in a scratch directory: "top" lies over "low". */
struct stack {
	struct scratch dir;
	struct md_strv layers;
};

static void stack_fini(struct stack *stack)
{
	md_strv_fini(&stack->layers);
	scratch_close(&stack->dir);
}

static struct stack stack_make(void)
{
	struct stack stack = {.dir = scratch_open(), .layers = MD_STRV_INIT};

	CHECK(mkdirat(stack.dir.fd, "top", 0755) == 0 && mkdirat(stack.dir.fd, "low", 0755) == 0);
	md_strv_addf(&stack.layers, "%s/top", stack.dir.path);
	md_strv_addf(&stack.layers, "%s/low", stack.dir.path);
	CHECK(mkdirat(stack.dir.fd, "low/etc", 0755) == 0 &&
	      mkdirat(stack.dir.fd, "top/etc", 0755) == 0);
	scratch_file(stack.dir.fd, "low/etc/passwd", "low");
	return stack;
}

/* The content, or the error's name. Static storage. */
static const char *read_text(const struct stack *stack, const char *path)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	struct md_error err = MD_ERROR_INIT;
	static char out[64];

	if (md_layers_read(&stack->layers, path, 32, &text, &err) == 0)
		(void)snprintf(out, sizeof(out), "%s", md_str_get(&text));
	else
		(void)snprintf(out, sizeof(out), "%s",
			       err.code == MD_ERR_NOT_FOUND ? "not found" : "refused");
	return out;
}

static void whiteout(const struct stack *stack, const char *path)
{
	CHECK(mknodat(stack->dir.fd, path, S_IFCHR, makedev(0, 0)) == 0);
}

static void the_top_layer_wins(void)
{
	MD_CLEANUP(stack_fini) struct stack stack = stack_make();

	CHECK_STR(read_text(&stack, "/etc/passwd"), "low");
	scratch_file(stack.dir.fd, "top/etc/passwd", "top");
	CHECK_STR(read_text(&stack, "/etc/passwd"), "top");
	CHECK_STR(read_text(&stack, "etc//./passwd"), "top");
	CHECK_STR(read_text(&stack, "/etc/nothing"), "not found");
	CHECK_STR(read_text(&stack, "/etc"), "refused");
}

static void a_whiteout_hides_a_file(void)
{
	MD_CLEANUP(stack_fini) struct stack stack = stack_make();

	whiteout(&stack, "top/etc/passwd");
	CHECK_STR(read_text(&stack, "/etc/passwd"), "not found");
}

static void a_whiteout_or_a_file_hides_a_directory(void)
{
	MD_CLEANUP(stack_fini) struct stack stack = stack_make();

	CHECK(unlinkat(stack.dir.fd, "top/etc", AT_REMOVEDIR) == 0);
	whiteout(&stack, "top/etc");
	CHECK_STR(read_text(&stack, "/etc/passwd"), "not found");
	CHECK(unlinkat(stack.dir.fd, "top/etc", 0) == 0);
	scratch_file(stack.dir.fd, "top/etc", "file");
	CHECK_STR(read_text(&stack, "/etc/passwd"), "not found");
	CHECK_STR(read_text(&stack, "/etc"), "file");
}

static void an_opaque_directory_hides_what_is_below(void)
{
	MD_CLEANUP(stack_fini) struct stack stack = stack_make();
	md_auto_close int fd = openat(stack.dir.fd, "top/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fsetxattr(fd, "trusted.overlay.opaque", "y", 1, 0) < 0) {
		printf("# skipped: trusted attributes need root\n");
		return;
	}
	CHECK_STR(read_text(&stack, "/etc/passwd"), "not found");
	scratch_file(stack.dir.fd, "top/etc/group", "g");
	CHECK_STR(read_text(&stack, "/etc/group"), "g");
}

static void links_are_resolved_inside_the_image(void)
{
	MD_CLEANUP(stack_fini) struct stack stack = stack_make();
	int fd = stack.dir.fd;

	CHECK(symlinkat("/etc/passwd", fd, "top/absolute") == 0);
	CHECK(symlinkat("../../../../../etc/passwd", fd, "low/etc/up") == 0);
	CHECK(symlinkat("etc", fd, "low/conf") == 0);
	CHECK(symlinkat("loop", fd, "low/loop") == 0);
	CHECK(symlinkat("/proc/self/root/etc/passwd", fd, "low/magic") == 0);
	CHECK_STR(read_text(&stack, "absolute"), "low");
	CHECK_STR(read_text(&stack, "etc/up"), "low");
	CHECK_STR(read_text(&stack, "conf/passwd"), "low");
	CHECK_STR(read_text(&stack, "conf/../conf/../etc/passwd"), "low");
	CHECK_STR(read_text(&stack, "../../etc/passwd"), "low");
	CHECK_STR(read_text(&stack, "loop"), "refused");
	CHECK_STR(read_text(&stack, "magic"), "not found");
}

static void only_small_regular_files_are_read(void)
{
	MD_CLEANUP(stack_fini) struct stack stack = stack_make();

	scratch_file(stack.dir.fd, "top/long", "123456789012345678901234567890123");
	CHECK_STR(read_text(&stack, "long"), "refused");
	CHECK(mkfifoat(stack.dir.fd, "top/fifo", 0644) == 0);
	CHECK_STR(read_text(&stack, "fifo"), "refused");
	CHECK_STR(read_text(&stack, "long/x"), "not found");
}

int main(void)
{
	RUN(the_top_layer_wins);
	RUN(a_whiteout_hides_a_file);
	RUN(a_whiteout_or_a_file_hides_a_directory);
	RUN(an_opaque_directory_hides_what_is_below);
	RUN(links_are_resolved_inside_the_image);
	RUN(only_small_regular_files_are_read);
	return DONE();
}
