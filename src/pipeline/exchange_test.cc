#include "pipeline/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "base/hash.h"
#include "pipeline/row_digest.h"
#include "pipeline/state_parts.h"
#include "pipeline/test_core.h"

namespace potik::pipeline {
namespace {

using testing::add_record;
using testing::Bench;
using testing::kLayout;
using testing::kPartitions;
using testing::StateMap;
using testing::TestRecord;
using testing::Traffic;

// Which records differ, a few of them; state is too much to look at.
std::string difference(const StateMap& one, const StateMap& other) {
  std::string text;
  size_t count = 0;
  const auto note = [&](const auto& key, const char* what) {
    if (++count > 5) return;
    const auto& [section, group, name] = key;
    text += what + std::to_string(static_cast<int>(section)) + " " + std::to_string(group.value()) +
            " " + name + "; ";
  };
  for (const auto& [key, value] : one) {
    const auto found = other.find(key);
    if (found == other.end()) {
      note(key, "missing: ");
    } else if (found->second != value) {
      note(key, "differs: ");
    }
  }
  for (const auto& [key, value] : other) {
    if (!one.contains(key)) note(key, "too much: ");
  }
  return count == 0 ? "" : std::to_string(count) + " differ: " + text;
}

// The parts of an epoch apart: several copies of the model with a part of the viewers each, and
// several judges with a part of the videos each, which have nothing in common but frames.
class Apart {
 public:
  Apart(size_t viewers, size_t judges) : viewers_(viewers), judges_(judges) {
    for (size_t i = 0; i < viewers; ++i) {
      viewers_[i] = std::make_unique<ViewerPart>();
      viewers_[i]->buffer.partitions = std::vector<PartitionInput>(kPartitions);
      for (size_t g = i; g < kKeyGroups; g += viewers) viewers_[i]->owned[g] = 1;
    }
    for (size_t i = 0; i < judges; ++i) {
      judges_[i] = std::make_unique<JudgePart>();
      for (size_t g = i; g < kKeyGroups; g += judges) judges_[i]->owned[g] = 1;
    }
  }

  void run(const std::vector<TestRecord>& records, TimeMs now, std::vector<std::string> served) {
    ++epoch_;
    frames_.clear();
    const EpochEntry entry{Epoch(epoch_), now, {}, std::move(served)};
    const EpochCatalogue catalogue = deal(records, now);
    for (auto& viewer : viewers_) {
      viewer->buffer.entry = entry;
      ASSERT_TRUE(
          viewer->core.run_viewers(viewer->buffer, catalogue, nullptr, viewer->pool, viewer->owned)
              .ok());
    }
    judge(entry);
    for (auto& viewer : viewers_) {
      take_in(*viewer);
      ASSERT_TRUE(
          viewer->core.run_model(viewer->buffer, nullptr, viewer->pool, viewer->owned).ok());
    }
    digests.push_back(digest_rows(merged()));
  }

  // As one core would have it: each key group's own records from whoever owns it, the model's from
  // the first copy, after a check that all copies are equal.
  StateMap state() {
    StateMap all;
    StateMap first_model;
    for (size_t i = 0; i < viewers_.size(); ++i) {
      StateMap model;
      std::vector<state::Change> changes;
      viewers_[i]->core.collect_changes(changes, viewers_[i]->pool);
      for (state::Change& change : changes) {
        const bool keyed = is_of_viewers(change.section, change.key);
        const auto key = std::tuple(change.section, change.key_group, change.key);
        if (!change.value) continue;  // of what was there before the first snapshot
        if (!keyed) {
          model[key] = *change.value;
        } else if (viewers_[i]->owned[change.key_group.value()] != 0) {
          all[key] = *change.value;
        }
      }
      if (i == 0) first_model = model;
      EXPECT_EQ(difference(first_model, model), "") << "copy " << i;
    }
    all.insert(first_model.begin(), first_model.end());
    for (const auto& judge : judges_) {
      std::vector<state::Change> changes;
      for (uint16_t g = 0; g < kKeyGroups; ++g) judge->judge.save_group(g, changes);
      for (state::Change& change : changes)
        all[std::tuple(change.section, change.key_group, change.key)] = *change.value;
    }
    return all;
  }

  std::vector<Digest> digests;
  uint64_t bytes = 0;  // of all frames so far

 private:
  struct ViewerPart {
    Core core{CoreOptions{}};
    EpochBuffer buffer;
    KeyGroupSet owned{};
    WorkerPool pool{1};
  };
  struct JudgePart {
    VideoJudge judge{
        {.detector = {}, .quarantine = true, .cowatch_inputs = CoreOptions{}.cowatch_inputs}};
    EpochBuffer buffer;
    MetByGroup met;
    KeyGroupSet owned{};
  };

