// What the whole process says of its memory, over HTTP.
#include "app/memory_meter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "app/test_running_potik.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using ByComponent = std::map<std::string, double>;

class MemoryMeterTest : public RunningPotik {
 protected:
  MemoryMeterTest() { start(); }

  // The series of one name in /metrics.
  [[nodiscard]] ByComponent series(const std::string& name) const {
    const std::string text = get("/metrics");
    const std::string start = "\n" + name + "{component=\"";
    ByComponent found;
    for (size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
      const size_t name_at = at + start.size();
      const size_t name_end = text.find('"', name_at);
      found[text.substr(name_at, name_end - name_at)] =
          std::stod(text.substr(text.find(' ', name_end) + 1));
    }
    return found;
  }

  [[nodiscard]] bool looked_at_all() const {
    const ByComponent used = series("potik_memory_bytes");
    for (const char* name : {"ranker", "log", "journal", "state", "store", "http"}) {
      const auto found = used.find(name);
      if (found == used.end() || found->second <= 0) return false;
    }
    return true;
  }
};

TEST_F(MemoryMeterTest, NamesUseAndLimitOfEveryDeclaredComponent) {
  const ByComponent used = series("potik_memory_bytes");
  const ByComponent limits = series("potik_memory_limit_bytes");
  const auto shares = declared_memory(config_);
  for (const MemoryShare& share : shares) {
    ASSERT_TRUE(limits.contains(share.component)) << share.component;
    EXPECT_EQ(limits.at(share.component), static_cast<double>(share.bytes)) << share.component;
    ASSERT_TRUE(used.contains(share.component)) << share.component;
    EXPECT_LE(used.at(share.component), static_cast<double>(share.bytes)) << share.component;
  }
  EXPECT_EQ(limits.size(), shares.size());
  EXPECT_EQ(used.size(), shares.size());
}

TEST_F(MemoryMeterTest, SeesWhatTheDatabasesAndTheServerHold) {
  // A connection that is open whenever the meter looks.
  const auto address = beast::parse_url("http://" + all_->address());
  const auto reader = beast::EventReader::open(*address, "/v1/stats/stream");
  ASSERT_TRUE(reader.ok()) << reader.error();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!looked_at_all() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(looked_at_all());
}

TEST_F(MemoryMeterTest, TellsTheOperationsPageTheSameLimits) {
  const auto stats = event::JsonObject::parse(get("/v1/stats"));
  ASSERT_TRUE(stats);
  const auto lines = event::json_array_elements(stats->raw("memory").value_or(""));
  ASSERT_TRUE(lines);
  const auto shares = declared_memory(config_);
  ASSERT_EQ(lines->size(), shares.size());
  for (size_t i = 0; i < shares.size(); ++i) {
    const auto line = event::JsonObject::parse((*lines)[i]);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->text("component"), shares[i].component);
    EXPECT_EQ(line->raw("limit_bytes"), std::to_string(shares[i].bytes));
  }
}

}  // namespace
}  // namespace potik::app
