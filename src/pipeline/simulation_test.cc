// The simulation itself: each bug that its checker exists for is planted, and must be seen.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/simulated_run_for_tests.h"

namespace potik::pipeline::testing {
namespace {

using Kept = log::MemoryOutputLog::Kept;
using log::OutputStream;
using store::RowBlock;

Findings findings_of(uint64_t seed, std::function<void(Media&)> between_lives) {
  Findings found;
  Simulation simulation(
      seed, [&](const std::string& finding) { found.push_back(finding); },
      std::move(between_lives));
  simulation.run();
  return found;
}

bool has(const Findings& found, const std::string& begin) {
  return std::ranges::any_of(found, [&](const auto& each) { return each.starts_with(begin); });
}

// The same media with other rows.
void change_rows(Media& media, const std::function<void(std::vector<RowBlock>&)>& change) {
  std::vector<RowBlock> blocks(media.store.blocks().begin(), media.store.blocks().end());
  change(blocks);
  store::MemoryStore changed;
  for (const RowBlock& block : blocks) {
    const RowBlock* one = &block;
    ASSERT_TRUE(changed.append(std::span(&one, 1)).ok());
  }
  media.store = std::move(changed);
}

void change_results(Media& media, const std::function<void(std::vector<Kept>&)>& change) {
  std::vector<Kept> kept = media.outputs.kept();
  change(kept);
  std::vector<log::OutputRecord> records;
  records.reserve(kept.size());
  for (const Kept& each : kept) records.push_back({each.stream, each.key, each.value, each.note});
  log::MemoryOutputLog changed;
  ASSERT_TRUE(changed.append(media.outputs.progress(), records).ok());
  media.outputs = std::move(changed);
}

// The rows of the first epoch that has some.
template <class Row>
std::vector<Row>& first_of(std::vector<RowBlock>& blocks, std::vector<Row> RowBlock::* rows) {
  return (*std::ranges::find_if(blocks,
                                [&](const RowBlock& block) { return !(block.*rows).empty(); })).*
         rows;
}

size_t first_result(const std::vector<Kept>& kept, OutputStream stream) {
  size_t i = 0;
  while (kept.at(i).stream != stream || kept.at(i).key == cache::kUnknownUserKey ||
         (kept[i].value.empty() && stream == OutputStream::recommendations))
    ++i;
  return i;
}

// A run that ended well, of a seed that has everything.
class SimulationCheck : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto has_all = [&] {
      const Results stored = stored_results(simulation->media().store);
      return simulation->media().publish &&
             std::ranges::none_of(stored, [](const auto& stream) { return stream.size() < 3; });
    };
    for (uint64_t seed = 1; !simulation || !has_all(); ++seed) {
      ASSERT_LE(seed, 50U) << "no seed has everything";
      simulation = std::make_unique<Simulation>(
          seed, [](const std::string& finding) { ADD_FAILURE() << finding; });
      simulation->run();
    }
    ledger = simulation->ledger();
  }
  Media& media() { return simulation->media(); }
  Findings found() { return check(media(), ledger); }

  std::unique_ptr<Simulation> simulation;
  Ledger ledger;
};

TEST_F(SimulationCheck, FindsNothingWhereNothingIsWrong) { EXPECT_EQ(found(), Findings{}); }

TEST_F(SimulationCheck, SeesALostEvent) {
  change_rows(media(), [](auto& blocks) { first_of(blocks, &RowBlock::facts).pop_back(); });
  EXPECT_TRUE(has(found(), "lost: e"));
}

TEST_F(SimulationCheck, SeesADoubledEvent) {
  change_rows(media(), [](auto& blocks) {
    auto& facts = first_of(blocks, &RowBlock::facts);
    facts.push_back(facts.front());
  });
  EXPECT_TRUE(has(found(), "doubled: e"));
}

TEST_F(SimulationCheck, SeesAnEventWhoseFieldsChanged) {
  change_rows(media(),
              [](auto& blocks) { ++first_of(blocks, &RowBlock::facts).front().user_events; });
  EXPECT_EQ(found().size(), 2U);
  EXPECT_TRUE(has(found(), "different: stream rows has "));
  EXPECT_TRUE(has(found(), "different: the rows of an undisturbed run"));
}

TEST_F(SimulationCheck, SeesALostDeadLetter) {
  change_rows(media(), [](auto& blocks) { first_of(blocks, &RowBlock::dead_letters).pop_back(); });
  EXPECT_TRUE(has(found(), "lost: {"));
  EXPECT_TRUE(has(found(), "lost: the dead letter of 0:"));
}

