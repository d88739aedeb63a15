"""The files of the project, read once, and the #include lines of its sources."""
import os
import pathlib
import re
from dataclasses import dataclass

# What is made or fetched, never written by hand.
_SKIPPED = {".git", ".deps", "build", "data", "demo", "node_modules", "third_party", "vendor",
            "__pycache__"}
_SOURCE = (".h", ".cc")
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


@dataclass(frozen=True)
class Include:
    path: str  # of the including file
    line: int
    target: str
    quoted: bool


class Tree:
    """Paths are relative to the root, with '/' and sorted. Files that are not UTF-8 text are left out."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = {}
        for folder, names, files in os.walk(self.root):
            top = pathlib.Path(folder) == self.root
            names[:] = sorted(n for n in names
                              if n not in _SKIPPED and (top or not n.startswith("build-")))
            for name in sorted(files):
                self._read(pathlib.Path(folder) / name)

    def _read(self, path):
        if path.is_symlink() and not path.exists():
            return
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, PermissionError):
            return
        if "\0" not in text:
            self.files[path.relative_to(self.root).as_posix()] = text

    def sources(self, *folders):
        """(path, text) of C++ files below the folders; of all of them without folders."""
        for path, text in self.files.items():
            if path.endswith(_SOURCE) and (not folders or path.startswith(
                    tuple(f + "/" for f in folders))):
                yield path, text

    def includes(self, *folders):
        for path, text in self.sources(*folders):
            for number, line in enumerate(text.splitlines(), 1):
                if match := _INCLUDE.match(line):
                    yield Include(path, number, match[2], match[1] == '"')

    def folder_of(self, path):
        """The folder of src/ a file belongs to ("adapters/duckdb" for adapters); None outside."""
        parts = path.split("/")
        if parts[0] != "src" or len(parts) < 3:
            return None
        if parts[1] == "adapters" and len(parts) > 3:
            return "adapters/" + parts[2]
        return parts[1]

    def resolve(self, include):
        """The project's file that an include names, or None if it is another library's."""
        beside = include.path.rsplit("/", 1)[0] + "/" + include.target
        for candidate in ("src/" + include.target, beside, include.target):
            if candidate in self.files:
                return candidate
        return None
