#pragma once
// EpochAssembler: whole epochs out of the pieces in which their writers publish them (store/
// row_piece.h). An epoch is whole when the writers that have given all their pieces own every key
// group. Every writer writes something of every epoch, and each in order; so when one epoch is
// whole, so is every earlier one that exists. Pure: no I/O, no clock. Threads: one.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/row_piece.h"

namespace potik::pipeline {

enum class AssemblyError : uint8_t {
  no_piece,       // of another format
  version,        // of a later version of it
  corrupt,        // a piece's checksum or its rows do not hold
  contradiction,  // with another piece of the epoch
  missing,        // pieces before this one, or of an earlier epoch, are not there
  too_large,      // more is held than may be
};

struct AssemblyFailure {
  AssemblyError error{};
  std::string message;  // a sentence: what is wrong, of which epoch, what to do
};

struct AssemblerOptions {
  size_t held_bytes_max = size_t{1} << 30U;  // of pieces of epochs that are not whole
  // Reading began where earlier records were gone already: epochs that are not whole are passed
  // over, until the first that is.
  bool begins_midway = false;
};

// Views of `rows` point into `bytes`: may be moved, which a deque's elements do not notice.
struct AssembledEpoch {
  AssembledEpoch() = default;
  AssembledEpoch(AssembledEpoch&&) = default;
  AssembledEpoch(const AssembledEpoch&) = delete;

  store::RowBlock rows;
  std::deque<std::string> bytes;
};

class EpochAssembler {
 public:
  // What belongs to epochs up to `stored` is dropped.
  EpochAssembler(Epoch stored, AssemblerOptions options);

  // The record at `offset`, the next that there is. Gives the epoch that it makes whole: epochs
  // come in ascending order, not all numbers are there. Its rows are in the order of one core
  // (row_order.h). After an error nothing further may be taken.
  [[nodiscard]] Result<std::optional<AssembledEpoch>, AssemblyFailure> take(std::string_view record,
                                                                            Offset offset);

  // Where to read on so that nothing is missing of what was not given yet.
  [[nodiscard]] Offset needed_from() const;
  [[nodiscard]] size_t held_bytes() const { return held_bytes_; }
  [[nodiscard]] size_t held_epochs() const { return held_.size(); }
  // Dropped because their epoch was stored or given before.
  [[nodiscard]] uint64_t pieces_dropped() const { return pieces_dropped_; }

 private:
  struct Writer {
    store::KeyGroupRange range;
    uint32_t count = 0;
    std::deque<std::string> pieces;
    [[nodiscard]] bool is_whole() const { return pieces.size() == count; }
  };
  struct Held {
    TimeMs time{};
    Epoch model_version{};
    Offset first{};
    size_t bytes = 0;
    uint16_t whole_groups = 0;
    std::vector<Writer> writers;  // in the order of their first piece
    [[nodiscard]] bool is_whole() const { return whole_groups == kKeyGroups; }
  };
  using Given = Result<std::optional<AssembledEpoch>, AssemblyFailure>;

  [[nodiscard]] Result<Writer*, AssemblyFailure> writer_of(const store::RowPiece& piece,
                                                           Held& held) const;
  [[nodiscard]] Status<AssemblyFailure> check_earlier(Epoch epoch);
  [[nodiscard]] Given give(Epoch epoch);
  void forget(std::map<Epoch, Held>::iterator held);

  AssemblerOptions options_;
  Epoch given_;  // or stored before
  Offset next_{};
  std::map<Epoch, Held> held_;
  size_t held_bytes_ = 0;
  uint64_t pieces_dropped_ = 0;
};

}  // namespace potik::pipeline
