import {lacks} from './words.js';

/** @import {Devices} from '../sdk/devices.js' */
/** @import {Capture} from '../sdk/capture.js' */

/**
 * A pair of buttons that turn microphone and camera on and off; the lobby and the meeting have one
 * each.
 */
export class DeviceButtons {
  #pairs;

  /**
   * @param {Devices} devices
   * @param {HTMLButtonElement} microphone
   * @param {HTMLButtonElement} camera
   */
  constructor(devices, microphone, camera) {
    this.#pairs = [
      {button: microphone, capture: devices.microphone, name: 'microphone'},
      {button: camera, capture: devices.camera, name: 'camera'},
    ];
    for (const {button, capture} of this.#pairs)
      button.addEventListener('click', () => toggle(capture));
    devices.on('change', () => this.#show());
    this.#show();
  }

  #show() {
    for (const {button, capture, name} of this.#pairs) {
      const label = `Turn ${capture.active ? 'off' : 'on'} ${name}`;
      button.dataset.on = String(capture.active);
      button.dataset.problem = String(Boolean(lacks(capture)));
      button.setAttribute('aria-label', label);
      button.setAttribute('aria-busy', String(capture.starting));
      button.dataset.tooltip = label;
    }
  }
}

/** @param {Capture} capture */
export function toggle(capture) {
  capture.turn(!capture.active);
}
