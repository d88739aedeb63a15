#!/usr/bin/env python3
"""The checker of pieces of rows sees each thing that can go wrong with them."""
import struct
import sys
import unittest

sys.dont_write_bytecode = True
from row_pieces import HEAD, Piece, findings, parse  # noqa: E402

HALVES = ((0, 63), (64, 127))


def two_writers(epochs, count=2):
    return [Piece(0, f"{first}-{last}", epoch, first, last, number, count)
            for epoch in range(1, epochs + 1) for first, last in HALVES for number in range(count)]


class Checker(unittest.TestCase):
    def test_whole_epochs_in_order_are_right(self):
        self.assertEqual([], findings(two_writers(5)))
        self.assertEqual([], findings(sorted(two_writers(5), key=Piece.writer)), "one writer may be ahead")
        alone = [Piece(0, "0-127", epoch, 0, 127, 0, 1) for epoch in (3, 5, 9)]
        self.assertEqual([], findings(alone), "who is alone may leave out epochs without rows")
        self.assertEqual([], findings([Piece(0, "0-127", 1, 0, 127, 0, 1), *two_writers(5)[4:]]), "writers may change")

    def test_each_piece_that_is_lost_or_doubled_is_seen(self):
        pieces = two_writers(4)
        for at, piece in enumerate(pieces):
            self.assertNotEqual([], findings(pieces[:at] + pieces[at + 1:]), f"{piece} is missing")
            self.assertNotEqual([], findings([*pieces[:at], piece, *pieces[at:]]), f"{piece} is there twice")
            self.assertNotEqual([], findings([*pieces, piece]), f"{piece} came again")

    def test_an_epoch_that_is_missing_altogether_is_seen(self):
        pieces = [piece for piece in two_writers(4) if piece.epoch != 2]
        self.assertEqual(["epoch 2 is missing"], findings(pieces))

    def test_another_order_is_seen(self):
        pieces = two_writers(3)
        for at in range(0, len(pieces) - 2, 2):
            swapped = [*pieces[:at], pieces[at + 1], pieces[at], *pieces[at + 2:]]
            self.assertNotEqual([], findings(swapped), at)
        self.assertNotEqual([], findings(pieces[4:8] + pieces[:4] + pieces[8:]), "an epoch before the one before it")

    def test_writers_that_share_a_key_group_are_seen(self):
        pieces = two_writers(1, count=1)
        self.assertNotEqual([], findings([pieces[0], Piece(0, "63-127", 1, 63, 127, 0, 1)]))
        self.assertNotEqual([], findings([pieces[0]._replace(key="64-127"), pieces[1]]))

    def test_records_of_another_format_are_told(self):
        head = HEAD.pack(b"PRP1", 1, 0, 0, 7, 0, 6, 0, 63, 0, 1, 4)
        self.assertEqual(56, len(head))
        self.assertEqual(Piece(3, "0-63", 7, 0, 63, 0, 1), parse(3, "0-63", head + b"rows"))
        for wrong in (head, b"PRP2" + head[4:] + b"rows", b"{}"):
            with self.assertRaises((ValueError, struct.error)):
                parse(3, "0-63", wrong)


if __name__ == "__main__":
    unittest.main()
