#pragma once
// The files that `potik evaluate` writes for others to score: lists and probabilities with ids and
// row numbers as in the data. Threads: one owner.

#include <fstream>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "evaluate/evaluation.h"
#include "evaluate/traffic.h"

namespace potik::app {

struct EvaluationPaths {
  std::string predictions;       // user <tab> video video ...
  std::string live_predictions;  // row <tab> video video ...
  std::string scores;            // row <tab> p
};

class EvaluationFiles {
 public:
  // Opens those that have a name. `traffic` outlives this object.
  [[nodiscard]] static Result<std::unique_ptr<EvaluationFiles>, std::string> open(
      const EvaluationPaths& paths, const evaluate::RecordedTraffic& traffic);
  // Sinks that write to the open ones; this object outlives them.
  void connect(evaluate::EvaluationSinks& sinks);
  // After the last line. The error names the file that could not be written whole.
  [[nodiscard]] Status<std::string> close();

 private:
  struct Out {
    std::string path;
    std::ofstream file;
  };
  explicit EvaluationFiles(const evaluate::RecordedTraffic& traffic) : traffic_(traffic) {}
  void write_list(Out& out, std::string_view key, std::span<const uint32_t> videos);

  const evaluate::RecordedTraffic& traffic_;
  Out predictions_, live_, scores_;
  std::string line_;
};

}  // namespace potik::app
