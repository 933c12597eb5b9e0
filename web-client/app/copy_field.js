import {byId, icon} from './dom.js';

const told_ms = 2000;

/** A text to take along: an input that can't be changed, and its button, with `-copy` after the id. */
export class CopyField {
  #input;
  #button;
  #label;

  /** @param {string} id */
  constructor(id) {
    this.#input = byId(id, HTMLInputElement);
    this.#button = byId(`${id}-copy`, HTMLButtonElement);
    this.#label = this.#button.getAttribute('aria-label') ?? '';
    this.#input.addEventListener('focus', () => this.#input.select());
    this.#button.addEventListener('click', () => this.#copy());
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#input.value);
    } catch {
      this.#input.focus(); // It is selected then, for the keyboard's way to copy.
      return;
    }
    this.#show('check', 'Copied');
    setTimeout(() => this.#show('copy', this.#label), told_ms);
  }

  /** @param {string} name @param {string} label */
  #show(name, label) {
    this.#button.replaceChildren(icon(name));
    this.#button.setAttribute('aria-label', label);
  }
}
