"""Rows out of a topic, in pieces (docs/formats/rows.md), and what must hold of them whoever wrote them and was killed.

    pieces = read(broker, "potik.rows")
    findings(pieces)     # sentences; none where every epoch is there once, whole and in order
"""
import struct
from typing import NamedTuple

KEY_GROUPS = 128
# Magic, version, reserved, checksum, epoch, time, model version, first and last key group, number, count, bytes.
HEAD = struct.Struct("<4sHHQQqQHHIII")


class Piece(NamedTuple):
    offset: int
    key: str
    epoch: int
    first: int
    last: int
    number: int
    count: int

    def writer(self):
        return self.first, self.last


def parse(offset, key, value):
    magic, version, _, _, epoch, _, _, first, last, number, count, size = HEAD.unpack_from(value)
    if magic != b"PRP1" or version != 1 or HEAD.size + size != len(value):
        raise ValueError(f"the record at offset {offset} is no piece of rows")
    return Piece(offset, key, epoch, first, last, number, count)


def read(broker, topic):
    """What readers of committed records see, in order."""
    return [parse(*record) for record in broker.consume_bytes(topic)]


def findings(pieces):
    """As sentences. Epochs in which a writer has nothing are there too where there are several writers."""
    wrong, held, newest, numbered = [], {}, 0, set()
    for piece in pieces:
        numbered.add(piece.epoch)
        if piece.key != f"{piece.first}-{piece.last}":
            wrong.append(f"{piece} has another key than its writer's")
        if piece.epoch <= newest:
            wrong.append(f"{piece} came after epoch {newest} was whole")
            continue
        writers = held.setdefault(piece.epoch, {})
        given = writers.setdefault(piece.writer(), [])
        if piece.number != len(given):
            wrong.append(f"{piece} came after {len(given)} of its writer")
        given.append(piece)
        if not is_whole(writers):
            continue
        groups = sorted(group for first, last in writers for group in range(first, last + 1))
        if groups != list(range(KEY_GROUPS)):
            wrong.append(f"epoch {piece.epoch} has the writers {sorted(writers)}")
        newest = piece.epoch
        del held[newest]
        wrong += [f"epoch {epoch} was not whole before epoch {newest}" for epoch in held if epoch < newest]
    wrong += [f"epoch {epoch} is not whole: {sorted(writers)}" for epoch, writers in held.items()]
    if any(piece.writer() != (0, KEY_GROUPS - 1) for piece in pieces):
        missing = sorted(set(range(min(numbered), max(numbered))) - numbered)
        wrong += [f"epoch {epoch} is missing" for epoch in missing]
    return wrong


def is_whole(writers):
    given = [writer for writer, pieces in writers.items() if len(pieces) >= pieces[0].count]
    return sum(last - first + 1 for first, last in given) >= KEY_GROUPS
