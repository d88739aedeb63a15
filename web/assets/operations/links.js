// Names of viewers, videos and events that lead to where one can look into them.

import {element} from '../dom.js';

const link = (text, label, act) =>
  element(
    'button',
    {class: 'link', type: 'button', title: label, onclick: event => (event.stopPropagation(), act())},
    text,
  );

export class Links {
  // Filled in by the page: what is called with an id.
  constructor() {
    this.openUser = () => {};
    this.openVideo = () => {};
  }

  user(id, text = id) {
    return link(text, id, () => this.openUser(id));
  }

  video(id, text = id) {
    return link(text, id, () => this.openVideo(id));
  }
}
