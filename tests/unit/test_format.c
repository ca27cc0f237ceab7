/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "cli/format.h"

#include <stdlib.h>
#include <string.h>

static const char container[] =
	"{\"Name\":\"/"
	"web\",\"Id\":\"0123\",\"Zero\":0,\"Two\":2,\"Half\":0.5,\"Yes\":true,\"No\":false,"
	"\"Nothing\":null,\"Empty\":[],\"State\":{\"Pid\":42,\"Status\":\"running\"},"
	"\"Args\":[\"a\",\"b c\"],\"Config\":{\"Labels\":{\"k.x\":\"v1\",\"app\":\"shop\"}},"
	"\"Mounts\":[{\"Source\":\"/s1\",\"RW\":true},{\"Source\":\"/s2\",\"RW\":false}],"
	"\"Quote\":\"a\\\"b\\n\"}";

/* What the template makes of `container`, or the error message. Static storage. */
static const char *result(const char *template)
{
	static char *last;
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	md_auto_json struct md_json *value = md_json_parse(container, strlen(container), &err);
	md_auto_json struct md_json *methods =
		md_json_parse("{\"Label\":{\"app\":\"shop\"}}", 24, &err);
	struct md_format_input input = {.dot = value, .methods = methods};
	md_auto_format struct md_format *format = NULL;

	free(last);
	last = NULL;
	format = md_format_parse(template, &err);
	if (!format || md_format_execute(format, &input, &out, &err) < 0)
		last = md_xstrdup(err.msg);
	else
		last = md_xstrdup(md_str_get(&out));
	return last;
}

static void text_without_actions_is_itself(void)
{
	CHECK_STR(result(""), "");
	CHECK_STR(result("plain } text { }}"), "plain } text { }}");
}

static void fields_are_looked_up(void)
{
	CHECK_STR(result("{{.Name}}"), "/web");
	CHECK_STR(result("<{{ .State.Pid }}>"), "<42>");
	CHECK_STR(result("{{.State}}"), "map[Pid:42 Status:running]");
	CHECK_STR(result("{{.Args}} {{.Empty}}"), "[a b c] []");
	CHECK_STR(result("{{.Half}} {{.Yes}} {{.Nothing}}"), "0.5 true <no value>");
	CHECK_STR(result("{{(index .Mounts 1).Source}}"), "/s2");
}

static void an_unknown_field_is_named_with_its_place(void)
{
	CHECK_STR(result("{{.Nam}}"), "template, line 1, column 4: there is no field 'Nam' "
				      "(did you mean 'Name'?)");
	CHECK_STR(result("x\n{{.State.Foo}}"),
		  "template, line 2, column 4: there is no field 'Foo'");
	CHECK_STR(result("{{.Name.X}}"), "template, line 1, column 4: a string has no field 'X'");
	CHECK_STR(result("{{.Nothing.X}}"),
		  "template, line 1, column 4: a no value has no field 'X'");
}

static void a_missing_label_is_no_error(void)
{
	CHECK_STR(result("{{.Config.Labels.app}} {{.Config.Labels.none}}"), "shop <no value>");
	CHECK_STR(result("{{index .Config.Labels \"k.x\"}}|{{index .Config.Labels \"none\"}}|"),
		  "v1||");
}

static void methods_take_one_string(void)
{
	CHECK_STR(result("{{.Label \"app\"}}"), "shop");
	CHECK_STR(result("[{{.Label \"none\"}}]"), "[]");
	CHECK(strstr(result("{{.Label \"a\" \"b\"}}"), "takes one string"));
	CHECK(strstr(result("{{.Name \"a\"}}"), "takes no argument"));
}

static void json_gives_compact_json(void)
{
	CHECK_STR(result("{{json .State}}"), "{\"Pid\":42,\"Status\":\"running\"}");
	CHECK_STR(result("{{json .Name}}"), "\"/web\"");
	CHECK_STR(result("{{.Args | json}}"), "[\"a\",\"b c\"]");
	CHECK_STR(result("{{json .Config.Labels.none}}"), "null");
}

