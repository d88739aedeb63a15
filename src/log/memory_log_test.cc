#include "log/memory_log.h"

#include "log/event_log_contract.h"

namespace potik::log {
namespace {

class MemoryUnderTest : public LogUnderTest {
 public:
  explicit MemoryUnderTest(uint16_t partitions) : log_(partitions) {}
  EventLog& log() override { return log_; }
  void reopen() override {}

 private:
  MemoryLog log_;
};

std::unique_ptr<LogUnderTest> open_memory(uint16_t partitions) {
  return std::make_unique<MemoryUnderTest>(partitions);
}

INSTANTIATE_TEST_SUITE_P(Memory, EventLogContract, testing::Values(&open_memory));

TEST(LogError, EveryErrorHasASentence) {
  for (const LogError error : {LogError::io, LogError::disk_full, LogError::corrupt,
                               LogError::trimmed, LogError::no_such_partition, LogError::closed}) {
    EXPECT_TRUE(phrase(error).ends_with('.')) << phrase(error);
    EXPECT_NE(phrase(error), phrase(static_cast<LogError>(99)));
  }
}

}  // namespace
}  // namespace potik::log
