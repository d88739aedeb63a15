"""The core computes the same bits everywhere: none of the library's functions whose last bit may differ."""
import re

from .cpp import blank

# Folders whose results stand in state or outputs. sqrt, floor, round and their like are exact by IEEE 754.
_FOLDERS = [f"src/{folder}" for folder in ("base", "event", "state", "enrich", "model", "detect", "pipeline")]
_TESTS = re.compile(r"(_test|_bench|_fuzz|_for_tests)\.(cc|h)$|/test_[^/]*$")
_NAMES = ("exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2|"
          "sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|tgamma|lgamma")
_CALL = re.compile(rf"(?<![\w.:])(?<!->)(?:(?:std)?::)?((?:{_NAMES})[fl]?)\s*\(")


def check_exact(tree):
    for path, text in tree.sources(*_FOLDERS):
        if _TESTS.search(path):
            continue
        for number, line in enumerate(blank(text).splitlines(), 1):
            for match in _CALL.finditer(line):
                yield (f"{path}:{number}: the last bit of {match[1]}() differs between libraries and "
                       "processors; use base/elementary.h")