static void range_goes_over_lists_and_maps(void)
{
	CHECK_STR(result("{{range .Mounts}}{{.Source}} {{end}}"), "/s1 /s2 ");
	CHECK_STR(result("{{range $i, $m := .Mounts}}{{$i}}={{$m.Source}},{{end}}"),
		  "0=/s1,1=/s2,");
	CHECK_STR(result("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}"),
		  "app=shop;k.x=v1;");
	CHECK_STR(result("{{range .Empty}}x{{else}}none{{end}}"), "none");
	CHECK_STR(result("{{range .Args}}{{$.Name}}{{.}} {{end}}"), "/weba /webb c ");
	CHECK(strstr(result("{{range .Two}}{{end}}"), "range cannot go over a number"));
}

static void conditions_choose(void)
{
	CHECK_STR(result("{{if .Yes}}y{{else}}n{{end}}"), "y");
	CHECK_STR(result("{{if .Zero}}y{{else}}n{{end}}"), "n");
	CHECK_STR(result("{{if .Empty}}a{{else if .No}}b{{else if .Two}}c{{else}}d{{end}}"), "c");
	CHECK_STR(result("{{with .State}}{{.Pid}}{{end}}{{with .Nothing}}x{{else}}-{{end}}"),
		  "42-");
	CHECK_STR(result("{{if and .Yes (eq .State.Status \"running\")}}up{{end}}"), "up");
	CHECK_STR(result("{{if or .No .Zero}}y{{else}}n{{end}}{{if not .No}}!{{end}}"), "n!");
}

static void and_and_or_do_not_look_further_than_needed(void)
{
	CHECK_STR(result("{{or .Name .Unknown}}"), "/web");
	CHECK_STR(result("{{and .No .Unknown}}"), "false");
}

static void comparisons_follow_go(void)
{
	CHECK_STR(result("{{eq .Two 2}} {{ne .Two 2}} {{lt .Zero .Two}} {{ge .Two 2.0}}"),
		  "true false true true");
	CHECK_STR(result("{{eq .Name \"x\" \"/web\"}} {{gt \"b\" \"a\"}} {{le 3 2}}"),
		  "true true false");
	CHECK(strstr(result("{{eq .Name 1}}"), "a string and a number cannot be compared"));
	CHECK(strstr(result("{{lt .Yes .No}}"), "cannot be compared"));
}

static void functions_compute(void)
{
	CHECK_STR(result("{{upper .Name}} {{lower \"ABC\"}} {{title \"calm harbor\"}}"),
		  "/WEB abc Calm Harbor");
	CHECK_STR(result("{{join .Args \", \"}} {{len .Args}} {{len .Name}}"), "a, b c 2 4");
	CHECK_STR(result("{{truncate .Name 2}}{{truncate .Name 99}}"), "/w/web");
	CHECK_STR(result("{{range split \"a:b::c\" \":\"}}[{{.}}]{{end}}"), "[a][b][][c]");
	CHECK_STR(result("{{index .Args 1}} {{pad \"x\" 1 2}}|"), "b c  x  |");
	CHECK_STR(result("{{println 1 \"a\"}}{{print 1 2 \"a\" \"b\" 3}}"), "1 a\n1 2ab3");
	CHECK(strstr(result("{{len .Two}}"), "a number has no length"));
	CHECK(strstr(result("{{index .Args 2}}"), "out of range"));
	CHECK(strstr(result("{{index .Args -1}}"), "no whole number"));
	CHECK(strstr(result("{{upper}}"), "wrong number of arguments"));
	CHECK(strstr(result("{{upper .Two}}"), "is a number, not a string"));
	CHECK(strstr(result("{{join .Name \",\"}}"), "not a list"));
	CHECK(strstr(result("{{nofunc .X}}"), "there is no function 'nofunc'"));
}

static void truncate_never_halves_a_character(void)
{
	CHECK_STR(result("{{truncate \"a\u00e9\u00e9\" 2}}"), "a");
}

