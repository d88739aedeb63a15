#include "log/memory_output_log.h"

#include "log/output_log_contract.h"

namespace potik::log {
namespace {

class MemoryUnderTest : public OutputsUnderTest {
 public:
  OutputLog& outputs() override { return outputs_; }
  void reopen() override {}
  std::vector<PublishedRecord> published() override {
    std::vector<PublishedRecord> records;
    for (const auto& kept : outputs_.kept())
      records.push_back({kept.stream, kept.key, kept.value, kept.note});
    return records;
  }

 private:
  MemoryOutputLog outputs_;
};

std::unique_ptr<OutputsUnderTest> open_memory() { return std::make_unique<MemoryUnderTest>(); }

INSTANTIATE_TEST_SUITE_P(Memory, OutputLogContract, testing::Values(&open_memory));

TEST(OutputError, EveryErrorHasASentence) {
  for (const OutputError error : {OutputError::io, OutputError::refused, OutputError::fenced}) {
    EXPECT_TRUE(phrase(error).ends_with('.')) << phrase(error);
    EXPECT_NE(phrase(error), phrase(static_cast<OutputError>(99)));
    EXPECT_EQ(describe({error, {}}), phrase(error));
    EXPECT_EQ(describe({error, "Topic t is missing."}),
              std::string(phrase(error)) + " Topic t is missing.");
  }
}

}  // namespace
}  // namespace potik::log
