"""Every source, test and script of tests is named by a CMakeLists.txt, or it rots unseen."""
import re

# Scripts that CMake runs as tests; modules that only tests import are not named so.
_SCRIPT_TEST = re.compile(r"(^|/)([^/]*_test\.(py|mjs|js|sh)|[^/]*\.test\.mjs)$")


def _listing(tree, folder):
    """What the folder's CMakeLists.txt says without comments, with the files beside it that it includes."""
    texts = [tree.files.get("/".join(folder + ["CMakeLists.txt"]), "")]
    for included in re.findall(r"^\s*include\(([\w./-]+\.cmake)\)", texts[0], re.MULTILINE):
        texts.append(tree.files.get("/".join(folder + [included]), ""))
    return re.sub(r"#[^\n]*", "", "\n".join(texts))


def _named(tree, path):
    folder = path.split("/")[:-1]
    for depth in range(len(folder), -1, -1):
        text = _listing(tree, folder[:depth])
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
