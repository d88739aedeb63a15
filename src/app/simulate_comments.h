#pragma once
// What simulated viewers write under videos, in Ukrainian and in English. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace potik::app {

enum class CommentLanguage : uint8_t { ukrainian, english };

// The text of comment number `n`: some two thousand different ones in each language.
[[nodiscard]] std::string comment_text(uint32_t n, CommentLanguage language);

// What all accounts of a comment flood write.
inline constexpr std::string_view kFloodComment = "Дивіться всі, посилання в профілі";

}  // namespace potik::app
