import {byId} from './dom.js';

const idle_ms = 3000;

/** The whole screen for the composite; the buttons come back with the pointer, a touch or a key. */
export class FullScreen {
  #button = byId('fullscreen', HTMLButtonElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    this.#button.hidden = !document.fullscreenEnabled;
    this.#button.addEventListener('click', () => this.toggle());
    for (const name of ['fullscreenchange', 'pointermove', 'pointerdown', 'keydown'])
      document.addEventListener(name, () => this.#wake());
  }

  toggle() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) document.documentElement.requestFullscreen();
  }

  #wake() {
    clearTimeout(this.#timer);
    delete document.body.dataset.idle;
    if (!document.fullscreenElement) return;
    this.#timer = setTimeout(() => {
      document.body.dataset.idle = 'true';
    }, idle_ms);
  }
}
