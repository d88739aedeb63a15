#pragma once
// AllInOne: the role in which one process does everything. This is the wiring: which part is behind
// which port, in the order in which they are made, and the opposite order in which they go.

#include <memory>
#include <stop_token>
#include <string>

#include "app/core_answers.h"
#include "app/core_stats.h"
#include "app/crowd.h"
#include "app/http_front.h"
#include "app/memory_meter.h"
#include "app/node.h"
#include "app/processing.h"
#include "log/group_commit.h"

namespace potik::app {

class AllInOne final : public Node {
 public:
  // Opens, recovers, starts and listens. The error is a sentence for the operator. Null if `stop`
  // came before recovery was over: it ends then after the epoch under way.
  [[nodiscard]] static Result<std::unique_ptr<AllInOne>, std::string> start(
      const Config& config, const PageDirs& dirs, const std::stop_token& stop);
  ~AllInOne() override;  // stop()

  // Lets the crowd of demo.crowd_rate in, once the catalogue is there. Returns how many it is; 0
  // where there is none.
  uint32_t start_crowd();

  // Whether the page has its switch: it is an operator's.
  [[nodiscard]] bool viewers_may_attack() const {
    return config_.access.keys_file.empty() && front_->on_loopback();
  }

  // Stops taking requests, finishes what was acknowledged, commits, snapshots.
  void stop() override;

  [[nodiscard]] std::string address() const override { return front_->address(); }
  [[nodiscard]] bool failed() const override { return core_->runner().failed(); }
  [[nodiscard]] std::string trouble() const override { return core_->runner().trouble(); }
  [[nodiscard]] log::GroupCommit& commit() { return *commit_; }
  [[nodiscard]] const log::Layout& layout() const { return core_->data().layout; }
  [[nodiscard]] pipeline::Runner& runner() { return core_->runner(); }
  [[nodiscard]] CatalogueTaker& catalogue() { return *catalogue_; }

 private:
  AllInOne(const Config& config, std::unique_ptr<Processing> core)
      : config_(config), core_(std::move(core)) {}
  [[nodiscard]] Status<std::string> listen(const PageDirs& dirs);

  Config config_;
  std::string own_key_;  // by which the crowd asks this server
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  std::unique_ptr<Processing> core_;
  std::unique_ptr<log::GroupCommit> commit_;
  std::unique_ptr<Crowd> crowd_;  // null where there is none
  std::unique_ptr<CoreRecommender> recommender_;
  std::unique_ptr<CoreInspector> inspector_;
  std::unique_ptr<CoreCatalogue> catalogue_;
  std::unique_ptr<CoreProgress> progress_;
  std::unique_ptr<MemoryMeter> memory_;
  std::unique_ptr<CoreStats> stats_;
  std::unique_ptr<HttpFront> front_;
};

}  // namespace potik::app
