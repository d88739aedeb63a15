#include "app/evaluate_files.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace potik::app {

Result<std::unique_ptr<EvaluationFiles>, std::string> EvaluationFiles::open(
    const EvaluationPaths& paths, const evaluate::RecordedTraffic& traffic) {
  auto files = std::unique_ptr<EvaluationFiles>(new EvaluationFiles(traffic));
  for (const auto& [path, out] : {std::pair(&paths.predictions, &files->predictions_),
                                  std::pair(&paths.live_predictions, &files->live_),
                                  std::pair(&paths.scores, &files->scores_)}) {
    if (path->empty()) continue;
    out->path = *path;
    out->file.open(*path, std::ios::binary | std::ios::trunc);
    if (!out->file) {
      return Error{*path + ": cannot be written (" + std::strerror(errno) +
                   "); name a file in a folder that there is"};
    }
  }
  return files;
}

void EvaluationFiles::write_list(Out& out, std::string_view key, std::span<const uint32_t> videos) {
  line_ = key;
  for (size_t i = 0; i < videos.size(); ++i) {
    line_ += i == 0 ? '\t' : ' ';
    line_ += traffic_.videos.id(videos[i]);
  }
  line_ += '\n';
  out.file << line_;
}

void EvaluationFiles::connect(evaluate::EvaluationSinks& sinks) {
  if (predictions_.file.is_open()) {
    sinks.frozen_list = [this](uint32_t user, std::span<const uint32_t> videos) {
      write_list(predictions_, traffic_.users.id(user), videos);
    };
  }
  if (live_.file.is_open()) {
    sinks.live_list = [this](const evaluate::Impression& impression,
                             std::span<const uint32_t> videos) {
      write_list(live_, std::to_string(impression.row), videos);
    };
  }
  if (scores_.file.is_open()) {
    sinks.score = [this](const evaluate::Impression& impression, float p) {
      std::array<char, 32> text{};
      const auto end = std::to_chars(text.data(), text.data() + text.size(), p).ptr;
      scores_.file << impression.row << '\t'
                   << std::string_view(text.data(), static_cast<size_t>(end - text.data())) << '\n';
    };
  }
}

Status<std::string> EvaluationFiles::close() {
  for (Out* out : {&predictions_, &live_, &scores_}) {
    if (!out->file.is_open()) continue;
    out->file.close();
    if (!out->file) return Error{out->path + ": could not be written whole; check the disk"};
  }
  return Ok{};
}

}  // namespace potik::app
