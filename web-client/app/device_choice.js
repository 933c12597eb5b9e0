import {memory} from './memory.js';

/** @import {Devices} from '../sdk/devices.js' */

/** The two lists to choose a camera and a microphone from. */
export class DeviceChoice {
  #devices;
  #lists;

  /**
   * @param {Devices} devices
   * @param {HTMLSelectElement} cameras
   * @param {HTMLSelectElement} microphones
   */
  constructor(devices, cameras, microphones) {
    this.#devices = devices;
    this.#lists = [
      {
        list: cameras,
        capture: devices.camera,
        kind: /** @type {const} */ ('videoinput'),
        key: 'camera',
        none: 'No camera',
      },
      {
        list: microphones,
        capture: devices.microphone,
        kind: /** @type {const} */ ('audioinput'),
        key: 'microphone',
        none: 'No microphone',
      },
    ];
    for (const {list, capture, key} of this.#lists) {
      list.addEventListener('change', () => {
        memory.write(key, list.value);
        capture.choose(list.value);
      });
    }
    devices.on('change', () => this.#show());
    this.#show();
  }

  #show() {
    for (const {list, capture, kind, none} of this.#lists) {
      const choices = this.#devices.choices(kind);
      list.disabled = choices.length === 0;
      const options = choices.map(
        ({label, deviceId}, index) =>
          new Option(label || `${none.slice(3)} ${index + 1}`, deviceId),
      );
      list.replaceChildren(...(options.length ? options : [new Option(none, '')]));
      if (capture.deviceId) list.value = capture.deviceId;
      if (list.selectedIndex < 0) list.selectedIndex = 0;
    }
  }
}
