import {byId, make} from './dom.js';

const shown_ms = 4000;

/** Says in passing what happened: to the eye for some seconds, and to screen readers. */
export class Announcer {
  #toasts = byId('toasts', HTMLElement);
  #voice = byId('voice', HTMLElement);

  /** @param {string} text */
  show(text) {
    this.say(text);
    const toast = make('p', 'toast', text);
    this.#toasts.append(toast);
    while (this.#toasts.childElementCount > 3) this.#toasts.firstElementChild?.remove();
    setTimeout(() => toast.remove(), shown_ms);
  }

  /** To screen readers alone. @param {string} text */
  say(text) {
    this.#voice.textContent = text;
  }
}
