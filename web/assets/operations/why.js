// Why a viewer is shown a video, or why not: the way of the video to the list, and what it was worth on it.

import {$, element} from '../dom.js';
import {number, t} from '../language.js';
import {get} from './ask.js';
import {FEATURES, HEADS, SOURCES, word} from './words.js';

const FEATURES_SHOWN = 8;

const OUTCOMES = {
  listed: () => t('у списку', 'in the list'),
  beyond_limit: why =>
    t(`у списку, але не серед перших ${why.limit}`, `in the list, not among the first ${why.limit}`),
  filtered: () => t('не показуємо', 'kept out'),
  not_named: () => t('жодне джерело не назвало', 'named by no source'),
  below_candidates: () => t('назване, але не дійшло до ранжування', 'named, but not ranked'),
  outranked: () => t('нижче за останнє місце', 'below the last place'),
  displaced: () => t('поступилося новому відео на пробу', 'gave way to a new video on trial'),
};

const FILTERS = {
  deleted: ['видалене', 'deleted'],
  undescribed: ['немає опису', 'not described'],
  disliked: ['глядачеві не цікаве', 'disliked by the viewer'],
  hidden_author: ['глядачеві не цікавий автор', 'the viewer disliked another video of its author'],
  watched: ['уже переглянуте', 'watched already'],
  shown: ['уже показане', 'shown already'],
  author_cap: ['інші відео цього автора варті більше', 'other videos of its author are worth more'],
  disliked_topic: [
    'глядачеві нещодавно не сподобалось відео на цю тему',
    'the viewer disliked a video of this topic lately',
  ],
  variety: [
    'ця тема вже має свою частку списку, або майже таке саме відео стоїть вище',
    'its topic has its share of the list, or nearly the same video stands above it',
  ],
};

const PARTS = {
  factors: ['близькість смаків', 'closeness of tastes'],
  watched: ['дивляться разом', 'watched together'],
  liked: ['подобаються разом', 'liked together'],
  recent: ['разом з останніми', 'with the last ones'],
  prior: ['розгін серед усіх', 'momentum among all'],
  softmax: ['наступне після них', 'next after them'],
  popularity: ['популярність', 'popularity'],
  segment: ['надбавка сегмента', 'the segment’s bonus'],
  expected_value: ['очікувана цінність', 'expected value'],
  taste: ['автор і тема', 'author and topic'],
  shown: ['показане й пропущене', 'shown and passed over'],
  disliked_topic: ['нецікава тема', 'a disliked topic'],
};

const signed = value => `${value < 0 ? '−' : '+'}${number(Math.abs(value), 2)}`;

// One bar each from a common axis, that of what speaks against hatched.
function bars(rows) {
  const least = Math.min(0, ...rows.map(([, value]) => value));
  const range = Math.max(0, ...rows.map(([, value]) => value)) - least || 1;
  const axis = (-least / range) * 100;
  return element(
    'div',
    {class: 'contrib'},
    ...rows.flatMap(([name, value]) => {
      const fill = element('i', {class: value < 0 ? 'neg' : ''});
      const width = (Math.abs(value) / range) * 100;
      fill.style.left = `${value < 0 ? axis - width : axis}%`;
      fill.style.width = `${width}%`;
      const track = element('span', {class: 'tr', 'aria-hidden': 'true'}, fill);
      track.style.setProperty('--axis', `${axis}%`);
      return [element('span', {}, name), track, element('span', {class: 'num'}, signed(value))];
    }),
  );
}

export class Why {
  constructor(catalogue) {
    this.catalogue = catalogue;
    this.answer = null;
  }

  async ask(user, video) {
    this.answer = null;
    this.show();
    if (!user || !video) {
      return this.say(t('Потрібні глядач і відео.', 'A viewer and a video are needed.'), true);
    }
    this.say(t('Питаємо…', 'Asking…'));
    try {
      this.answer = await get(`/v1/users/${encodeURIComponent(user)}/explain/${encodeURIComponent(video)}`);
      this.show();
    } catch (error) {
      this.say(error.message, true);
    }
    return undefined;
  }

  say(text, bad = false) {
    const shape = element('i', {class: 'sev warn', role: 'img', 'aria-label': t('увага', 'attention')});
    $('#why-told').replaceChildren(...(bad ? [shape, ` ${text}`] : [text]));
  }

