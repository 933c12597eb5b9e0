import {elapsedOf, isOver} from '../sdk/tessera.js';
import {make} from './dom.js';
import {clock, kindWords, stateWords} from './output_words.js';

/** @import {RoomOutput} from '../sdk/outputs.js' */

/** One output in the host's list, with what can be done about it. */
export class OutputRow {
  #state = make('span', 'output-state');
  #time = make('span', 'output-time');
  #target = make('span', 'output-target');
  #pause = /** @type {HTMLButtonElement} */ (make('button', 'secondary'));
  #stop = /** @type {HTMLButtonElement} */ (make('button', 'secondary', 'Stop'));
  #output;

  /**
   * @param {RoomOutput} output
   * @param {{pause: (output: RoomOutput) => void, stop: (output: RoomOutput) => void}} actions
   */
  constructor(output, {pause, stop}) {
    this.#output = output;
    this.element = make(
      'li',
      'output',
      make(
        'div',
        'output-words',
        make('strong', '', kindWords[output.kind]),
        this.#target,
        make('p', 'output-now', this.#state, this.#time),
      ),
      this.#pause,
      this.#stop,
    );
    for (const button of [this.#pause, this.#stop]) button.type = 'button';
    this.#pause.addEventListener('click', () => pause(this.#output));
    this.#stop.addEventListener('click', () => stop(this.#output));
    this.show(output);
  }

  /** @param {RoomOutput} output */
  show(output) {
    this.#output = output;
    const {kind, state} = output;
    this.element.dataset.state = state;
    this.#state.textContent = stateWords(output);
    this.#target.textContent = output.target;
    this.#target.title = output.target;
    const name = `${kindWords[kind]} ${output.target}`;
    const pause = state === 'paused' ? 'Resume' : 'Pause';
    this.#pause.hidden = state !== 'recording' && state !== 'paused';
    this.#pause.textContent = pause;
    this.#pause.setAttribute('aria-label', `${pause}: ${name}`);
    this.#stop.hidden = isOver(output) || state === 'finishing';
    this.#stop.setAttribute('aria-label', `Stop: ${name}`);
    this.tick();
  }

  tick() {
    const elapsed = elapsedOf(this.#output);
    const text = elapsed > 0 ? clock(elapsed) : '';
    if (this.#time.textContent !== text) this.#time.textContent = text;
  }
}
