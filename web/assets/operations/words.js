// What the model's own names are called on the page.

import {t} from '../language.js';

export const SOURCES = {
  popular: ['популярне', 'popular'],
  segment_popular: ['популярне в сегменті', 'popular in the segment'],
  cowatch: ['дивляться разом', 'watched together'],
  same_author: ['той самий автор', 'the same author'],
  new: ['нове', 'new'],
  exploration: ['на пробу', 'a try'],
  same_topic: ['та сама тема', 'the same topic'],
  taste: ['на смак глядача', 'to the viewer’s taste'],
  people_like_you: ['дивляться схожі глядачі', 'people alike watch it'],
  elsewhere: ['не зі списку', 'not of the list'],
};

export const HEADS = {
  long_watch: ['довгий перегляд', 'long watch'],
  like: ['лайк', 'like'],
  comment: ['коментар', 'comment'],
  share: ['поширення', 'share'],
  follow: ['підписка', 'follow'],
  skip: ['пропуск', 'skip'],
  dislike: ['не цікаво', 'dislike'],
  positive: ['успіх', 'positive'],
};

export const word = (words, key) => (words[key] ? t(...words[key]) : key);

export const TYPES = {
  video_played: ['перегляд', 'play'],
  video_liked: ['лайк', 'like'],
  comment_posted: ['коментар', 'comment'],
  video_unliked: ['лайк знято', 'unlike'],
  video_disliked: ['не цікаво', 'not for me'],
  video_shared: ['поширення', 'share'],
  author_followed: ['підписка', 'follow'],
  video_shown: ['показ', 'shown'],
};

export const VERDICTS = {
  like_burst: ['сплеск лайків', 'like burst'],
  like_rate: ['надто часті лайки', 'likes too fast'],
  comment_flood: ['потік коментарів', 'comment flood'],
  impossible_watch: ['неможливий перегляд', 'impossible watch'],
  conflicting_id: ['та сама подія, інший зміст', 'same id, other content'],
  quarantined: ['у карантині', 'quarantined'],
};

export const ACTS = {
  shown: ['показано', 'shown'],
  played: ['дивилися', 'played'],
  positive: ['довго або вподобано', 'long or liked'],
  liked: ['лайк', 'liked'],
  commented: ['коментар', 'commented'],
  skipped: ['пропуск', 'skipped'],
  disliked: ['не цікаво', 'not for me'],
};

// Of the ranker, by the names that src/model/features.cc gives them.
export const FEATURES = {
  'viewer watches through': ['додивляється глядач', 'viewer watches through'],
  "viewer's mood": ['настрій глядача', "viewer's mood"],
  'viewer on this surface': ['глядач у цьому місці', 'viewer on this surface'],
  'pause before': ['пауза перед цим', 'pause before'],
  'viewer watches through, by surface': ['додивляється, за місцем', 'viewer watches through, by surface'],
  'viewer watches through, by segment': ['додивляється, за сегментом', 'viewer watches through, by segment'],
  'pause before, by surface': ['пауза перед цим, за місцем', 'pause before, by surface'],
  'viewer watches through, by activity': ['додивляється, за активністю', 'viewer watches through, by activity'],
  bias: ['сталий доданок', 'bias'],
  surface: ['місце показу', 'surface'],
  'surface and hour': ['місце показу й година', 'surface and hour'],
  segment: ['сегмент', 'segment'],
  'segment and surface': ['сегмент і місце показу', 'segment and surface'],
  "viewer's activity": ['активність глядача', "viewer's activity"],
  "viewer's last watch": ['останній перегляд глядача', "viewer's last watch"],
  "viewer's patience and surface": ['терпіння глядача й місце', "viewer's patience and surface"],
  'viewer likes': ['лайки глядача', 'viewer likes'],
  'watched through by others': ['додивляються інші', 'watched through by others'],
  'watched through lately': ['додивляються останнім часом', 'watched through lately'],
  'skipped by others': ['прогортають інші', 'skipped by others'],
  length: ['довжина', 'length'],
  'this video': ['саме це відео', 'this video'],
  author: ['автор', 'author'],
  topic: ['тема', 'topic'],
  'topic and surface': ['тема й місце показу', 'topic and surface'],
  "video's rate and surface": ['успіх відео й місце показу', "video's rate and surface"],
  'liked by others': ['лайки інших', 'liked by others'],
  age: ['вік відео', 'age'],
  duration: ['тривалість', 'duration'],
  'duration and surface': ['тривалість і місце показу', 'duration and surface'],
  'viewer and duration': ['глядач і тривалість', 'viewer and duration'],
  'viewer and author': ['глядач і автор', 'viewer and author'],
  'viewer and topic': ['глядач і тема', 'viewer and topic'],
};