  show() {
    const why = this.answer;
    if (!why) return $('#why').replaceChildren();
    this.say(
      why.known_user
        ? ''
        : t(
            'Такого глядача ще немає: пояснено, як для нового.',
            'No such viewer yet: explained as for a new one.',
          ),
    );
    $('#why').replaceChildren(
      element('div', {class: 'stackv'}, this.verdict(why), this.steps(why), this.heads(why)),
      element('div', {class: 'stackv'}, ...this.worth(why)),
    );
    return undefined;
  }

  verdict(why) {
    const place = why.rank ? `${t('№', 'No.')} ${number(why.rank)} ` : '';
    const details = [this.title(why.video_id), `${t('оцінка', 'score')} ${number(why.utility, 2)}`];
    if (why.last_utility !== null) {
      details.push(`${t('в останнього місця', 'of the last place')} ${number(why.last_utility, 2)}`);
    }
    return element(
      'p',
      {class: 'big'},
      place,
      OUTCOMES[why.outcome]?.(why) ?? why.outcome,
      element('br'),
      element('small', {}, details.join(' · ')),
    );
  }

  title(id) {
    if (!this.catalogue.has(id)) return id;
    const title = this.catalogue.title(id);
    return t(`«${title}»`, `“${title}”`);
  }

  steps(why) {
    const steps = [this.filters(why), this.sources(why), this.cut(why), this.ranking(why)];
    return element(
      'ol',
      {class: 'steps'},
      ...steps.map(([ended, text], index) =>
        element('li', {class: ended ? 'no' : ''}, element('span', {class: 'dim'}, String(index + 1)), text),
      ),
    );
  }

  filters(why) {
    const kept = why.filters.map(filter => word(FILTERS, filter));
    return [
      kept.length > 0,
      kept.length ? kept.join('; ') : t('Ніщо не забороняє показати.', 'Nothing keeps it out.'),
    ];
  }

  sources(why) {
    if (why.explored) return [false, t('Нове, на пробу.', 'New, a try.')];
    if (!why.sources.length) {
      return [
        why.outcome === 'not_named',
        t(
          `Джерела назвали ${number(why.named)} відео, це ні.`,
          `The sources named ${number(why.named)} videos, not this one.`,
        ),
      ];
    }
    const named = why.sources.map(source => {
      const place = source.place ? ` ${t('№', 'no.')} ${number(source.place)}` : '';
      const through = source.because ? t(', через ', ', through ') + this.title(source.because) : '';
      return `${word(SOURCES, source.source)}${place}${through}`;
    });
    return [false, `${t('Джерела:', 'Sources:')} ${named.join('; ')}.`];
  }

  cut(why) {
    if (!why.cut) {
      return [
        false,
        t(
          `Кандидатів для ранжування: ${number(why.candidates)}.`,
          `Candidates that were ranked: ${number(why.candidates)}.`,
        ),
      ];
    }
    const [own, least] = [number(why.cut.blend, 2), number(why.cut.least, 2)];
    return [
      true,
      t(
        `Не потрапило до кандидатів: ${own}, в останнього з них ${least}.`,
        `Not among the candidates: ${own}, the last of them had ${least}.`,
      ),
    ];
  }

  ranking(why) {
    const place = number(why.standing);
    const ended = why.outcome === 'outranked' || why.outcome === 'displaced';
    if (why.repeats) {
      return [
        ended,
        t('Усе переглянуто: спершу найдавніше.', 'All was watched: what was seen longest ago comes first.'),
      ];
    }
    return [
      ended,
      t(`За оцінкою ${place} місце серед кандидатів.`, `By score place ${place} among the candidates.`),
    ];
  }

  heads(why) {
    return element(
      'p',
      {class: 'kv'},
      ...why.heads.map(head =>
        element(
          'span',
          {},
          `${word(HEADS, head.head)} `,
          element('b', {}, number(head.probability, 3)),
          ` × ${number(head.weight, 1)}`,
        ),
      ),
    );
  }

  worth(why) {
    const parts = [...why.blend_parts, ...why.merits].map(part => [word(PARTS, part.name), part.product]);
    const features = [...why.features]
      .sort((a, b) => Math.abs(b.product) - Math.abs(a.product))
      .slice(0, FEATURES_SHOWN)
      .map(feature => [word(FEATURES, feature.feature), feature.product]);
    return [
      element('h3', {class: 'small'}, t('З чого складається оцінка', 'What the score is the sum of')),
      bars(parts),
      element(
        'h3',
        {class: 'small'},
        t('Ознаки, що найбільше важать: ', 'The features that count most: ') + word(HEADS, why.head),
      ),
      bars(features),
    ];
  }
}
