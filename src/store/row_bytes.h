#pragma once
// Each row as bytes, field by field in a fixed order: what epochs are compared by and what travels
// between processes (docs/formats/rows.md). Little-endian, without padding. Threads: pure
// functions. Cost: about 20 ns a fact.

#include "base/bytes.h"
#include "store/rows.h"

namespace potik::store {

void put(ByteWriter& out, const FactRow& row);
void put(ByteWriter& out, const DetailRow& row);
void put(ByteWriter& out, const UserRow& row);
void put(ByteWriter& out, const VideoRow& row);
void put(ByteWriter& out, const DeadLetterRow& row);
void put(ByteWriter& out, const ListRow& row);
void put(ByteWriter& out, const AlertRow& row);

// What put() wrote. Views point into the bytes that are read. Where no row of this kind stands the
// reader is not ok() any more, and the row is of no use.
void get(ByteReader& in, FactRow& row);
void get(ByteReader& in, DetailRow& row);
void get(ByteReader& in, UserRow& row);
void get(ByteReader& in, VideoRow& row);
void get(ByteReader& in, DeadLetterRow& row);
void get(ByteReader& in, ListRow& row);
void get(ByteReader& in, AlertRow& row);

}  // namespace potik::store
