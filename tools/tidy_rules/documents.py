"""Documents: links that lead somewhere, and a short README in each folder."""
import posixpath
import re
import urllib.parse

README_LINES_MAX = 20
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_IMAGE = re.compile(r'<(?:img|a)\b[^>]*\b(?:src|href)="([^"]+)"')
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)


def _without_code(text):
    emptied = re.sub(r"^(```|~~~).*?^\1[^\n]*$", lambda m: re.sub(r"[^\n]", " ", m[0]), text,
                     flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", lambda m: " " * len(m[0]), emptied)


def _anchors(text):
    """The anchors a forge makes from headings: lower case, punctuation gone, spaces to hyphens."""
    for heading in _HEADING.findall(re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.M)):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        yield plain.replace(" ", "-")


def _exists(tree, target):
    return target in tree.files or (tree.root / target).exists()


def check_links(tree):
    for path, text in tree.files.items():
        if not path.endswith(".md"):
            continue
        for number, line in enumerate(_without_code(text).splitlines(), 1):
            for link in _LINK.findall(line) + _IMAGE.findall(line):
                if re.match(r"[a-z][a-z0-9+.-]*:", link):
                    continue
                file, _, anchor = urllib.parse.unquote(link).partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
                if target.startswith("..") or not _exists(tree, target):
                    yield f"{path}:{number}: dead link: {link}"
                elif anchor and target.endswith(".md") and anchor not in _anchors(tree.files[target]):
                    yield f"{path}:{number}: dead link: {target} has no heading #{anchor}"


def check_readmes(tree):
    folders = {path.rsplit("/", 1)[0] for path in tree.files
               if path.startswith("src/") and path.endswith((".h", ".cc"))}
    for folder in sorted(folders):
        readme = folder + "/README.md"
        if readme not in tree.files:
            yield (f"{readme}:1: missing; say in at most {README_LINES_MAX} lines what the folder is for, "
                   "who calls it and what it may use")
        elif len(tree.files[readme].splitlines()) > README_LINES_MAX:
            yield f"{readme}:{README_LINES_MAX + 1}: over {README_LINES_MAX} lines; the rest belongs to docs/"
