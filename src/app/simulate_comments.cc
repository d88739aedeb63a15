#include "app/simulate_comments.h"

#include <array>
#include <span>

namespace potik::app {
namespace {

// A first sentence and, mostly, a second one: any two go together.
constexpr size_t kSentences = 24;
using Sentences = std::array<std::string_view, kSentences>;

constexpr Sentences kFirstUkrainian{"Дивлюся вже втретє",
                                    "Оце спокій",
                                    "Як же гарно",
                                    "Зачаровує",
                                    "Залипаю на кожному такому",
                                    "Хочу таке на заставку",
                                    "Показую всім друзям",
                                    "Кіт дивиться разом зі мною",
                                    "Кольори чудові",
                                    "Нарешті щось тихе",
                                    "Краще за серіал",
                                    "Дякую автору",
                                    "Можна довшу версію?",
                                    "Такого не чекали",
                                    "Ставлю на повтор",
                                    "Саме те на вечір",
                                    "Малі просять ще",
                                    "На великому екрані ще краще",
                                    "Середина найгарніша",
                                    "Трапилося у стрічці, і я тут",
                                    "Скільки ж це рахувалося?",
                                    "Спершу здалося, що це фото",
                                    "Зберігаю собі",
                                    "Ранок почався добре"};
constexpr Sentences kSecondUkrainian{"",
                                     "Музика теж пасує",
                                     "Кінець найкращий",
                                     "Автор знає, що робить",
                                     "Дивлюся з Одеси",
                                     "Вітання з Харкова",
                                     "Львів дивиться",
                                     "У маршрутці саме те",
                                     "Перед сном саме раз",
                                     "А як це зроблено?",
                                     "Є ще такі?",
                                     "Підписуюся",
                                     "Звук хочеться окремо",
                                     "Десять секунд, а настрій інший",
                                     "Повторіть у синьому",
                                     "У навушниках ще краще",
                                     "Цей ритм заспокоює",
                                     "Хочу з цього шпалери",
                                     "Друга половина сильніша",
                                     "Таке б на стіну",
                                     "На роботі теж дивляться",
                                     "Чекаю наступного",
                                     "Третій день повертаюся",
                                     "Пауза посередині, і вже листівка"};
constexpr Sentences kFirstEnglish{"Third time watching this",
                                  "So calm",
                                  "This is lovely",
                                  "Hypnotic",
                                  "I stop at every one of these",
                                  "I want this as a wallpaper",
                                  "Sent it to everyone I know",
                                  "The cat is watching too",
                                  "Those colours",
                                  "Finally something quiet",
                                  "Better than the series I am on",
                                  "Thank you for this",
                                  "Is there a longer one?",
                                  "Did not expect that",
                                  "On repeat now",
                                  "Just right for the evening",
                                  "The kids want more",
                                  "Even better on a big screen",
                                  "The middle is the best part",
                                  "It came up in the feed and I stayed",
                                  "How long did this take to render?",
                                  "Took it for a photo at first",
                                  "Saved",
                                  "A good start to the day"};
constexpr Sentences kSecondEnglish{"",
                                   "The sound fits as well",
                                   "Wait for the end",
                                   "Somebody knows their craft",
                                   "Watching from Gdansk",
                                   "Greetings from Leeds",
                                   "Good on the bus",
                                   "And now I can sleep",
                                   "How is it made?",
                                   "Are there more?",
                                   "Following",
                                   "I would listen to this alone",
                                   "Ten seconds and a better mood",
                                   "Please do one in blue",
                                   "Try it with headphones",
                                   "The rhythm slows me down",
                                   "Somebody print this on cloth",
                                   "The second half wins",
                                   "Belongs on a wall",
                                   "The whole office looks now",
                                   "Waiting for the next",
                                   "Back for the third day",
                                   "Pause it and it is a postcard",
                                   "More of this author, please"};
constexpr std::array<std::string_view, 4> kMarks{"", ".", " :)", "…"};

}  // namespace

std::string comment_text(uint32_t n, CommentLanguage language) {
  const bool ukrainian = language == CommentLanguage::ukrainian;
  std::string text((ukrainian ? kFirstUkrainian : kFirstEnglish)[n % kSentences]);
  n /= kSentences;
  const std::string_view second = (ukrainian ? kSecondUkrainian : kSecondEnglish)[n % kSentences];
  n /= kSentences;
  if (!second.empty()) text.append(text.ends_with('?') ? " " : ". ").append(second);
  return text.ends_with('?') ? text : text.append(kMarks[n % kMarks.size()]);
}

}  // namespace potik::app
