#pragma once
// A cluster in one thread: splitters, viewers and judges behind the ABI, each with its key groups,
// and nothing but frames between them.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/key_group.h"
#include "host/test_handle.h"
#include "log/layout.h"
#include "log/output_log.h"

namespace potik::host::testing {

// By stream and key, in order.
using Results = std::map<std::pair<int, std::string>, std::vector<std::string>>;
// By role and key group.
using Saved = std::map<std::pair<int, uint32_t>, std::string>;

class Cluster {
 public:
  struct Shape {
    size_t splitters = 1;
    size_t viewers = 1;
    size_t judges = 1;
  };
  // Goes on from `saved`, with parts of any number.
  Cluster(const log::Layout& layout, const Shape& shape, const Saved& saved = {},
          const std::string& more = "") {
    const std::string partitions = R"("events":)" + std::to_string(layout.events) + R"(,"users":)" +
                                   std::to_string(layout.users) + R"(,"videos":)" +
                                   std::to_string(layout.videos) + more;
    for (size_t i = 0; i < shape.splitters; ++i)
      splitters_.push_back(make(POTIK_SPLITTER, "{" + partitions + "}"));
    fill(viewers_, POTIK_VIEWERS, shape.viewers, partitions);
    fill(judges_, POTIK_JUDGE, shape.judges, partitions);
    restore(saved);
    for (auto* parts : {&splitters_, &viewers_, &judges_}) {
      for (const Handle& part : *parts)
        EXPECT_EQ(potik_host_start(part.get()), POTIK_OK) << potik_host_error(part.get());
    }
  }

  // Records of one partition and slice, through the splitter that has it.
  void push_records(Partition partition, int64_t slice,
                    const std::vector<log::RecordView>& records) {
    std::string frame;
    FrameWriter writer(frame);
    ByteWriter& out = writer.begin({FrameKind::records, kAllKeyGroups, slice});
    out.put(partition.value());
    out.put(static_cast<uint32_t>(records.size()));
    for (const log::RecordView& record : records) put_record(out, record);
    writer.end();
    const Handle& splitter = splitters_[partition.value() % splitters_.size()];
    ASSERT_EQ(push(splitter, frame), POTIK_OK) << potik_host_error(splitter.get());
    take(splitter, [&](const FrameHead& head, std::string_view text) {
      if (head.kind == FrameKind::catalogue) {
        for (const Handle& viewers : viewers_) send(viewers, text);
      } else {
        send(viewers_[owner(head.key_group, viewers_.size())], text);
      }
    });
  }

  // Slices up to this one are over.
  void advance(int64_t slice) {
    for (const Handle& splitter : splitters_)
      ASSERT_EQ(potik_host_advance(splitter.get(), slice), POTIK_OK);
    while (potik_host_slice(viewers_.front().get()) < slice) {
      int64_t under_way = -1;
      for (const Handle& viewers : viewers_) {
        ASSERT_EQ(potik_host_advance(viewers.get(), slice), POTIK_OK)
            << potik_host_error(viewers.get());
        pass_on(viewers, under_way);
      }
      if (under_way >= 0) judge(under_way);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

  Saved save() {
    Saved saved;
    for (size_t i = 0; i < viewers_.size(); ++i) {
      for (uint32_t group = 0; group < kKeyGroups; ++group) {
        if (owner(group, viewers_.size()) == i)
          saved[{POTIK_VIEWERS, group}] = testing::save(viewers_[i], group);
      }
      // Every copy has the same model.
      const std::string model = testing::save(viewers_[i], POTIK_ALL_KEY_GROUPS);
      auto& kept = saved[{POTIK_VIEWERS, POTIK_ALL_KEY_GROUPS}];
      if (i == 0) kept = model;
      EXPECT_TRUE(kept == model) << "the model of copy " << i << " differs";
    }
    for (uint32_t group = 0; group < kKeyGroups; ++group)
      saved[{POTIK_JUDGE, group}] = testing::save(judges_[owner(group, judges_.size())], group);
    return saved;
  }

  std::vector<std::string> settle() {
    std::vector<std::string> told;
    for (const Handle& judge : judges_) EXPECT_EQ(testing::settle(judge), "{}");
    for (const Handle& viewers : viewers_) told.push_back(testing::settle(viewers));
    return told;
  }

  [[nodiscard]] const Handle& viewers(size_t index) const { return viewers_[index]; }
  [[nodiscard]] uint64_t sender(size_t index) const { return senders_[index]; }

  Results results;
  std::vector<std::string> bundles;  // all so far
  std::vector<std::string> pieces;   // of rows, as they came

 private:
  // As Flink deals key groups to subtasks.
  static size_t owner(uint32_t group, size_t parts) { return group * parts / kKeyGroups; }

  void fill(std::vector<Handle>& parts, int role, size_t count, const std::string& partitions) {
    for (size_t i = 0; i < count; ++i) {
      uint32_t first = 0;
      while (owner(first, count) != i) ++first;
      uint32_t last = first;
      while (last + 1 < kKeyGroups && owner(last + 1, count) == i) ++last;
      static uint64_t sender = 0;
      if (role == POTIK_VIEWERS) senders_.push_back(sender + 1);
      parts.push_back(make(role, R"({"first":)" + std::to_string(first) + R"(,"last":)" +
                                     std::to_string(last) + R"(,"sender":)" +
                                     std::to_string(++sender) + "," + partitions + "}"));
    }
  }

  void restore(const Saved& saved) {
    const auto give = [](const Handle& part, uint32_t group, const std::string& bytes) {
      EXPECT_EQ(potik_host_restore(part.get(), group,
                                   reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
                POTIK_OK)
          << potik_host_error(part.get());
    };
    for (const auto& [place, bytes] : saved) {
      const auto& [role, group] = place;
      if (role == POTIK_JUDGE) {
        give(judges_[owner(group, judges_.size())], group, bytes);
      } else if (group != POTIK_ALL_KEY_GROUPS) {
        give(viewers_[owner(group, viewers_.size())], group, bytes);
      } else {
        for (const Handle& viewers : viewers_) give(viewers, group, bytes);
      }
    }
  }

  static void send(const Handle& to, std::string_view frame) {
    ASSERT_EQ(push(to, framed(frame)), POTIK_OK) << potik_host_error(to.get());
  }

  void pass_on(const Handle& viewers, int64_t& under_way) {
    take(viewers, [&](const FrameHead& head, std::string_view frame) {
      if (head.kind == FrameKind::result) return keep(frame);
      under_way = head.slice;
      send(judges_[owner(head.key_group, judges_.size())], frame);
    });
  }

  void judge(int64_t slice) {
    for (const Handle& judge : judges_) {
      ASSERT_EQ(potik_host_advance(judge.get(), slice), POTIK_OK) << potik_host_error(judge.get());
      take(judge, [&](const FrameHead& head, std::string_view frame) {
        ASSERT_EQ(head.kind, FrameKind::bundle);
        bundles.emplace_back(frame);
        for (const Handle& viewers : viewers_) send(viewers, frame);
      });
    }
  }

  void keep(std::string_view frame) {
    ByteReader in(frame);
    static_cast<void>(take_head(in));
    const int stream = in.get<uint8_t>();
    const std::string key(in.text());
    std::string value(in.text());
    if (stream == static_cast<int>(log::OutputStream::rows)) pieces.push_back(value);
    value += "|";
    value += in.text();
    ASSERT_TRUE(in.done());
    results[{stream, key}].push_back(std::move(value));
  }

  std::vector<Handle> splitters_, viewers_, judges_;
  std::vector<uint64_t> senders_;  // of the viewers
};

}  // namespace potik::host::testing
