import {byId, make} from './dom.js';
import {personName, roomName} from '../sdk/tessera.js';
import {DeviceButtons} from './device_buttons.js';
import {DeviceChoice} from './device_choice.js';
import {suggestRoom} from './room_suggestion.js';
import {deviceProblems, vainChoices} from './words.js';

/** @import {Devices} from '../sdk/devices.js' */

/** Where one says who one is and where one goes, and sees oneself first. */
export class Lobby {
  #devices;
  #name = byId('name', HTMLInputElement);
  #room = byId('room', HTMLInputElement);
  #nameHint = byId('name-hint', HTMLElement);
  #roomHint = byId('room-hint', HTMLElement);
  #preview = byId('preview', HTMLVideoElement);
  #frame = byId('preview-frame', HTMLElement);
  #text = byId('preview-text', HTMLElement);
  #problem = byId('device-problem', HTMLElement);
  #enter;

  /** @param {Devices} devices @param {(seat: {room: string, name: string}) => void} enter */
  constructor(devices, enter) {
    this.#devices = devices;
    this.#enter = enter;
    new DeviceButtons(
      devices,
      byId('lobby-microphone', HTMLButtonElement),
      byId('lobby-camera', HTMLButtonElement),
    );
    new DeviceChoice(
      devices,
      byId('lobby-cameras', HTMLSelectElement),
      byId('lobby-microphones', HTMLSelectElement),
    );
    devices.on('change', () => this.#mirror());
    byId('entry', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId('suggest', HTMLButtonElement).addEventListener('click', () => {
      this.#room.value = suggestRoom();
      this.#hintRoom();
    });
    this.#room.addEventListener('input', () => this.#hintRoom());
    this.#name.addEventListener('input', () => hint(this.#name, this.#nameHint, ''));
    this.#mirror();
  }

  /** @param {{room: string, name: string}} seat What is known of it already. */
  show({room, name}) {
    this.#name.value = name;
    this.#room.value = room;
    this.#mirror();
    const empty = [this.#name, this.#room].find(({value}) => value === '');
    (empty ?? byId('join', HTMLButtonElement)).focus();
  }

  #submit() {
    const name = personName(this.#name.value);
    const room = roomName(this.#room.value);
    if (!room)
      hint(this.#room, this.#roomHint, 'A room needs a name with a letter from A to Z or a digit.', true);
    if (!name) hint(this.#name, this.#nameHint, 'The others will want to know who you are.', true);
    if (name && room) this.#enter({room, name});
  }

  #hintRoom() {
    const room = roomName(this.#room.value);
    const changed = room !== '' && room !== this.#room.value;
    hint(
      this.#room,
      this.#roomHint,
      changed ? `The room will be called ${room}: links have no spaces or special letters.` : '',
    );
  }

  #mirror() {
    const {camera, microphone} = this.#devices;
    const stream = /** @type {MediaStream | null} */ (this.#preview.srcObject);
    if (stream?.getTracks()[0] !== camera.track)
      this.#preview.srcObject = camera.track && new MediaStream([camera.track]);
    this.#frame.dataset.on = String(camera.active);
    this.#text.textContent = camera.starting
      ? 'Waiting for the camera. Allow it if the browser asks.'
      : camera.active
        ? ''
        : 'The camera is off';
    this.#tellProblems([
      ...deviceProblems(camera, microphone).map(({title, text}) => ({
        title,
        text: `${text} You can join without.`,
      })),
      ...vainChoices(camera, microphone),
    ]);
  }

  /** Once each, as they are read out. @param {{title: string, text: string}[]} problems */
  #tellProblems(problems) {
    const titles = problems.map(({title}) => title).join();
    if (this.#problem.dataset.titles === titles) return;
    this.#problem.dataset.titles = titles;
    this.#problem.replaceChildren(
      ...problems.map(({title, text}) => make('p', '', make('strong', '', title), ` ${text}`)),
    );
  }
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} place
 * @param {string} text
 * @param {boolean} [wrong]
 */
function hint(input, place, text, wrong = false) {
  if (place.textContent !== text) place.textContent = text;
  input.setAttribute('aria-invalid', String(wrong));
  if (wrong) input.focus();
}
