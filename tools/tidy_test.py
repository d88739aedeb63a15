#!/usr/bin/env python3
"""Plants each defect that tools/tidy looks for in a small clean tree and sees it caught, and nothing else."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TOOLS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TOOLS))
from tidy_rules import RULES, Tree  # noqa: E402
from tidy_rules.cpp import functions  # noqa: E402
from tidy_rules.folders import ALLOWED  # noqa: E402

CLEAN = {
    "CMakeLists.txt": "add_subdirectory(src/base)\n",
    "README.md": "# Project\n\nSee [base](src/base/README.md#what-it-is-for) and [the web](https://example.org).\n",
    "src/base/CMakeLists.txt": "add_library(base id.cc)\nadd_executable(id_test id_test.cc)\n",
    "src/base/README.md": "# base\n\n## What it is for\n\nIds.\n",
    "src/base/id.h": "#pragma once\n#include <string>\nint id(const std::string& text);\n",
    "src/base/id.cc": '#include "base/id.h"\nint id(const std::string& text) { return text.empty() ? 0 : 1; }\n',
    "src/base/id_test.cc": '#include <gtest/gtest.h>\n#include "base/id.h"\nTEST(Id, IsZeroForNothing) {}\n',
    "src/event/CMakeLists.txt": "add_library(event decode.cc)\n",
    "src/event/README.md": "# event\n",
    "src/event/decode.h": '#pragma once\n#include "base/id.h"\nint decode();\n',
    "src/event/decode.cc": '#include <simdjson.h>\n#include "event/decode.h"\nint decode() { return 0; }\n',
}


class PlantedDefects(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path, text in CLEAN.items():
            self.write(path, text)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def add(self, path, text):
        self.write(path, (self.root / path).read_text(encoding="utf-8") + text)

    def found(self):
        tree = Tree(self.root)
        return {rule: list(check(tree)) for rule, check in RULES.items() if list(check(tree))}

    def expect(self, rule, *parts):
        found = self.found()
        self.assertEqual([rule], list(found), found)
        for part in parts:
            self.assertIn(part, "\n".join(found[rule]))

    def test_a_clean_tree_has_no_finding(self):
        self.assertEqual({}, self.found())

    def test_an_edge_against_the_order_of_folders_is_found(self):
        for folder, text in (("log", "#pragma once\n"), ("model", '#pragma once\n#include "log/log.h"\n')):
            self.write(f"src/{folder}/{folder}.h", text)
            self.write(f"src/{folder}/README.md", "# x\n")
        self.expect("edges", "src/model/model.h:2", "log/log.h")

    def test_a_cycle_is_found_as_one(self):
        self.add("src/base/id.h", '#include "event/decode.h"\n')
        found = self.found()
        self.assertEqual({"edges", "cycles"}, set(found))
        self.assertIn("base -> event -> base", found["cycles"][0])

    def test_an_unknown_folder_must_be_entered_in_the_table(self):
        self.write("src/extra/x.h", "#pragma once\n")
        self.write("src/extra/README.md", "# extra\n")
        self.expect("edges", "folder extra is not in the table")

    def test_an_adapter_sees_its_port_header_but_not_the_folder(self):
        for header in ("journal", "runner"):
            self.write(f"src/pipeline/{header}.h", "#pragma once\n")
        for folder in ("pipeline", "adapters/rocksdb"):
            self.write(f"src/{folder}/README.md", "# x\n")
        self.write("src/adapters/rocksdb/j.h", '#pragma once\n#include "pipeline/journal.h"\n')
        self.assertEqual({}, self.found())
        self.add("src/adapters/rocksdb/j.h", '#include "pipeline/runner.h"\n')
        self.expect("edges", "src/adapters/rocksdb/j.h:3")

    def test_a_third_party_header_outside_its_place_is_found(self):
        for line in ("#include <simdjson.h>", '#include "simdjson.h"', "#include <boost/asio.hpp>",
                     "  #  include <boost/unordered/unordered_flat_map.hpp>", "#include <gtest/gtest.h>"):
            with self.subTest(line):
                self.write("src/base/id.h", CLEAN["src/base/id.h"] + line + "\n")
                self.expect("third-party", "src/base/id.h:4")

    def with_adapter(self, header):
        self.write("src/adapters/kafka/client.h", "#pragma once\n#include <librdkafka/rdkafka.h>\n")
        self.write("src/adapters/kafka/reader.h", f"#pragma once\n{header}\n")
        self.write("src/app/node.h", '#pragma once\n#include "adapters/kafka/reader.h"\n')
        self.write("src/app/node.cc", '#include "app/node.h"\n')
        self.write("src/app/CMakeLists.txt", "add_library(app node.cc)\n")
        for folder in ("app", "adapters/kafka"):
            self.write(f"src/{folder}/README.md", "# x\n")

    def test_a_library_that_an_adapters_header_brings_along_is_found(self):
        self.with_adapter('#include "adapters/kafka/client.h"')
        self.expect("leaks", "src/app/node.h:2", "src/adapters/kafka/reader.h -> src/adapters/kafka/client.h -> "
                                                 "librdkafka/rdkafka.h")

    def test_an_adapter_may_use_its_library_and_others_an_adapter_that_hides_it(self):
        self.with_adapter('#include "base/id.h"')
        self.write("src/adapters/kafka/reader.cc", '#include "adapters/kafka/client.h"\n#include "adapters/kafka/reader.h"\n')
        self.write("src/adapters/kafka/CMakeLists.txt", "add_library(kafka reader.cc)\n")
        self.write("src/base/flat_map.h", "#pragma once\n#include <boost/unordered/unordered_flat_map.hpp>\n")
        self.add("src/adapters/kafka/reader.h", '#include "base/flat_map.h"\n')
        self.assertEqual({}, self.found())

    def test_a_header_that_does_not_exist_is_found(self):
        self.add("src/base/id.h", '#include "base/gone.h"\n')
        self.expect("third-party", "no such header: base/gone.h")

    def test_system_headers_are_no_third_party(self):
        self.add("src/base/id.h", "#include <sys/socket.h>\n#include <unistd.h>\n#include <vector>\n")
        self.assertEqual({}, self.found())

    def test_a_long_file_is_found(self):
        self.add("src/base/id.cc", "\n" * 499)
        self.expect("file-sizes", "501 lines")

    def test_a_long_header_is_found(self):
        self.add("src/base/id.h", "\n" * 198)
        self.expect("file-sizes", "src/base/id.h:201")

    def test_a_contract_suite_is_a_test_though_it_is_a_header(self):
        self.write("src/base/id_contract.h", "#include <gtest/gtest.h>\n" + "\n" * 400)
        self.assertEqual({}, self.found())
        self.write("src/base/id_contract.h", "\n" * 501)
        self.expect("file-sizes", "src/base/id_contract.h:501")

    def test_a_long_script_without_an_extension_is_found(self):
        self.write("tools/start", "#!/bin/sh\n" + "true\n" * 500)
        self.expect("file-sizes", "tools/start")

    def test_a_long_function_is_found(self):
        self.add("src/base/id.cc", "void long_one() {\n" + "  id({});\n" * 69 + "}\n")
        self.expect("function-sizes", "src/base/id.cc:3: long_one has 71 lines")

    def test_a_long_python_function_is_found(self):
        self.write("tools/x.py", "def long_one():\n" + "    pass\n" * 70)
        self.expect("function-sizes", "long_one has 71 lines")

    def test_a_long_java_method_is_found(self):
        body = "    int x = 0;\n" * 69
        self.write("flink/A.java", f"final class A extends B<C, D> {{\n  @Override\n  void longOne() {{\n{body}  }}\n}}\n")
        self.expect("function-sizes", "longOne has")

    def test_a_library_function_whose_last_bit_may_differ_is_found_in_the_core(self):
        for call in ("std::exp2(x)", "std::log(x)", "log2f(x)", "::pow(x, x)", "-std::tanh (x)", "f(exp(x))"):
            with self.subTest(call):
                self.write("src/base/id.cc", CLEAN["src/base/id.cc"] + f"double g(double x) {{ return {call}; }}\n")
                self.expect("exact", "src/base/id.cc:3", "base/elementary.h")

    def test_exact_functions_own_ones_comments_and_tests_may_be_called(self):
        for call in ("std::sqrt(x)", "std::floor(x)", "exp2_of(x)", "book.log(x)", "book->log(x)", "mine::exp(x)",
                     "log::end(x)", "x /* std::exp(x) */", 'f("exp(x)")'):
            with self.subTest(call):
                self.write("src/base/id.cc", CLEAN["src/base/id.cc"] + f"double g(double x) {{ return {call}; }}\n")
                self.assertEqual({}, self.found())
        self.add("src/base/id_test.cc", "double expected(double x) { return std::exp(x); }\n")
        self.write("src/api/README.md", "# api\n")
        self.write("src/api/x.h", "#pragma once\ninline double shown(double x) { return std::log10(x); }\n")
        self.write("src/base/id.cc", CLEAN["src/base/id.cc"])
        self.assertEqual({}, self.found())

    def test_a_test_that_is_not_built_is_found(self):
        for path in ("src/base/other_test.cc", "src/base/id_bench.cc", "src/event/d_fuzz.cc",
                     "tests/page_test.mjs", "tests/x_test.py", "src/base/my_id_test.cc"):
            with self.subTest(path):
                self.write(path, "\n")
                self.expect("built", path)
                (self.root / path).unlink()

    def test_a_name_in_a_comment_of_cmake_does_not_count(self):
        self.write("src/base/CMakeLists.txt", "add_library(base id.cc)\n# id_test.cc\n")
        self.expect("built", "src/base/id_test.cc")

    def test_a_source_listed_further_up_is_built(self):
        self.write("src/base/CMakeLists.txt", "\n")
        self.write("CMakeLists.txt", "add_library(base src/base/id.cc src/base/id_test.cc)\n")
        self.assertEqual({}, self.found())

    def test_a_file_that_cmake_includes_counts_and_one_that_it_does_not_include_does_not(self):
        self.write("src/base/tests.cmake", "add_executable(id_test id_test.cc)\n")
        self.write("src/base/CMakeLists.txt", "add_library(base id.cc)\ninclude(tests.cmake)\n")
        self.assertEqual({}, self.found())
        self.write("src/base/CMakeLists.txt", "add_library(base id.cc)\n")
        self.expect("built", "src/base/id_test.cc")

    def with_failpoint(self, listed, built, call='failpoint::reach("id.made");'):
        self.write("src/base/failpoint_places.h", "#pragma once\n" + "".join(f'Place{{"{name}", 1}},\n' for name in listed))
        self.write("src/app/failpoints.cmake", f"# base/id.cc\nset(failpoint_sources {built})\n")
        self.write("src/base/id.cc", CLEAN["src/base/id.cc"] + f"void f() {{ {call} }}\n")

    def test_a_failpoint_in_a_source_that_is_compiled_with_it_is_clean(self):
        self.with_failpoint(["id.made"], "base/id.cc base/failpoint.cc")
        self.assertEqual({}, self.found())

    def test_a_failpoint_that_no_source_holds_is_found(self):
        self.with_failpoint(["id.made", "id.forgotten"], "base/id.cc")
        self.expect("failpoints", "src/base/failpoint_places.h:3", "id.forgotten")

    def test_a_failpoint_that_is_never_compiled_in_is_found(self):
        for call in ('failpoint::reach("id.made");', 'failpoint::TornWrite torn("id.made", 0);'):
            with self.subTest(call):
                self.with_failpoint(["id.made"], "base/other.cc", call)
                self.expect("failpoints", "src/base/id.cc:3", "failpoints.cmake")

    def test_a_failpoint_in_a_header_is_found(self):
        self.with_failpoint(["id.made"], "base/id.cc")
        self.add("src/base/id.h", 'inline void g() { failpoint::reach("id.made"); }\n')
        self.expect("failpoints", "src/base/id.h:4")

    def test_a_dead_link_is_found(self):
        for link in ("[x](gone.md)", "![x](images/gone.png)", "[x](src/base/README.md#gone)", "[x](#gone)",
                     '<img src="gone.png">', "[x](../outside.md)"):
            with self.subTest(link):
                self.write("README.md", CLEAN["README.md"] + link + "\n")
                self.expect("links", "README.md:4")

    def test_a_link_in_code_is_none(self):
        self.add("README.md", "`[x](gone.md)`\n\n```\n[x](gone.md)\n```\n")
        self.assertEqual({}, self.found())

    def test_a_folder_without_readme_is_found(self):
        (self.root / "src/event/README.md").unlink()
        self.expect("readmes", "src/event/README.md")

    def test_a_long_readme_is_found(self):
        self.write("src/event/README.md", "x\n" * 21)
        self.expect("readmes", "over 20 lines")

    def test_a_name_that_says_nothing_is_found(self):
        for name in ("string_util", "utils", "test-helpers", "common", "cache_manager"):
            with self.subTest(name):
                path = f"src/base/{name}.h"
                self.write(path, "#pragma once\n")
                self.expect("names", path)
                (self.root / path).unlink()
        self.write("src/base/uncommon.h", "#pragma once\n")
        self.assertEqual({}, self.found())

    def test_unfinished_business_and_paths_of_a_machine_are_found(self):
        for line in ("// TO" "DO later", "// FIX" "ME", 'x = "/ho' 'me/someone/x"', "cd /ro" "ot/x"):
            with self.subTest(line):
                self.write("README.md", CLEAN["README.md"] + line + "\n")
                self.expect("words", "README.md:4")

    def test_the_command_fails_on_a_finding_and_on_an_empty_tree(self):
        def run(root):
            return subprocess.run([TOOLS / "tidy", "--root", root], capture_output=True, text=True)
        self.assertEqual(0, run(self.root).returncode)
        self.add("README.md", "[x](gone.md)\n")
        result = run(self.root)
        self.assertEqual(1, result.returncode)
        self.assertIn("README.md:4: dead link: gone.md", result.stdout)
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(1, run(empty).returncode)


class Functions(unittest.TestCase):
    def sizes(self, text):
        return [(name, last - first + 1) for name, first, last in functions(text)]

    def test_scopes_types_and_values_are_no_functions(self):
        self.assertEqual([("f", 3)], self.sizes(
            'namespace a {\nextern "C" {\nstruct alignas(64) S : B<int> {\n  std::array<int, 2> x{1, 2};\n'
            "  int f() const noexcept {\n    return 1;\n  }\n};\n}\n}\n"))

    def test_a_java_record_is_a_type(self):
        self.assertEqual([("f", 3)], self.sizes(
            "record A(int a, int b) implements B {\n  int f() {\n    return a;\n  }\n}\n"))

    def test_braces_in_literals_and_comments_do_not_count(self):
        self.assertEqual([("f", 6), ("g", 1)], self.sizes(
            'int f() {\n  x = "}";  // }\n  y = \'}\'; /* } */\n  z = R"j({"a":"}}")j";\n  n = 1\'000;\n}\n'
            "int g() { return 0; }\n"))

    def test_a_constructor_with_braced_members_is_measured_to_its_end(self):
        self.assertEqual([("S::S", 5)], self.sizes("S::S(int a)\n    : a_{a}, b_{1} {\n  if (a) {\n  }\n}\n"))

    def test_a_braced_default_argument_does_not_hide_the_body(self):
        self.assertEqual([("f", 3)], self.sizes("void f(Options o = {}) {\n  g();\n}\n"))

    def test_lambdas_count_with_the_function_around_them(self):
        self.assertEqual([("f", 5)], self.sizes("void f() {\n  auto g = [](int) {\n    return 1;\n  };\n}\n"))

    def test_templates_and_macros_are_seen(self):
        self.assertEqual([("f", 3), ("TEST", 3)], self.sizes(
            "template <class T>\nvoid f(T) {\n}\nTEST(A, B) {\n  f(1);\n}\n"))


class Table(unittest.TestCase):
    def test_the_table_itself_has_no_cycle(self):
        order = list(ALLOWED)
        for folder, row in ALLOWED.items():
            for entry in row or []:
                if not entry.endswith(".h"):
                    self.assertLess(order.index(entry), order.index(folder), f"{folder} -> {entry}")


if __name__ == "__main__":
    unittest.main()
