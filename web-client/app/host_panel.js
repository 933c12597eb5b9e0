import {Host, isOver, Refusal} from '../sdk/tessera.js';
import {outputsUrl, takeHostKey, watchLink} from './address.js';
import {CopyField} from './copy_field.js';
import {byId} from './dom.js';
import {tabMemory} from './memory.js';
import {OutputRow} from './output_row.js';

/** @import {OutputRequest} from '../sdk/host.js' */
/** @import {RoomOutput} from '../sdk/outputs.js' */

const interval_ms = 250;

/** @type {Record<string, string>} */
const refusals = {
  unauthorized: 'This host key is wrong. The server prints the right one when it starts, unless it was given one.',
  unreachable: 'The server cannot be reached. Try again.',
};

/** The dialog in which whoever has the host key broadcasts and records the meeting. */
export class HostPanel {
  #dialog = byId('host', HTMLDialogElement);
  #key = byId('host-key', HTMLInputElement);
  #problem = byId('host-problem', HTMLElement);
  #format = byId('record-format', HTMLSelectElement);
  #tracks = byId('record-tracks', HTMLInputElement);
  #address = byId('broadcast-url', HTMLInputElement);
  #list = byId('host-outputs', HTMLElement);
  #none = byId('host-none', HTMLElement);
  #record = byId('record', HTMLButtonElement);
  #stream = byId('stream', HTMLButtonElement);
  #streamLink = byId('hls-link-row', HTMLElement);
  /** @type {Map<string, OutputRow>} */
  #rows = new Map();
  #room = '';

  constructor() {
    this.#takeKey();
    addEventListener('hashchange', () => this.#takeKey());
    this.#key.value = tabMemory.read('host-key');
    this.#key.addEventListener('input', () => tabMemory.write('host-key', this.#key.value.trim()));
    for (const input of [this.#key, this.#address])
      input.addEventListener('input', () => this.#tell(''));
    byId('host-button', HTMLButtonElement).addEventListener('click', () => this.#open());
    byId('host-close', HTMLButtonElement).addEventListener('click', () => this.close());
    this.#on('host-key-form', async () => {});
    this.#on('record-form', () => this.#recordMeeting());
    this.#on('broadcast-form', () => this.#broadcast());
    this.#on('stream-form', () => this.#start({kind: 'hls'}));
    for (const id of ['whep-link', 'hls-link']) new CopyField(id);
    setInterval(() => this.#dialog.open && this.#rows.forEach((row) => row.tick()), interval_ms);
  }

  /** @param {string} room */
  enter(room) {
    this.#room = room;
    this.#tell('');
    for (const via of /** @type {const} */ (['whep', 'hls']))
      byId(`${via}-link`, HTMLInputElement).value = watchLink(room, via);
    this.show([]);
  }

  close() {
    this.#dialog.close();
  }

  /** @param {RoomOutput[]} outputs */
  show(outputs) {
    const hadFocus = document.activeElement;
    const actions = {
      pause: (/** @type {RoomOutput} */ {id, state}) =>
        this.#ask((host) => host.setPaused(id, state !== 'paused')),
      stop: (/** @type {RoomOutput} */ {id}) => this.#ask((host) => host.stop(id)),
    };
    for (const [id, row] of this.#rows) {
      if (outputs.some((output) => output.id === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const output of outputs) {
      const row = this.#rows.get(output.id) ?? new OutputRow(output, actions);
      row.show(output);
      if (!this.#rows.has(output.id)) this.#list.append(row.element);
      this.#rows.set(output.id, row);
    }
    this.#none.hidden = outputs.length > 0;
    this.#record.disabled = outputs.some(({state}) => state === 'recording' || state === 'paused');
    const isStreamed = outputs.some((output) => output.kind === 'hls' && !isOver(output));
    this.#stream.disabled = isStreamed;
    this.#streamLink.hidden = !isStreamed;
    // The keyboard goes on from what was just started or stopped.
    if (this.#dialog.open && hadFocus instanceof HTMLButtonElement && !canHaveFocus(hadFocus))
      this.#list.focus();
  }

  get #chosenFormat() {
    return this.#format.value === 'webm' ? /** @type {const} */ ('webm') : 'mp4';
  }

  #takeKey() {
    const key = takeHostKey();
    if (!key) return;
    tabMemory.write('host-key', key);
    this.#key.value = key;
  }

  #open() {
    this.#tell('');
    this.#dialog.showModal();
    if (this.#key.value) this.#record.focus();
    else this.#key.focus();
  }

  /** @param {string} id @param {() => Promise<unknown>} submit */
  #on(id, submit) {
    const form = byId(id, HTMLFormElement);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (form.ariaBusy === 'true') return; // Once for a double click.
      form.ariaBusy = 'true';
      try {
        await submit();
      } finally {
        form.ariaBusy = 'false';
      }
    });
  }

  #recordMeeting() {
    const tracks = this.#tracks.checked;
    return this.#start({kind: 'recording', format: this.#chosenFormat, tracks});
  }

  async #broadcast() {
    const url = this.#address.value.trim();
    if (!url) {
      this.#tell('Type the address first that the broadcast goes to.', this.#address);
      return;
    }
    if (await this.#start({kind: 'broadcast', url})) this.#address.value = '';
  }

  /** @param {OutputRequest} request */
  #start(request) {
    return this.#ask((host) => host.start(request));
  }

  /** Whether it was done. @param {(host: Host) => Promise<unknown>} what */
  async #ask(what) {
    const key = this.#key.value.trim();
    if (!key) {
      this.#tell('Type the host key first. The server prints it when it starts.', this.#key);
      return false;
    }
    try {
      await what(new Host({url: outputsUrl(this.#room), key}));
      this.#tell('');
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#tell(refusals[error.code] ?? error.message, this.#culprit(error));
      return false;
    }
  }

  /** The field that has to be mended. @param {Refusal} refusal */
  #culprit({code}) {
    if (code === 'unauthorized') return this.#key;
    return code === 'invalid_target' ? this.#address : undefined;
  }

  /** @param {string} text @param {HTMLInputElement} [culprit] */
  #tell(text, culprit) {
    this.#problem.textContent = text;
    for (const input of [this.#key, this.#address]) {
      input.setAttribute('aria-invalid', String(input === culprit));
      input.setAttribute('aria-describedby', input === culprit ? this.#problem.id : '');
    }
    culprit?.focus();
    if (text) this.#problem.scrollIntoView({block: 'nearest'});
  }
}

/** @param {HTMLButtonElement} button */
function canHaveFocus({isConnected, hidden, disabled}) {
  return isConnected && !hidden && !disabled;
}
