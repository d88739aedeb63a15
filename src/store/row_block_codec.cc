#include "store/row_block_codec.h"

#include <vector>

#include "store/row_bytes.h"

namespace potik::store {
namespace {

template <class Row>
void append_table(std::string& out, const std::vector<Row>& rows) {
  ByteWriter writer(out);
  writer.put(static_cast<uint32_t>(rows.size()));
  for (const Row& row : rows) put(writer, row);
}

// What a row takes in which every text is empty.
template <class Row>
size_t least_bytes() {
  std::string bytes;
  ByteWriter writer(bytes);
  put(writer, Row{});
  return bytes.size();
}

template <class Row>
void read_table(ByteReader& in, std::vector<Row>& rows) {
  static const size_t kLeastBytes = least_bytes<Row>();
  const size_t count = in.get<uint32_t>();
  if (count > in.left() / kLeastBytes) return in.fail();
  rows.reserve(rows.size() + count);
  for (size_t i = 0; i < count && in.ok(); ++i) get(in, rows.emplace_back());
}

}  // namespace

void append_rows(std::string& out, const RowBlock& rows) {
  append_table(out, rows.facts);
  append_table(out, rows.details);
  append_table(out, rows.users);
  append_table(out, rows.videos);
  append_table(out, rows.dead_letters);
  append_table(out, rows.lists);
  append_table(out, rows.alerts);
}

bool read_rows(std::string_view bytes, RowBlock& rows) {
  ByteReader in(bytes);
  read_table(in, rows.facts);
  read_table(in, rows.details);
  read_table(in, rows.users);
  read_table(in, rows.videos);
  read_table(in, rows.dead_letters);
  read_table(in, rows.lists);
  read_table(in, rows.alerts);
  return in.done();
}

}  // namespace potik::store
