// What the model's own names are called on the page.

import {t} from './language.js';

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
