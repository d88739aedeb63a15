// What the runner holds of epochs: counted while the store keeps them waiting, bounded afterwards.
#include <gtest/gtest.h>

#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using testing::append;
using testing::FillingStore;
using testing::kLayout;
using testing::Media;
using testing::Process;
using testing::Traffic;

constexpr size_t kEpochs = 8;
constexpr size_t kEvents = 4'000;

TEST(RunnerMemory, EpochsInFlightAreChargedWholeAndFewAreKeptForLater) {
  Media media;
  FillingStore store(media.store);
  RunnerOptions options;
  options.sink.retry_delay_ms = 1;
  options.sink.in_flight_bytes_max = 64U << 20U;
  Process process(media, store, media.journal, options);
  Runner& runner = process.runner;
  ASSERT_TRUE(runner.recover({}).ok());
  Traffic traffic(7, kLayout);
  size_t input = 0;
  for (size_t i = 0; i < kEpochs; ++i) {
    const auto records = traffic.take(kEvents);
    for (const auto& record : records) input += record.value.size();
    append(media, records, traffic.now());
    process.clock.set(traffic.now());
    ASSERT_TRUE(runner.run_once(2 * kEvents, false).ok());
  }
  const size_t in_flight = runner.sink().in_flight_bytes();
  EXPECT_GT(in_flight, 2 * input) << "columns and rows are most of it";
  EXPECT_LE(in_flight, options.sink.in_flight_bytes_max);
  EXPECT_GT(in_flight, kept_bytes_max(options.sink)) << "or there is nothing to bound";
  EXPECT_LT(in_flight, kEpochs * kEvents * (2'048 + 300)) << "as app/config.cc declares";
  store.full = false;
  ASSERT_TRUE(runner.settle());
  const auto kept = static_cast<size_t>(runner.metrics().epochs_bytes.value());
  EXPECT_GT(kept, 0U);
  EXPECT_LE(kept, kept_bytes_max(options.sink) + in_flight / kEpochs * 2) << "and the one computed";
}

}  // namespace
}  // namespace potik::pipeline
