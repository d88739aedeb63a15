"""Each failpoint of the list stands in a source, and each source with one is compiled anew into potik_failpoints."""
import re

_PLACES = "src/base/failpoint_places.h"
_BUILT = "src/app/failpoints.cmake"
_OWN = re.compile(r"^src/(base/failpoint|app/failpoints_main)[\w.]*$")
_TESTS = re.compile(r"_(test|bench|fuzz)\.cc$")
_CALL = re.compile(r"\bfailpoint::(reach|fails|tears|die|planted|wrote|TornWrite)\b")
_PLACE = re.compile(r'\bPlace\{"([^"]+)"')


def check_failpoints(tree):
    sources = {path: text for path, text in tree.sources("src") if not _OWN.match(path) and not _TESTS.search(path)}
    everything = "\n".join(sources.values())
    listed = tree.files.get(_PLACES, "")
    for match in _PLACE.finditer(listed):
        if f'"{match[1]}"' not in everything:
            line = listed.count("\n", 0, match.start()) + 1
            yield f"{_PLACES}:{line}: no source holds the failpoint {match[1]}; place it or take it off the list"
    built = re.sub(r"#[^\n]*", "", tree.files.get(_BUILT, "")).split()
    for path, text in sources.items():
        call = _CALL.search(text)
        if not call:
            continue
        line = text.count("\n", 0, call.start()) + 1
        if path.endswith(".h"):
            yield f"{path}:{line}: a failpoint in a header is compiled with and without; move it into a .cc"
        elif path.removeprefix("src/") not in built:
            yield f"{path}:{line}: a failpoint that {_BUILT} does not compile, so that it never strikes; list the file there"
