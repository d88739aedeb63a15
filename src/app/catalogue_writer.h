#pragma once
// Videos that the server itself puts into its catalogue at start, or takes out: those of a demo or
// of a folder.

#include <cstdint>
#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "log/group_commit.h"
#include "log/layout.h"
#include "pipeline/runner.h"

namespace potik::app {

struct VideoChange {
  std::string id;
  std::string json;  // its metadata; empty: it is taken out
};

// What the log, the commits and the runner of one server do for it. All outlive it.
class CatalogueWriter {
 public:
  CatalogueWriter(const log::Layout& layout, log::GroupCommit& commit, pipeline::Runner& runner,
                  std::stop_token stop)
      : layout_(layout), commit_(commit), runner_(runner), stop_(std::move(stop)) {}

  // Appends the changes and returns when they have been processed, or a stop was asked for: what is
  // in the log then is processed by the next start. The error is a sentence for the operator; a
  // runner that fails meanwhile is one.
  [[nodiscard]] Status<std::string> write(const std::vector<VideoChange>& changes);

  // How many videos the server knows, deleted ones too. Nothing if a stop or the runner's failure
  // came first.
  [[nodiscard]] std::optional<uint32_t> videos_known();

  // True once a stop is asked for: what was written may not be processed yet.
  [[nodiscard]] bool stopped() const { return stop_.stop_requested(); }
  // Why the runner ended, if it did.
  [[nodiscard]] Status<std::string> ended() const;

 private:
  [[nodiscard]] Status<std::string> write_part(const VideoChange* first, size_t count);
  template <class T>
  [[nodiscard]] std::optional<T> wait_for(std::future<T> future) const;

  const log::Layout& layout_;
  log::GroupCommit& commit_;
  pipeline::Runner& runner_;
  std::stop_token stop_;
};

}  // namespace potik::app
