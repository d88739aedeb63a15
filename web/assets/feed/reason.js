// Why a video is in the list, in words. `row` is one video of a recommendation answer.

import {t} from '../language.js';

const ICONS = {
  popular: 'r-popular',
  segment_popular: 'r-popular',
  cowatch: 'r-because',
  same_topic: 'r-because',
  same_author: 'r-author',
  new: 'r-new',
  exploration: 'r-try',
  taste: 'r-because',
  people_like_you: 'r-popular',
};

export const reasonIcon = row => ICONS[row.source] ?? 'r-because';

function because(row, catalogue, viewer) {
  const title = catalogue.title(row.because);
  return viewer.likes(row.because)
    ? t(`бо вам сподобалося «${title}»`, `because you liked “${title}”`)
    : t(`бо ви дивилися «${title}»`, `because you watched “${title}”`);
}

export function reason(row, catalogue, viewer) {
  const known = row.because && catalogue.has(row.because);
  switch (row.source) {
    case 'popular':
      return t('популярне зараз', 'popular right now');
    case 'segment_popular':
      return t('популярне серед схожих глядачів', 'popular with viewers like you');
    case 'new':
      return t('нове', 'new');
    case 'exploration':
      return t('на пробу', 'a try');
    case 'same_author':
      return t(
        `від автора ${catalogue.get(row.video_id)?.author_id}`,
        `from ${catalogue.get(row.video_id)?.author_id}`,
      );
    case 'same_topic':
      return t(
        `та сама тема: ${catalogue.topicName(catalogue.topic(row.video_id)).toLowerCase()}`,
        `the same topic: ${catalogue.topicName(catalogue.topic(row.video_id)).toLowerCase()}`,
      );
    case 'taste':
      return t('на ваш смак', 'to your taste');
    case 'people_like_you':
      return t('це дивляться схожі на вас', 'people like you watch it now');
    case 'cowatch':
      return known ? because(row, catalogue, viewer) : t('дивляться разом', 'watched together');
    default:
      return known ? because(row, catalogue, viewer) : t('може сподобатися', 'you may like it');
  }
}