static void printf_knows_the_common_verbs(void)
{
	CHECK_STR(result("{{printf \"%s-%d|%5d|%-5s|%05d|%x\" .Name .Two 7 \"ab\" 42 255}}"),
		  "/web-2|    7|ab   |00042|ff");
	CHECK_STR(result("{{printf \"%q %v %t %.2f %%\" .Quote .Args true 1.005}}"),
		  "\"a\\\"b\\n\" [a b c] true 1.00 %");
	CHECK_STR(result("{{.Two | printf \"%d %d\" 1}}"), "1 2");
	CHECK_STR(result("{{printf \"%d\" .Name}}"), "%!d(string=/web)");
	CHECK_STR(result("{{printf \"%.3s|%+d|% d\" .Name 3 4}}"), "/we|+3| 4");
	CHECK(strstr(result("{{printf \"%d\"}}"), "too few"));
	CHECK(strstr(result("{{printf \"x\" 1}}"), "too many"));
	CHECK(strstr(result("{{printf \"%n\" 1}}"), "no directive"));
	CHECK(strstr(result("{{printf \"%\" 1}}"), "no directive"));
	CHECK(strlen(result("{{printf \"%99999999999d\" 1}}")) == 1000);
	CHECK(strlen(result("{{printf \"%.99999f\" 1.0}}")) == 102);
}

static void variables_live_in_their_block(void)
{
	CHECK_STR(result("{{$x := .Two}}{{$x}}{{$x = 3}}{{$x}}"), "23");
	CHECK_STR(result("{{$x := 1}}{{if $y := .Two}}{{$x = $y}}{{end}}{{$x}}"), "2");
	CHECK(strstr(result("{{if $y := 1}}{{end}}{{$y}}"), "'$y' is not defined"));
	CHECK(strstr(result("{{$x = 1}}"), "'$x' is not defined"));
	CHECK(strstr(result("{{$x, $y := .Args}}"), "only {{range}}"));
}

static void dashes_trim_white_space(void)
{
	CHECK_STR(result("a \n {{- .Two -}} \t b"), "a2b");
	CHECK_STR(result("a {{- /* note */ -}} b{{/* x */}}"), "ab");
	CHECK_STR(result("{{-3}}{{- -3 -}} x"), "-3-3x");
}

static void strings_have_go_escapes(void)
{
	CHECK_STR(result("{{\"a\\tb\\x41\\u00e9\\101\"}}{{`raw\\n`}}"), "a\tbA\u00e9Araw\\n");
	CHECK(strstr(result("{{\"\\q\"}}"), "unknown escape"));
	CHECK(strstr(result("{{\"\\x00\"}}"), "unknown escape"));
	CHECK(strstr(result("{{\"\\u12\"}}"), "unknown escape"));
	CHECK(strstr(result("{{\"\\u\""), "unknown escape"));
	CHECK(strstr(result("{{\"open}}"), "the string has no end"));
	CHECK(strstr(result("{{`open}}"), "the string has no end"));
}

static void broken_templates_say_what_is_wrong(void)
{
	CHECK_STR(result("{{.Name"), "template, line 1, column 8: the action has no end: '}}' is "
				     "missing");
	CHECK(strstr(result("{{}}"), "an action ends too early"));
	CHECK(strstr(result("{{if .A}}x"), "{{end}} is missing"));
	CHECK(strstr(result("{{end}}"), "{{end}} without"));
	CHECK(strstr(result("{{else}}"), "{{else}} without"));
	CHECK(strstr(result("{{if .A}}{{else}}{{else}}{{end}}"), "second {{else}}"));
	CHECK(strstr(result("{{(.A}}"), "parentheses ends too early"));
	CHECK(strstr(result("{{.A | }}"), "ends too early"));
	CHECK(strstr(result("{{.A ) }}"), "unexpected ')'"));
	CHECK(strstr(result("{{define \"x\"}}"), "not supported"));
	CHECK(strstr(result("{{/* open"), "comment has no end"));
	CHECK(strstr(result("{{/* a */ .B}}"), "comment must fill"));
	CHECK(strstr(result("{{12ab}}"), "'12ab' is no number"));
	CHECK(strstr(result("{{\x01}}"), "unexpected byte 0x01"));
	CHECK(strstr(result("{{.A.}}"), "takes no argument"));
}

static void nesting_is_limited(void)
{
	MD_CLEANUP(md_str_fini) struct md_str deep = MD_STR_INIT;

	for (int i = 0; i < 1000; i++)
		md_str_add(&deep, "{{if .Yes}}");
	CHECK(strstr(result(md_str_get(&deep)), "nested deeper"));
	md_str_clear(&deep);
	md_str_add(&deep, "{{");
	for (int i = 0; i < 1000; i++)
		md_str_addc(&deep, '(');
	CHECK(strstr(result(md_str_get(&deep)), "nested deeper"));
	md_str_clear(&deep);
	md_str_add(&deep, "{{if .No}}");
	for (int i = 0; i < 1000; i++)
		md_str_add(&deep, "{{else if .No}}");
	md_str_add(&deep, "{{end}}");
	CHECK(strstr(result(md_str_get(&deep)), "nested deeper"));
}

