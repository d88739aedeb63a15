#pragma once
// ProcessNode: the role that computes, where gateways and API servers are processes of their own.
// It reads the topics, writes the store and the topics of results, and answers operators; whoever
// acts gets a list, since it does not see who asks.

#include <memory>
#include <stop_token>
#include <string>

#include "app/core_answers.h"
#include "app/core_stats.h"
#include "app/http_front.h"
#include "app/memory_meter.h"
#include "app/node.h"
#include "app/processing.h"

namespace potik::app {

class ProcessNode final : public Node {
 public:
  // As AllInOne::start().
  [[nodiscard]] static Result<std::unique_ptr<ProcessNode>, std::string> start(
      const Config& config, const PageDirs& dirs, const std::stop_token& stop);
  ~ProcessNode() override;  // stop()

  void stop() override;
  [[nodiscard]] std::string address() const override { return front_->address(); }
  [[nodiscard]] bool failed() const override { return core_->runner().failed(); }
  [[nodiscard]] std::string trouble() const override { return core_->runner().trouble(); }

 private:
  ProcessNode(const Config& config, std::unique_ptr<Processing> core)
      : config_(config), core_(std::move(core)) {}
  [[nodiscard]] Status<std::string> listen(const PageDirs& dirs);

  Config config_;
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  std::unique_ptr<Processing> core_;
  std::unique_ptr<CoreInspector> inspector_;
  std::unique_ptr<CoreProgress> progress_;
  std::unique_ptr<MemoryMeter> memory_;
  std::unique_ptr<CoreStats> stats_;
  std::unique_ptr<HttpFront> front_;
};

}  // namespace potik::app
