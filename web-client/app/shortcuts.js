import {byId} from './dom.js';
import {memory} from './memory.js';

/**
 * The single letters that act in a meeting, as long as the person leaves them on: speech
 * recognition that types what it hears must not press keys (WCAG 2.1.4).
 */
export class Shortcuts {
  #switch = byId('shortcuts', HTMLInputElement);
  #actions;

  /** @param {Record<string, () => void>} actions By letter: the buttons' `data-key`. */
  constructor(actions) {
    this.#actions = actions;
    this.#switch.checked = memory.read('shortcuts') !== 'off';
    this.#switch.addEventListener('change', () => {
      memory.write('shortcuts', this.#switch.checked ? 'on' : 'off');
      this.#show();
    });
    addEventListener('keydown', (event) => this.#press(event));
    this.#show();
  }

  /** The tooltips and screen readers name a button's key, unless it does nothing. */
  #show() {
    for (const button of document.querySelectorAll('[data-key]')) {
      if (this.#switch.checked)
        button.setAttribute('aria-keyshortcuts', button.getAttribute('data-key') ?? '');
      else button.removeAttribute('aria-keyshortcuts');
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const typing =
      event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#switch.checked) this.#actions[event.key.toUpperCase()]?.();
  }
}
