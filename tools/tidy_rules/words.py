"""Names that say nothing, and words that must not be published."""
import re

_EMPTY_NAMES = re.compile(r"(^|[_\-./])(utils?|utilit(y|ies)|helpers?|common|managers?|misc)(?=[_\-./]|$)")
# Written so that this file does not match itself.
_WORDS = [
    (re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b"), "unfinished business; do it, or describe it in an issue"),
    (re.compile(r"(?<![\w.])/(?:home|Users|root)/[\w.]"), "a path of one machine; name it relative to the project"),
]


def check_names(tree):
    for path in tree.files:
        if match := _EMPTY_NAMES.search(path.lower()):
            yield f"{path}:1: the name part {match[2]} says nothing; name the concept"


def check_words(tree):
    for path, text in tree.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, reason in _WORDS:
                if match := pattern.search(line):
                    yield f"{path}:{number}: {match[0]}: {reason}"
