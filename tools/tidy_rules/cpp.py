"""Finds the functions of a C++ file by counting braces: no parser, but right for this tree's style."""
import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'                                   # comments
    r'|R"(?P<raw>[^()\\\s]{0,16})\(.*?\)(?P=raw)"'          # raw strings
    r'|"(?:\\.|[^"\\\n])*"'                                 # strings
    r"|(?<![0-9A-Za-z])'(?:\\.|[^'\\\n])+'"                 # characters, not digit separators
    r'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',                      # preprocessor lines
    re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"([~\w:<>]+|operator\s*[^\s(]+)\s*\(")
_TYPE = re.compile(r"\b(class|struct|union|enum)\b[^()=]*$")
_JAVA_RECORD = re.compile(r"\brecord\s+[A-Z]\w*\s*\(")


def blank(text):
    """The text with comments, literals and preprocessor lines emptied; line numbers stay."""
    return _TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _kind(head):
    if re.search(r"\bnamespace\b", head) or re.search(r"\bextern\s*$", head):
        return "namespace"
    # A template's parameters may hold parentheses and the word class.
    bare = re.sub(r"\btemplate\s*<(?:[^<>]|<[^<>]*>)*>", " ", head)
    bare = re.sub(r"\balignas\s*\([^()]*\)|\[\[[^\]]*\]\]", " ", bare)
    if _TYPE.search(bare) or _JAVA_RECORD.search(bare):
        return "type"
    return "function" if "(" in bare else "value"


_MEMBER_INIT = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[\w>]\s*$", re.DOTALL)


def _continues(head):
    """True if a brace after this head belongs to an expression inside the statement: a default argument,
    or a member's initialiser before the body."""
    return head.count("(") > head.count(")") or _MEMBER_INIT.search(head) is not None


def functions(text):
    """Yields (name, first line, last line) of every function body outside other functions."""
    code = blank(text)
    stack = []  # of (kind, head, first line)
    start = 0   # of the statement that is being read
    line = 1
    first = 0   # line of its first character, 0 while there is none
    for at, character in enumerate(code):
        if character == "\n":
            line += 1
        elif first == 0 and not character.isspace():
            first = line
        if character == "{":
            head = code[start:at]
            if any(kind in ("function", "value", "init") for kind, _, _ in stack):
                kind = "block"
            else:
                kind = "init" if _continues(head) else _kind(head)
            stack.append((kind, head, first))
            if kind == "init":
                continue
        elif character == "}" and stack:
            kind, head, began = stack.pop()
            if kind == "function":
                name = _NAME.search(head)
                yield (name[1] if name else "a function"), began, line
            if kind == "init" or any(kind == "init" for kind, _, _ in stack):
                continue
        elif character != ";" or any(kind == "init" for kind, _, _ in stack):
            continue
        start, first = at + 1, 0
