"""Files and functions stay small enough to be read at once."""
import ast
import re

from .cpp import functions

FILE_LINES_MAX = 500
HEADER_LINES_MAX = 200
FUNCTION_LINES_MAX = 70
_CODE = (".cc", ".h", ".py", ".js", ".mjs", ".css", ".html", ".java", ".cmake", ".sh")


def _is_code(path, text):
    return path.endswith(_CODE) or path.endswith("CMakeLists.txt") or text.startswith("#!")


def check_file_sizes(tree):
    for path, text in tree.files.items():
        lines = len(text.splitlines())
        # A contract suite is a test that lives in a header because each implementation instantiates it.
        is_header = path.endswith(".h") and not path.endswith("_contract.h")
        limit = HEADER_LINES_MAX if is_header else FILE_LINES_MAX
        if _is_code(path, text) and lines > limit:
            yield f"{path}:{limit + 1}: {lines} lines, at most {limit}; split it by idea"


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno


def check_function_sizes(tree):
    for path, text in tree.files.items():
        if path.endswith((".cc", ".h", ".java")):
            found = functions(text)
        elif path.endswith(".py") or re.match(r"#!.*\bpython3?\b", text):
            found = _python_functions(text)
        else:
            continue
        for name, first, last in found:
            lines = last - first + 1
            if lines > FUNCTION_LINES_MAX:
                yield (f"{path}:{first}: {name} has {lines} lines, at most {FUNCTION_LINES_MAX}; "
                       "keep the branching, move the leaves out")
