import {byId} from './dom.js';
import {memory} from './memory.js';

/** Whether one is in recordings: the same switch in the lobby and in the settings. */
export class RecordingChoice {
  #switches = ['lobby-left-out', 'left-out'].map((id) => byId(id, HTMLInputElement));

  /** @param {() => void} changed */
  constructor(changed) {
    this.#show(memory.read('recorded') === 'no');
    for (const each of this.#switches)
      each.addEventListener('change', () => {
        this.#show(each.checked);
        memory.write('recorded', this.recorded ? 'yes' : 'no');
        changed();
      });
  }

  get recorded() {
    return !this.#switches[0].checked;
  }

  /** @param {boolean} leftOut */
  #show(leftOut) {
    for (const each of this.#switches) each.checked = leftOut;
  }
}
