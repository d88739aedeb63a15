// The two drawers over the list (comments, my acts) and, on a phone, the sheet that holds the list.

import {$, $$} from '../dom.js';

const phone = matchMedia('(max-width: 760px)');
const touch = matchMedia('(pointer: coarse)');

export class Drawers {
  // onOpen(name) fills the drawer as it shows; onClose() when none is open any more.
  constructor(onOpen, onClose) {
    Object.assign(this, {onOpen, onClose});
    this.opener = null;
    for (const button of $$('[data-drawer]'))
      button.addEventListener('click', () => this.toggle(button.dataset.drawer));
    for (const button of $$('[data-close]')) button.addEventListener('click', () => this.close());
    $('#grip').addEventListener('click', () => this.sheet($('#rail').dataset.sheet !== 'open'));
    $('#peek').addEventListener('click', () => this.sheet(true));
    phone.addEventListener('change', () => this.sheet(false));
    this.sheet(false);
  }

  get open() {
    return (
      $$('.drawer')
        .find(drawer => !drawer.hidden)
        ?.id.replace('drawer-', '') ?? null
    );
  }

  toggle(name) {
    const was = this.open === name;
    if (was) return this.close();
    const opener = document.activeElement;
    for (const drawer of $$('.drawer')) drawer.hidden = drawer.id !== `drawer-${name}`;
    this.opener = opener;
    this.expanded(name);
    this.onOpen(name);
    this.sheet(true);
    // On a touch screen the keyboard would cover the comments.
    const writes = name === 'talk' && !touch.matches;
    $(`#drawer-${name} ${writes ? 'input' : '[data-close]'}`).focus({preventScroll: true});
    return undefined;
  }

  close() {
    if (!this.open && !phone.matches) return;
    document.activeElement?.closest('.drawer')?.querySelector(':focus')?.blur(); // keys are the page's again
    for (const drawer of $$('.drawer')) drawer.hidden = true;
    this.expanded(null);
    this.onClose();
    this.sheet(false);
    this.opener?.focus({preventScroll: true});
    this.opener = null;
  }

  expanded(name) {
    for (const button of $$('[data-drawer]'))
      button.setAttribute('aria-expanded', String(button.dataset.drawer === name));
  }

  // Beside the clip the list is always open; on a phone it is a sheet that peeks.
  sheet(on) {
    $('#rail').dataset.sheet = on ? 'open' : 'peek';
    $('#grip').setAttribute('aria-expanded', String(on));
    const covered = this.open !== null; // by a drawer
    $('#list').inert = covered || (phone.matches && !on);
    $('#receipt').inert = covered;
  }

  lower() {
    if (phone.matches) this.sheet(false);
  }
}
