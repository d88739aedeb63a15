"""Third-party headers stay in the few places that wrap them."""
import fnmatch
import re

# Path pattern -> include prefixes allowed there.
PLACES = [
    ("src/adapters/rocksdb/*", ["rocksdb/"]),
    ("src/adapters/duckdb/*", ["duckdb.h"]),
    ("src/adapters/beast/*", ["boost/"]),
    ("src/adapters/toml/*", ["toml++/"]),
    ("src/adapters/kafka/*", ["librdkafka/"]),
    ("src/event/*.cc", ["simdjson.h"]),
    ("src/base/hash.cc", ["xxhash.h"]),
    ("src/base/flat_map.h", ["boost/unordered/"]),
    ("src/app/*cli*.cc", ["CLI/"]),
]
_TESTING = ["gtest/", "gmock/", "benchmark/"]
# Beside the tests themselves: the contract suites of ports, and what several tests of a folder share (test_*).
for _ending in ("_test.cc", "_bench.cc", "_contract.h", "_contract.cc", "/test_*.h", "/test_*.cc"):
    PLACES.append(("src/*" + _ending, _TESTING))
# Whole-process tests and comparisons may use whatever they compare with.
_FREE = ("tests/", "bench/")

_STANDARD = re.compile(r"^[a-z0-9_]+$")
_SYSTEM = re.compile(
    r"^(sys|arpa|netinet|linux|net)/|^(fcntl|unistd|pthread|signal|dirent|dlfcn|poll|netdb|spawn|"
    r"sched|termios|errno|malloc|stdlib|stdio|string|time|math|cxxabi|execinfo|immintrin|x86intrin|emmintrin|nmmintrin|"
    r"smmintrin|sanitizer/[a-z_]+)\.h$")


def _is_own(tree, include):
    return include.quoted and tree.resolve(include) is not None


def check_third_party(tree):
    for include in tree.includes():
        name = include.target
        if include.path.startswith(_FREE) or _is_own(tree, include):
            continue
        if not include.quoted and (_STANDARD.match(name) or _SYSTEM.match(name)):
            continue
        allowed = [prefix for pattern, prefixes in PLACES
                   if fnmatch.fnmatch(include.path, pattern) for prefix in prefixes]
        if name.startswith(tuple(allowed)):
            continue
        if include.quoted and not name.startswith(tuple(p for _, ps in PLACES for p in ps)):
            yield f"{include.path}:{include.line}: no such header: {name}"
        else:
            yield (f"{include.path}:{include.line}: third-party header {name}; wrap it in an adapter "
                   "(places: tools/tidy_rules/third_party.py)")
