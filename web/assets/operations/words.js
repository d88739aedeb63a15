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
