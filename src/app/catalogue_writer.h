#pragma once
// Videos that the server itself puts into its catalogue at start, or takes out: those of a demo or
// of a folder.

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/catalogue_taker.h"
#include "base/result.h"
#include "log/group_commit.h"
#include "log/layout.h"

namespace potik::app {

struct VideoChange {
  std::string id;
  std::string json;  // its metadata; empty: it is taken out
};

// What the log and the commits of one server do for it, and who reads that log. All outlive it.
class CatalogueWriter {
 public:
  CatalogueWriter(const log::Layout& layout, log::GroupCommit& commit, CatalogueTaker& taker,
                  std::stop_token stop)
      : layout_(layout), commit_(commit), taker_(taker), stop_(std::move(stop)) {}

  // Appends the changes and returns when they have been taken in, or a stop was asked for: what is
  // in the log then is taken in by the next start. The error is a sentence for the operator; a
  // taker that fails meanwhile is one.
  [[nodiscard]] Status<std::string> write(const std::vector<VideoChange>& changes);

  // How many videos the server knows, deleted ones too. Nothing if a stop or the taker's failure
  // came first.
  [[nodiscard]] std::optional<uint32_t> videos_known();

  // True once a stop is asked for: what was written may not be taken in yet.
  [[nodiscard]] bool stopped() const { return stop_.stop_requested(); }
  // Why the taker ended, if it did.
  [[nodiscard]] Status<std::string> ended() const { return taker_.ended(); }

 private:
  [[nodiscard]] Status<std::string> write_part(const VideoChange* first, size_t count);
  template <class Ask>
  [[nodiscard]] auto wait_for(const Ask& ask) const;

  const log::Layout& layout_;
  log::GroupCommit& commit_;
  CatalogueTaker& taker_;
  std::stop_token stop_;
};

}  // namespace potik::app
