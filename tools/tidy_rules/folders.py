"""Folders of src/ form a graph without cycles; the table says which edges there may be."""

_STREAM = ["base", "event"]
_CORE = _STREAM + ["log", "state", "enrich", "model", "detect", "store", "cache", "monitor"]

# Folder -> folders (or single headers) it may include from. app may include everything.
ALLOWED = {
    "base": [],
    "event": ["base"],
    "log": _STREAM,
    "state": _STREAM,
    "enrich": _STREAM + ["state"],
    "store": _STREAM,
    "cache": _STREAM,
    "monitor": ["base"],
    "model": _STREAM + ["state", "cache", "enrich"],
    "detect": _STREAM + ["state", "monitor"],
    "pipeline": _CORE,
    "evaluate": _CORE + ["pipeline"],
    "api": _STREAM + ["log", "store", "cache", "monitor"],
    "adapters/rocksdb": _STREAM + ["log", "state", "pipeline/journal.h"],
    "adapters/duckdb": _STREAM + ["store"],
    "adapters/beast": _STREAM + ["api"],
    "adapters/kafka": _STREAM + ["log", "cache", "monitor"],
    "adapters/redis": _STREAM + ["cache", "monitor"],
    "adapters/alertmanager": ["base", "monitor"],
    "adapters/openssl": ["base", "api"],
    "adapters/toml": ["base", "app/config_text.h"],
    "host": _CORE + ["pipeline", "adapters/toml", "app/config.h", "app/config_load.h"],
    "app": None,
}


def _edges(tree):
    """(include, from folder, to folder, target path) of every edge between two folders."""
    for include in tree.includes("src"):
        source = tree.folder_of(include.path)
        target_path = tree.resolve(include)
        target = target_path and tree.folder_of(target_path)
        if source and target and source != target:
            yield include, source, target, target_path.removeprefix("src/")


def check_edges(tree):
    for path, _ in tree.sources("src"):
        folder = tree.folder_of(path)
        if folder not in ALLOWED:
            yield f"{path}:1: folder {folder} is not in the table of tools/tidy_rules/folders.py"
    for include, source, target, header in _edges(tree):
        allowed = ALLOWED.get(source, [])
        if allowed is not None and target not in allowed and header not in allowed:
            yield (f"{include.path}:{include.line}: {source} may not include {header}; it may see "
                   f"{', '.join(allowed) or 'nothing'}")


def check_cycles(tree):
    """Independent of the table: follows the real edges. Headers named alone in the table are ports
    and count as a folder of their own."""
    ports = {entry for row in ALLOWED.values() if row for entry in row if entry.endswith(".h")}
    graph = {}
    for include, source, target, header in _edges(tree):
        own = include.path.removeprefix("src/")
        graph.setdefault(own if own in ports else source, {}).setdefault(
            header if header in ports else target, f"{include.path}:{include.line}")
    yield from _find_cycles(graph)


def _find_cycles(graph):
    state = {}
    path = []

    def visit(node):
        state[node] = "open"
        path.append(node)
        for neighbour, where in sorted(graph.get(node, {}).items()):
            if state.get(neighbour) == "open":
                cycle = path[path.index(neighbour):] + [neighbour]
                yield f"{where}: folders include each other: {' -> '.join(cycle)}"
            elif neighbour not in state:
                yield from visit(neighbour)
        path.pop()
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            yield from visit(node)
