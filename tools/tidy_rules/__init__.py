"""The rules of the tree by name. Each takes a Tree and yields findings: "path:line: what, and what to do"."""
from .documents import check_links, check_readmes
from .built import check_built
from .exact import check_exact
from .failpoints import check_failpoints
from .folders import check_cycles, check_edges
from .sizes import check_file_sizes, check_function_sizes
from .third_party import check_leaks, check_third_party
from .tree import Tree
from .words import check_names, check_words

RULES = {
    "edges": check_edges,
    "cycles": check_cycles,
    "third-party": check_third_party,
    "leaks": check_leaks,
    "file-sizes": check_file_sizes,
    "function-sizes": check_function_sizes,
    "exact": check_exact,
    "built": check_built,
    "failpoints": check_failpoints,
    "links": check_links,
    "readmes": check_readmes,
    "names": check_names,
    "words": check_words,
}

__all__ = ["RULES", "Tree"]
