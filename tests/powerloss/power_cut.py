#!/usr/bin/env python3
"""What a power failure leaves of a folder whose writer ran on forgetful_disk and was killed.

    power_cut.py ROOT JOURNAL [--seed N] [--strict]

Whatever was synced stays. Of the rest, as the seed decides, some is kept and some is gone: of a file's bytes block by
block, one of them torn at a sector; of its length a part; of names (made, renamed, removed) those that came first. A
sync of anything keeps the names that were made before it, as journalling file systems do; with --strict only the sync
of their folder does. What a failed sync should have kept no later sync keeps: the system forgets that it is still to be
written. Afterwards the journal is empty, and the folder as it is found when the power is back.
"""
import argparse
import os
import pathlib
import random
import struct
import sys
from dataclasses import dataclass, field

HEADER = struct.Struct("<IIQQQQII")
MAGIC = 0x6b736964
WRITE, RESIZE, SYNC, CREATE, REMOVE, RENAME, FAILED_SYNC = range(1, 8)
BLOCK = 4096
SECTOR = 512


@dataclass
class Record:
    act: int
    inode: int
    offset: int
    length: int
    old_size: int
    texts: list
    data: bytes
    durable: bool = False


@dataclass
class Cut:
    """What was taken back, for whoever wants to see that the cut did something."""
    records: int = 0
    names: int = 0   # acts on names undone
    files: int = 0   # files that lost bytes
    bytes: int = 0   # bytes lost or set back
    torn: int = 0    # blocks of which a part is old and a part new
    details: list = field(default_factory=list)


def read_journal(folder):
    """The records of the one process that ran since the last cut; the last may have been cut itself: its act was not
    begun."""
    files = sorted(pathlib.Path(folder).glob("*.records"))
    if len(files) > 1:
        raise ValueError(f"{folder} holds the journals of {len(files)} processes: cut after each")
    content = files[0].read_bytes() if files else b""
    records = []
    place = 0
    while place + HEADER.size <= len(content):
        magic, act, inode, offset, length, old_size, text_bytes, data_bytes = HEADER.unpack_from(content, place)
        if magic != MAGIC:
            raise ValueError(f"{files[0]} is not a journal at byte {place}")
        end = place + HEADER.size + text_bytes + data_bytes
        if end > len(content):
            break
        texts = content[place + HEADER.size:end - data_bytes].decode().split("\0") if text_bytes else []
        records.append(Record(act, inode, offset, length, old_size, texts, content[end - data_bytes:end]))
        place = end
    return records


def _synced_until(records):
    """inode to the number of the first record that its last sync does not cover."""
    until = {}
    for record in records:
        if record.act == SYNC:
            until[record.inode] = max(until.get(record.inode, 0), record.offset)
    return until


def _folder_inode(path):
    try:
        return os.stat(os.path.dirname(path)).st_ino
    except FileNotFoundError:
        return 0


def _names_at_risk(records, until, strict):
    everything = max(until.values(), default=0)
    at_risk = []
    for number, record in enumerate(records):
        if record.act not in (CREATE, REMOVE, RENAME):
            continue
        if strict:
            safe = until.get(_folder_inode(record.texts[1 if record.act == RENAME else 0]), 0)
            if record.act == CREATE:  # a file's own sync keeps its name
                safe = max(safe, until.get(record.inode, 0))
        else:
            safe = everything
        if number >= safe:
            at_risk.append(record)
    return at_risk


def _inode(path):
    try:
        return os.lstat(path).st_ino
    except FileNotFoundError:
        return 0


def _undo_name(record):
    """False: it was noted but never done, or undone with something else."""
    if record.act == CREATE:
        path = record.texts[0]
        if _inode(path) != record.inode:
            return False
        if os.path.isdir(path):
            try:
                os.rmdir(path)
            except OSError:
                return False  # something in it is older: it was synced after all
        else:
            os.unlink(path)
        return True
    if record.act == REMOVE:
        path, kept = record.texts
        if os.path.lexists(path):
            return False
        if kept:
            os.link(kept, path)
        else:
            os.mkdir(path)
        return True
    old, new, kept = record.texts
    if _inode(new) != record.inode or os.path.lexists(old):
        return False
    os.rename(new, old)
    if kept:
        os.link(kept, new)
    return True


def _undo_names(records, until, draw, strict, cut):
    at_risk = _names_at_risk(records, until, strict)
    survive = draw.choice((0, len(at_risk), draw.randint(0, len(at_risk))))
    for record in reversed(at_risk[survive:]):
        if _undo_name(record):
            cut.names += 1
            cut.details.append(f"name: {('made', 'removed', 'renamed')[record.act - CREATE]} {record.texts[0]}")