static void length_and_memory_are_limited(void)
{
	MD_CLEANUP(md_str_fini) struct md_str big = MD_STR_INIT;

	for (int i = 0; i <= MD_FORMAT_TEXT_MAX; i++)
		md_str_addc(&big, 'x');
	CHECK(strstr(result(md_str_get(&big)), "longer than"));
	md_str_clear(&big);
	md_str_add(&big, "{{$x := \"0123456789abcdef\"}}");
	for (int i = 0; i < 40; i++)
		md_str_add(&big, "{{$x = printf \"%s%s\" $x $x}}");
	CHECK(strstr(result(md_str_get(&big)), "bytes of memory"));
}

static void too_many_arguments_are_refused(void)
{
	MD_CLEANUP(md_str_fini) struct md_str many = MD_STR_INIT;

	md_str_add(&many, "{{print");
	for (int i = 0; i < 100; i++)
		md_str_add(&many, " 1");
	md_str_add(&many, "}}");
	CHECK(strstr(result(md_str_get(&many)), "too many arguments"));
}

/* Every prefix of a template that uses everything: an error or a result, never a crash. */
static void every_cut_of_a_template_is_survived(void)
{
	static const char all[] =
		"a{{- /* c */ -}}{{range $k, $v := .Config.Labels}}{{printf \"%q=%5.2s\\u00e9\" $k "
		"$v}}{{else}}{{with $x := (index .Mounts 0).Source | upper}}{{$x}}{{end}}{{end}}"
		"{{if and .Yes (eq .Two 2 3)}}{{json .}}{{else if `raw`}}{{.Label \"x\"}}{{end}}";
	char cut[sizeof(all)];
	size_t done = 0;

	for (size_t length = 0; length < sizeof(all); length++) {
		memcpy(cut, all, length);
		cut[length] = '\0';
		done += strlen(result(cut)) < 100000;
	}
	CHECK(done == sizeof(all));
}

static void it_is_known_which_fields_are_used(void)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_format struct md_format *a = md_format_parse("{{if .Size}}{{.ID}}{{end}}", &err);
	md_auto_format struct md_format *b = md_format_parse("{{json .}}", &err);

	CHECK(md_format_mentions(a, "Size") && md_format_mentions(a, "ID"));
	CHECK(!md_format_mentions(a, "Names") && !md_format_mentions_all(a));
	CHECK(md_format_mentions_all(b));
}

static void titles_pass_through_functions(void)
{
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	md_auto_json struct md_json *titles = md_json_parse("{\"ID\":\"CONTAINER ID\"}", 21, &err);
	md_auto_format struct md_format *format = md_format_parse("{{truncate .ID 3|json}}", &err);
	struct md_format_input input = {.dot = titles, .is_header = true};

	CHECK(md_format_execute(format, &input, &out, &err) == 0);
	CHECK_STR(md_str_get(&out), "CONTAINER ID");
}

int main(void)
{
	RUN(text_without_actions_is_itself);
	RUN(fields_are_looked_up);
	RUN(an_unknown_field_is_named_with_its_place);
	RUN(a_missing_label_is_no_error);
	RUN(methods_take_one_string);
	RUN(json_gives_compact_json);
	RUN(range_goes_over_lists_and_maps);
	RUN(conditions_choose);
	RUN(and_and_or_do_not_look_further_than_needed);
	RUN(comparisons_follow_go);
	RUN(functions_compute);
	RUN(truncate_never_halves_a_character);
	RUN(printf_knows_the_common_verbs);
	RUN(variables_live_in_their_block);
	RUN(dashes_trim_white_space);
	RUN(strings_have_go_escapes);
	RUN(broken_templates_say_what_is_wrong);
	RUN(nesting_is_limited);
	RUN(length_and_memory_are_limited);
	RUN(too_many_arguments_are_refused);
	RUN(every_cut_of_a_template_is_survived);
	RUN(it_is_known_which_fields_are_used);
	RUN(titles_pass_through_functions);
	return DONE();
}
