#include "pipeline/output_drain.h"

#include <gtest/gtest.h>

#include "base/eventually_for_tests.h"
#include "log/memory_output_log.h"
#include "pipeline/failing_outputs_for_tests.h"

namespace potik::pipeline {
namespace {

using log::MemoryOutputLog;
using log::OutputStream;
using testing::FailingOutputs;

// What epoch `epoch` renders: `count` events whose values name the epoch.
std::unique_ptr<Rendered> rendered(uint64_t epoch, size_t count = 3) {
  auto made = std::make_unique<Rendered>();
  made->epoch = Epoch(epoch);
  RenderedPart& part = made->parts.emplace_back();
  for (size_t i = 0; i < count; ++i) {
    part.add(OutputStream::enriched, "u" + std::to_string(i),
             [&](std::string& out) { out += std::to_string(epoch); });
  }
  return made;
}

std::vector<std::string> values(const MemoryOutputLog& outputs) {
  std::vector<std::string> found;
  for (const auto& kept : outputs.kept()) found.push_back(kept.value);
  return found;
}

std::vector<std::string> values_of_epochs(uint64_t first, uint64_t last) {
  std::vector<std::string> expected;
  for (uint64_t epoch = first; epoch <= last; ++epoch)
    expected.insert(expected.end(), 3, std::to_string(epoch));
  return expected;
}

void publish(OutputDrain& drain, uint64_t first, uint64_t last) {
  for (uint64_t epoch = first; epoch <= last; ++epoch) {
    auto one = rendered(epoch);
    ASSERT_TRUE(eventually([&] { return drain.offer(one); }));
  }
  ASSERT_TRUE(eventually([&] { return drain.published() >= Epoch(last); }));
}

OutputOptions quick() {
  OutputOptions options;
  options.commit_delay_ms = 1;
  options.retry_delay_ms = 1;
  return options;
}

TEST(OutputDrain, PublishesEpochsInOrderEachOnce) {
  MemoryOutputLog outputs;
  OutputDrain drain(outputs, quick(), [] {});
  publish(drain, 1, 50);
  EXPECT_EQ(values(outputs), values_of_epochs(1, 50));
  EXPECT_EQ(outputs.progress(), Epoch(50));
  EXPECT_EQ(drain.metrics().records.value(), 150U);
  EXPECT_EQ(drain.in_flight_bytes(), 0U);
}

TEST(OutputDrain, PassesOverWhatWasPublishedBeforeTheStart) {
  MemoryOutputLog outputs;
  ASSERT_TRUE(outputs.append(Epoch(5), {}).ok());
  OutputDrain drain(outputs, quick(), [] {});
  EXPECT_EQ(drain.published(), Epoch(5));
  publish(drain, 3, 8);
  EXPECT_EQ(values(outputs), values_of_epochs(6, 8));
}

TEST(OutputDrain, TriesAgainUntilItIsPublished) {
  for (const bool goes_through : {false, true}) {
    FailingOutputs outputs;
    outputs.failures_left = 4;
    outputs.goes_through = goes_through;
    OutputDrain drain(outputs, quick(), [] {});
    publish(drain, 1, 10);
    EXPECT_EQ(values(outputs.outputs), values_of_epochs(1, 10)) << goes_through;
    EXPECT_GE(drain.metrics().failures.value(), 1U);
    EXPECT_TRUE(eventually([&] { return drain.trouble().empty(); }));
  }
}

TEST(OutputDrain, RefusesMoreThanItMayHoldAndTellsWhenThereIsRoom) {
  FailingOutputs outputs;
  outputs.failures_left = FailingOutputs::kForEver;
  OutputOptions options = quick();
  options.in_flight_bytes_max = 100;
  std::atomic<int> moved{0};
  OutputDrain drain(outputs, options, [&] { ++moved; });
  auto first = rendered(1, 20);
  ASSERT_TRUE(drain.offer(first)) << "one that is larger than the bound alone passes";
  auto second = rendered(2, 20);
  EXPECT_FALSE(drain.offer(second));
  EXPECT_NE(second, nullptr);
  EXPECT_TRUE(eventually([&] { return drain.trouble().ends_with("The test says so."); }));
  EXPECT_EQ(moved, 0);
  outputs.failures_left = 0;
  EXPECT_TRUE(eventually([&] { return moved > 0; }));
  EXPECT_TRUE(drain.offer(second));
  EXPECT_TRUE(eventually([&] { return drain.published() == Epoch(2); }));
}

TEST(OutputDrain, TellsThatAnotherProcessHasTakenItsPlace) {
  MemoryOutputLog outputs;
  outputs.fail_next({log::OutputError::fenced, {}});
  OutputDrain drain(outputs, quick(), [] {});
  EXPECT_FALSE(drain.fenced());
  auto one = rendered(1);
  ASSERT_TRUE(drain.offer(one));
  EXPECT_TRUE(eventually([&] { return drain.fenced(); }));
}

TEST(OutputDrain, GivesUpAFailingTransactionOnceClosedAndNoOther) {
  for (const bool fails : {false, true}) {
    FailingOutputs outputs;
    outputs.failures_left = fails ? FailingOutputs::kForEver : 0;
    OutputOptions options = quick();
    options.retry_delay_ms = 3'600'000;
    options.commit_delay_ms = 3'600'000;
    OutputDrain drain(outputs, options, [] {});
    auto one = rendered(1);
    ASSERT_TRUE(drain.offer(one));
    EXPECT_FALSE(drain.stopped());
    drain.close();
    EXPECT_TRUE(eventually([&] { return drain.stopped() || drain.published() == Epoch(1); }));
    EXPECT_EQ(drain.stopped(), fails);
    EXPECT_EQ(values(outputs.outputs).size(), fails ? 0U : 3U);
  }
}

TEST(OutputDrain, StopsInTheMiddleOfARetryAndDropsWhatComesAfter) {
  FailingOutputs outputs;
  outputs.failures_left = FailingOutputs::kForEver;
  OutputOptions options = quick();
  options.retry_delay_ms = 600'000;
  OutputDrain drain(outputs, options, [] {});
  auto one = rendered(1);
  ASSERT_TRUE(drain.offer(one));
  ASSERT_TRUE(eventually([&] { return !drain.trouble().empty(); }));
  drain.stop();
  auto two = rendered(2);
  EXPECT_TRUE(drain.offer(two));
  EXPECT_EQ(two, nullptr);
  EXPECT_EQ(drain.published(), Epoch(0));
}

}  // namespace
}  // namespace potik::pipeline