  // Each record to whoever has its viewer; changes of videos, and none else, to all.
  EpochCatalogue deal(const std::vector<TestRecord>& records, TimeMs now) {
    EpochCatalogue catalogue;
    catalogue.partitions.resize(kPartitions);
    for (uint16_t p = 0; p < kPartitions; ++p) {
      PartitionInput& whole = whole_[p];
      begin(whole.block, p);
      for (auto& viewer : viewers_) begin(viewer->buffer.partitions[p].block, p);
      for (const TestRecord& record : records) {
        if (record.partition.value() != p) continue;
        add_record(whole.block, record, now, next_[p]);
        const bool of_all = record.kind == log::RecordKind::video_put ||
                            record.kind == log::RecordKind::video_delete;
        for (auto& viewer : viewers_) {
          if (of_all || viewer->owned[key_group_of(record.key).value()] != 0)
            add_record(viewer->buffer.partitions[p].block, record, now, next_[p]);
        }
        next_[p] = next_[p].next();
      }
      describe(whole, catalogue.partitions[p]);
    }
    return catalogue;
  }

  void describe(PartitionInput& whole, EpochCatalogue::Part& part) {
    whole.decode(nothing_);
    part.records = whole.block.records.size();
    std::set<std::string_view> seen;
    for (size_t row = 0; row < whole.columns.size(); ++row) {
      const std::string_view id = whole.columns.video_id[row];
      if (whole.columns.kind[row] == log::RecordKind::event && seen.insert(id).second)
        part.videos.push_back(id);
    }
    for (const event::UserProfile& profile : whole.profiles)
      part.segments.push_back(profile.segment);
  }

  void begin(log::RecordBlock& block, uint16_t p) const {
    block.clear();
    block.partition = Partition(p);
    block.first = next_[p];
  }

  std::string& new_frame() { return *frames_.emplace_back(std::make_unique<std::string>()); }

  void judge(const EpochEntry& entry) {
    for (auto& judge : judges_) {
      judge->buffer.entry = entry;
      for (auto& group : judge->buffer.groups) group.clear();
      for (auto& group : judge->buffer.video_groups) group.clear();
      for (auto& met : judge->met) met.clear();
      uint32_t videos = viewers_[0]->core.videos().size();
      judge->judge.resize(videos);
    }
    for (auto& viewer : viewers_) {
      ActsByVideo acts;
      acts.fill(viewer->buffer, viewer->owned);
      for (uint16_t v = 0; v < kKeyGroups; ++v) {
        if (acts.of[v].empty()) continue;
        std::string& frame = new_frame();
        append_acts(frame, viewer->buffer, viewer->core.met(), v, acts.of[v]);
        JudgePart& to = *judges_[v % judges_.size()];
        ASSERT_TRUE(read_acts(frame, to.buffer, to.met));
      }
    }
    for (auto& judge : judges_)
      judge->judge.judge(judge->buffer, judge->met, viewers_[0]->core.time(), judge->owned);
  }

  void take_in(ViewerPart& viewer) {
    for (auto& other : viewers_) {
      if (other.get() == &viewer) continue;
      for (uint16_t g = 0; g < kKeyGroups; ++g) {
        if (other->owned[g] == 0) continue;
        std::string& frame = summary(*other, g);
        ASSERT_TRUE(read_viewers(frame, viewer.buffer));
      }
    }
    for (auto& judge : judges_) {
      for (const std::string& frame : judged(*judge))
        ASSERT_TRUE(read_judged(frame, viewer.buffer, viewer.core.met(), viewer.owned));
    }
    ASSERT_TRUE(complete(viewer.buffer));
  }

  // Before anybody's model has run: that moves what the viewers gave into rows.
  std::string& summary(const ViewerPart& of, uint16_t group) {
    auto& frame = summaries_[{epoch_, group}];
    if (frame.empty()) {
      for (const auto& viewer : viewers_) {
        for (uint16_t g = 0; g < kKeyGroups; ++g) {
          if (viewer->owned[g] == 0) continue;
          std::string& text = summaries_[{epoch_, g}];
          text.clear();
          append_viewers(text, viewer->buffer, g);
          bytes += text.size();
        }
      }
    }
    EXPECT_NE(of.owned[group], 0);
    return summaries_[{epoch_, group}];
  }

