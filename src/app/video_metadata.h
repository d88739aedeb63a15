#pragma once
// A file of a folder as a video of the catalogue. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "app/video_folder.h"
#include "app/video_probe.h"

namespace potik::app {

// "cats/Big Cat.mp4" -> "big-cat-2f1c...": the same for the same path, whatever the file holds, and
// another for every other path. 16 hex digits of a hash, after what is readable of the name.
[[nodiscard]] std::string video_id_of(std::string_view path);

// "Мій_кіт.mp4" -> "Мій кіт".
[[nodiscard]] std::string title_of(std::string_view path);

// As PUT /v1/videos/{id} takes it. The topic is the first folder of the path, so is the author
// where the file names none. Nothing if it would be too long.
[[nodiscard]] std::optional<std::string> metadata_of(const VideoFile& file,
                                                     const VideoFacts& facts);

}  // namespace potik::app
