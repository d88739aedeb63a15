#include "pipeline/row_digest.h"

#include <string>

#include "base/bytes.h"
#include "store/row_bytes.h"

namespace potik::pipeline {
namespace {

// Hashes in pieces, so that a large epoch needs no large buffer.
class Chain {
 public:
  Chain() { bytes_.reserve(2 * kPieceBytes); }
  template <class Rows>
  void add(const Rows& rows) {
    ByteWriter out(bytes_);
    out.put(static_cast<uint64_t>(rows.size()));
    for (const auto& row : rows) {
      put(out, row);
      if (bytes_.size() >= kPieceBytes) fold();
    }
    fold();
  }
  [[nodiscard]] Digest digest() const { return digest_; }

 private:
  static constexpr size_t kPieceBytes = 64 * 1024;
  void fold() {
    digest_ = combine(digest_, digest128(bytes_));
    bytes_.clear();
  }
  std::string bytes_;
  Digest digest_;
};

}  // namespace

Digest digest_rows(const store::RowBlock& rows) {
  Chain chain;
  chain.add(rows.facts);
  chain.add(rows.details);
  chain.add(rows.users);
  chain.add(rows.videos);
  chain.add(rows.dead_letters);
  chain.add(rows.lists);
  chain.add(rows.alerts);
  return chain.digest();
}

}  // namespace potik::pipeline
