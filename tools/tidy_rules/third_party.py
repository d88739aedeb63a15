"""Third-party headers stay in the few places that wrap them."""
import fnmatch
import re

# Path pattern -> include prefixes allowed there.
PLACES = [
    ("src/adapters/rocksdb/*", ["rocksdb/"]),
    ("src/adapters/duckdb/*", ["duckdb.h"]),
    ("src/adapters/beast/*", ["boost/", "openssl/"]),
    ("src/adapters/openssl/*", ["openssl/"]),
    ("src/adapters/toml/*", ["toml++/"]),
    ("src/adapters/kafka/*", ["librdkafka/"]),
    ("src/adapters/redis/*", ["hiredis/"]),
    ("src/adapters/alertmanager/*", ["curl/"]),
    ("src/event/*.cc", ["simdjson.h"]),
    ("src/base/hash.cc", ["xxhash.h"]),
    ("src/base/flat_map.h", ["boost/unordered/"]),
    ("src/app/*cli*.cc", ["CLI/"]),
    ("flink/native/*", ["jni.h"]),
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
    r"sched|termios|errno|malloc|stddef|stdint|stdlib|stdio|string|time|math|cxxabi|execinfo|immintrin|x86intrin|emmintrin|nmmintrin|"
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


def _brought_by(tree, header, graph, known):
    """How a header leads to one of a library, the way there in order; empty where it does not."""
    if header not in known:
        known[header] = []
        for include, target in graph.get(header, []):
            way = _brought_by(tree, target, graph, known) if target else [include.target]
            if way:
                known[header] = [header, *way]
                break
    return known[header]


def check_leaks(tree):
    """What lies behind an adapter's own headers does not see its library, by however many headers in between."""
    libraries = tuple(prefix for pattern, prefixes in PLACES if pattern.startswith("src/adapters/") for prefix in prefixes)
    graph = {}
    for include in tree.includes("src"):
        target = tree.resolve(include)
        if target or include.target.startswith(libraries):
            graph.setdefault(include.path, []).append((include, target))
    graph.pop("src/base/flat_map.h", None)  # its library is meant to be seen: ADR 3
    known = {}
    for path, includes in graph.items():
        for include, target in includes:
            outside = target and target.startswith("src/adapters/") and tree.folder_of(path) != tree.folder_of(target)
            way = outside and _brought_by(tree, target, graph, known)
            if way:
                yield (f"{path}:{include.line}: {' -> '.join(way)} brings a library out of its adapter; keep it in the .cc, "
                       "behind an Impl")