  const std::vector<std::string>& judged(const JudgePart& judge) {
    auto& frames = judged_[{epoch_, &judge}];
    if (!frames.empty()) return frames;
    ActsByVideo acts;
    KeyGroupSet all{};
    all.fill(1);
    acts.fill(judge.buffer, all);
    for (uint16_t v = 0; v < kKeyGroups; ++v) {
      if (judge.owned[v] == 0) continue;
      append_judged(frames.emplace_back(), judge.buffer, judge.met, v, acts.of[v]);
      bytes += frames.back().size();
    }
    return frames;
  }

  // The rows of all in the order in which one core has them.
  store::RowBlock merged() {
    store::RowBlock all;
    const store::RowBlock& first = viewers_[0]->buffer.rows;
    all.epoch = first.epoch, all.time = first.time, all.model_version = first.model_version;
    all.videos = first.videos, all.alerts = first.alerts;
    std::map<std::pair<uint16_t, int64_t>, uint64_t> group_of_fact;
    for (auto& viewer : viewers_) {
      const store::RowBlock& rows = viewer->buffer.rows;
      append(all.facts, rows.facts), append(all.details, rows.details);
      append(all.users, rows.users), append(all.lists, rows.lists);
      append(all.dead_letters, rows.dead_letters);
    }
    for (const store::FactRow& fact : all.facts)
      group_of_fact[{fact.partition.value(), fact.offset.value()}] = key_group_index(fact.user);
    const auto by_user = [](const auto& row) { return key_group_index(row.user); };
    std::ranges::stable_sort(all.facts, {}, by_user);
    std::ranges::stable_sort(all.users, {}, by_user);
    std::ranges::stable_sort(all.lists, {}, by_user);
    std::ranges::stable_sort(all.details, {}, [&](const store::DetailRow& row) {
      return group_of_fact[{row.partition.value(), row.offset.value()}];
    });
    std::ranges::stable_sort(all.dead_letters, {}, [](const store::DeadLetterRow& row) {
      return std::pair(row.partition.value(), row.offset.value());
    });
    return all;
  }
  template <class T>
  static void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  std::vector<std::unique_ptr<ViewerPart>> viewers_;
  std::vector<std::unique_ptr<JudgePart>> judges_;
  std::array<PartitionInput, kPartitions> whole_;
  model::VideoTable nothing_{model::VideoTableOptions{}};
  std::array<Offset, kPartitions> next_{};
  std::vector<std::unique_ptr<std::string>> frames_;
  std::map<std::pair<uint64_t, uint16_t>, std::string> summaries_;
  std::map<std::pair<uint64_t, const JudgePart*>, std::vector<std::string>> judged_;
  uint64_t epoch_ = 0;
};

const std::vector<std::string> kServed{"u1", "u2", "u7"};

TEST(Exchange, PartsThatRunApartGiveTheBytesOfOneCore) {
  for (const size_t batch : {1U, 37U, 2'000U}) {
    const size_t epochs = batch == 1 ? 300 : 12;
    Bench one(1);
    Traffic traffic(42, kLayout);
    for (size_t i = 0; i < epochs; ++i) {
      auto records = traffic.take(batch);
      if (i % 5 == 4) {
        const auto flood = traffic.flood(12);
        records.insert(records.end(), flood.begin(), flood.end());
      }
      one.run(records, traffic.now(), nullptr, kServed);
    }
    one.take_changes();
    for (const auto& [viewers, judges] : {std::pair<size_t, size_t>{1, 1}, {2, 2}, {4, 3}}) {
      Apart apart(viewers, judges);
      Traffic again(42, kLayout);
      for (size_t i = 0; i < epochs; ++i) {
        auto records = again.take(batch);
        if (i % 5 == 4) {
          const auto flood = again.flood(12);
          records.insert(records.end(), flood.begin(), flood.end());
        }
        apart.run(records, again.now(), kServed);
      }
      EXPECT_TRUE(one.digests == apart.digests) << batch << " records, " << viewers << " parts";
      EXPECT_EQ(difference(one.state, apart.state()), "")
          << batch << " records, " << viewers << " parts";
    }
  }
}

TEST(Exchange, BytesThatAreNoFrameAreRefused) {
  EpochBuffer buffer;
  MetByGroup met;
  const KeyGroupSet here{};
  for (const std::string& bytes :
       {std::string(), std::string(64, '\0'), std::string("\x01\x01", 2)}) {
    EXPECT_FALSE(read_acts(bytes, buffer, met));
    EXPECT_FALSE(read_viewers(bytes, buffer));
    EXPECT_FALSE(read_judged(bytes, buffer, met, here));
  }
}

}  // namespace
}  // namespace potik::pipeline