TEST_F(SimulationCheck, SeesADoubledDeadLetter) {
  change_rows(media(), [](auto& blocks) {
    auto& letters = first_of(blocks, &RowBlock::dead_letters);
    letters.push_back(letters.front());
  });
  EXPECT_TRUE(has(found(), "doubled: the dead letter of 0:"));
}

TEST_F(SimulationCheck, SeesADeadLetterWithOtherBytes) {
  change_rows(media(), [](auto& blocks) {
    first_of(blocks, &RowBlock::dead_letters).front().bytes = "{\"event_id\": brok";
  });
  EXPECT_TRUE(has(found(), "corrupted: nobody sent {"));
  EXPECT_TRUE(has(found(), "corrupted: the dead letter of 0:"));
}

TEST_F(SimulationCheck, SeesALostAlert) {
  change_rows(media(), [](auto& blocks) { first_of(blocks, &RowBlock::alerts).pop_back(); });
  EXPECT_TRUE(has(found(), "lost: alert {"));
}

TEST_F(SimulationCheck, SeesADoubledAlert) {
  change_rows(media(), [](auto& blocks) {
    auto& alerts = first_of(blocks, &RowBlock::alerts);
    alerts.push_back(alerts.front());
  });
  EXPECT_TRUE(has(found(), "doubled: alert {"));
}

TEST_F(SimulationCheck, SeesAnAlertOfWhichNobodyWasTold) {
  ledger.alerts_sent.erase(ledger.alerts_sent.begin());
  EXPECT_TRUE(has(found(), "lost: nobody was told of alert {"));
}

TEST_F(SimulationCheck, SeesALostEpoch) {
  change_rows(media(), [](auto& blocks) { blocks.pop_back(); });
  EXPECT_TRUE(has(found(), "lost: the journal's last epoch"));
}

TEST_F(SimulationCheck, SeesWhatIsWrongInEachStreamOfResults) {
  const std::vector<Kept> whole = media().outputs.kept();
  const std::vector<std::function<void(std::vector<Kept>&, size_t)>> bugs{
      [](auto& kept, size_t i) { kept.erase(kept.begin() + i); },
      [](auto& kept, size_t i) { kept.insert(kept.begin() + i, Kept(kept[i])); },
      [](auto& kept, size_t i) { std::swap(kept[i].key, kept[i].value); },
      [](auto& kept, size_t i) {  // behind the last: only the order is another
        kept.push_back(kept[i]);
        kept.erase(kept.begin() + i);
      },
  };
  for (size_t stream = 0; stream < log::kOutputStreams; ++stream) {
    const auto name = std::string(log::name(static_cast<OutputStream>(stream)));
    for (size_t bug = 0; bug < bugs.size(); ++bug) {
      change_results(media(), [&](auto& kept) {
        kept = whole;
        bugs[bug](kept, first_result(kept, static_cast<OutputStream>(stream)));
      });
      Findings findings;
      check_published(media(), findings);
      EXPECT_EQ(findings.size(), 1U) << name << " bug " << bug;
      EXPECT_TRUE(has(findings, "different: stream " + name)) << name << " bug " << bug;
    }
  }
}

TEST_F(SimulationCheck, SeesPublishedBytesThatNoRowSpeaksOf) {
  change_results(media(), [](auto& kept) {
    std::string& value = kept[first_result(kept, OutputStream::enriched)].value;
    value.insert(value.size() - 1, " ");
  });
  EXPECT_EQ(found(), Findings{"different: the published results of an undisturbed run"});
}

// Each does once what no life may do; a finding names it, and nothing crashes on the way there.
TEST(Simulation, ARecoveryThatFailsIsAFindingAndEndsTheRun) {
  const auto loses_rows = [](Media& media) {
    if (media.snapshots.epoch() > Epoch(0)) media.store = store::MemoryStore();
  };
  const auto snapshots_too_much = [](Media& media) {
    static_cast<void>(media.snapshots.write(media.snapshots.epoch().next(), {}));
  };
  const auto publishes_ahead = [](Media& media) {
    const auto last = media.journal.last();
    static_cast<void>(media.outputs.append(Epoch(last ? last->epoch.value() + 1 : 1), {}));
  };
  for (const auto& bug :
       {std::function<void(Media&)>(loses_rows), {snapshots_too_much}, {publishes_ahead}}) {
    size_t seen = 0;
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      const Findings found = findings_of(seed, bug);
      if (!has(found, "lost: it does not recover: ")) continue;
      EXPECT_EQ(found.size(), 1U);
      ++seen;
    }
    EXPECT_GT(seen, 0U);
  }
}

}  // namespace
}  // namespace potik::pipeline::testing