def _changes_at_risk(records):
    """inode to its writes and changes of length, from the first on that no sync covers."""
    changes, waiting = {}, {}
    for number, record in enumerate(records):
        if record.act in (WRITE, RESIZE):
            changes.setdefault(record.inode, []).append(record)
            waiting.setdefault(record.inode, []).append((number, record))
        elif record.act in (SYNC, FAILED_SYNC):
            left = waiting.get(record.inode, [])
            for place, change in left:
                change.durable = change.durable or (record.act == SYNC and place < record.offset)
            waiting[record.inode] = [one for one in left if one[0] >= record.offset]
    at_risk = {}
    for inode, all_of_it in changes.items():
        while all_of_it and all_of_it[0].durable:
            all_of_it.pop(0)
        if all_of_it:
            at_risk[inode] = all_of_it
    return at_risk


def _durable(now, changes):
    """The file as its syncs left it, from what it is now: what they do not cover is undone, last first, but for the
    places that a later, synced write fills."""
    content = bytearray(now)
    filled = bytearray(len(now))
    size_min = 0
    for record in reversed(changes):
        end = record.offset + record.length
        if record.durable:
            if record.act == WRITE:
                filled[record.offset:end] = b"\1" * (min(end, len(filled)) - min(record.offset, len(filled)))
            size_min = max(size_min, end)  # of a resize the offset is 0
        elif record.act == WRITE:
            for place in range(record.offset, min(end, len(content))):
                if not filled[place]:
                    old = place - record.offset
                    content[place] = record.data[old] if old < len(record.data) else 0
            del content[max(record.old_size, size_min):]
        else:
            size = max(record.old_size, size_min)
            del content[max(min(record.length, record.old_size), size_min):]
            content += record.data[:max(0, size - len(content))]
        filled = filled[:len(content)].ljust(len(content), b"\0")
    return bytes(content)


def _mix(durable, now, draw, cut):
    """Some blocks of the one, some of the other; one torn; a length between both."""
    way = draw.choice(("nothing", "all", "first", "some", "some"))
    if way == "all":
        return now
    size = len(durable) if way == "nothing" else draw.randint(min(len(durable), len(now)), max(len(durable), len(now)))
    old, new = durable.ljust(size, b"\0"), now.ljust(size, b"\0")
    result = bytearray(old[:size])
    blocks = [at for at in range(0, size, BLOCK) if old[at:at + BLOCK] != new[at:at + BLOCK]]
    if way == "nothing" or not blocks:
        return bytes(result)
    kept = blocks[:draw.randint(0, len(blocks))] if way == "first" else [at for at in blocks if draw.random() < 0.5]
    for at in kept:
        result[at:at + BLOCK] = new[at:min(at + BLOCK, size)]
    torn = draw.choice(blocks)
    sectors = draw.randint(0, BLOCK // SECTOR) * SECTOR
    result[torn:torn + sectors] = new[torn:min(torn + sectors, size)]
    cut.torn += 1
    return bytes(result[:size])


def _forget_bytes(path, changes, draw, cut):
    now = path.read_bytes()
    durable = _durable(now, changes)
    left = _mix(durable, now, draw, cut)
    if left == now:
        return
    cut.files += 1
    cut.bytes += sum(1 for a, b in zip(left, now) if a != b) + abs(len(left) - len(now))
    cut.details.append(f"bytes: {path} from {len(now)} to {len(left)}, synced were {len(durable)}")
    with open(path, "r+b") as file:
        file.truncate(len(left))
        for at in range(0, len(left), BLOCK):
            if left[at:at + BLOCK] != now[at:at + BLOCK]:
                file.seek(at)
                file.write(left[at:at + BLOCK])


def _files_by_inode(root):
    return {path.lstat().st_ino: path for path in pathlib.Path(root).rglob("*") if path.is_file()}


def cut_power(root, journal, seed=1, strict=False):
    """Nothing may run on the folder. Returns what was done."""
    records = read_journal(journal)
    draw = random.Random(seed)
    cut = Cut(records=len(records))
    until = _synced_until(records)
    _undo_names(records, until, draw, strict, cut)
    files = _files_by_inode(root)
    for inode, of_file in _changes_at_risk(records).items():
        if inode in files:  # else it was removed, for good
            _forget_bytes(files[inode], of_file, draw, cut)
    for file in pathlib.Path(journal).iterdir():
        if file.suffix in (".records", ".kept"):
            file.unlink()
    return cut


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("journal", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true")
    arguments = parser.parse_args()
    cut = cut_power(arguments.root, arguments.journal, arguments.seed, arguments.strict)
    print("\n".join(cut.details))
    print(f"{cut.records} acts; taken back: {cut.names} names, {cut.bytes} bytes of {cut.files} files, {cut.torn} torn")


if __name__ == "__main__":
    sys.exit(main())
