// What the viewer did here, from what this browser keeps: the small bars at the side and the drawer.

import {$, element} from './dom.js';
import {clock, plural, number, t} from './language.js';

const BARS_MAX = 6;

const SAID = {
  video_played: title => t(`Дивилися «${title}»`, `Watched “${title}”`),
  video_liked: title => t(`Вподобали «${title}»`, `Liked “${title}”`),
  video_unliked: title => t(`Зняли вподобання «${title}»`, `Took back the like of “${title}”`),
  video_disliked: title => t(`Не цікаво: «${title}»`, `Not for me: “${title}”`),
  comment_posted: title => t(`Написали про «${title}»`, `Wrote about “${title}”`),
};

export class MyActs {
  constructor(viewer, catalogue) {
    this.viewer = viewer;
    this.catalogue = catalogue;
    this.grown = null; // the topic that the last act added to
  }

  told(type, videoId, watchMs) {
    this.viewer.keepAct(type, videoId);
    if (type === 'video_played') this.viewer.keepWatch(this.catalogue.topic(videoId), watchMs);
    this.grown = this.catalogue.topic(videoId);
    this.show();
  }

  topics() {
    return Object.entries(this.viewer.state.watched)
      .filter(([topic]) => topic)
      .sort((a, b) => b[1] - a[1]);
  }

  bar(topic, watchMs, most) {
    const fill = element('i', {class: topic === this.grown ? 'grown' : ''});
    fill.style.width = `${(watchMs / most) * 100}%`;
    return element('span', {class: 'bar'}, fill);
  }

  show() {
    const count = this.viewer.state.acts.length;
    $('#acts-count').textContent = count
      ? t(
          `${count} ${plural(count, 'остання дія', 'останні дії', 'останніх дій')}`,
          `${count} recent ${count === 1 ? 'act' : 'acts'}`,
        )
      : t('поки жодної', 'none yet');
    const topics = this.topics();
    const most = topics[0]?.[1] ?? 1;
    const name = topic => element('span', {}, this.catalogue.topicName(topic));
    $('#interests').replaceChildren(
      ...topics.slice(0, 3).flatMap(([topic, ms]) => [name(topic), this.bar(topic, ms, most)]),
    );
    $('#bars').replaceChildren(
      ...topics
        .slice(0, BARS_MAX)
        .flatMap(([topic, ms]) => [
          name(topic),
          this.bar(topic, ms, most),
          element('span', {class: 'num'}, `${number(ms / 1000)} ${t('с', 's')}`),
        ]),
    );
    $('#my-log').replaceChildren(
      ...this.viewer.state.acts
        .slice(0, 20)
        .map(act =>
          element(
            'li',
            {},
            element('time', {}, clock(act.at)),
            element('span', {}, SAID[act.kind]?.(this.catalogue.title(act.videoId)) ?? act.kind),
          ),
        ),
    );
    $('#viewer-id').textContent = this.viewer.id;
  }
}
