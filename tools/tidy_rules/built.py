"""Every source, test and script of tests is named by a CMakeLists.txt, or it rots unseen."""
import re

# Scripts that CMake runs as tests; modules that only tests import are not named so.
_SCRIPT_TEST = re.compile(r"(^|/)([^/]*_test\.(py|mjs|js|sh)|[^/]*\.test\.mjs)$")


def _named(tree, path):
    folder = path.split("/")[:-1]
    for depth in range(len(folder), -1, -1):
        listing = "/".join(folder[:depth] + ["CMakeLists.txt"])
        if listing not in tree.files:
            continue
        text = re.sub(r"#[^\n]*", "", tree.files[listing])
        relative = "/".join(path.split("/")[depth:])
        if re.search(r"(?<![\w./-])(\$\{CMAKE_CURRENT_SOURCE_DIR\}/)?" + re.escape(relative) +
                     r"(?![\w.-])", text):
            return True
    return False


def check_built(tree):
    for path in tree.files:
        if not path.endswith(".cc") and not _SCRIPT_TEST.search(path):
            continue
        if not _named(tree, path):
            yield f"{path}:1: no CMakeLists.txt names it, so that it is never built or run; list it or delete it"
