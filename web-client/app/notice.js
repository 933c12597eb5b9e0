import {byId} from './dom.js';

/**
 * @typedef {{title: string, text: string, action?: {label: string, run: () => void}}} NoticeContent
 */

/** One line over the composite that stays until its cause is gone or the person has read it. */
export class Notice {
  #bar = byId('notice', HTMLElement);
  #title = byId('notice-title', HTMLElement);
  #text = byId('notice-text', HTMLElement);
  #action = byId('notice-action', HTMLButtonElement);
  /** Titles that the person has read. @type {Set<string>} */
  #dismissed = new Set();

  constructor() {
    byId('notice-close', HTMLButtonElement).addEventListener('click', () => {
      this.#dismissed.add(this.#title.textContent ?? '');
      this.#bar.hidden = true;
    });
  }

  /**
   * The first that hasn't been dismissed. What is gone meanwhile is news when it is back.
   *
   * @param {NoticeContent[]} contents
   */
  show(contents) {
    const titles = new Set(contents.map(({title}) => title));
    for (const title of this.#dismissed) if (!titles.has(title)) this.#dismissed.delete(title);
    const content = contents.find(({title}) => !this.#dismissed.has(title));
    this.#bar.hidden = !content;
    if (!content) return;
    const isShown =
      this.#title.textContent === content.title && this.#text.textContent === content.text;
    if (isShown) return;
    this.#title.textContent = content.title;
    this.#text.textContent = content.text;
    this.#action.hidden = !content.action;
    this.#action.textContent = content.action?.label ?? '';
    this.#action.onclick = content.action?.run ?? null;
  }

  hide() {
    this.#bar.hidden = true;
  }
}
