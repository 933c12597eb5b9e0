import {Emitter} from './emitter.js';

/** @import {ClientMessage, ServerMessage} from './messages.js' */

/**
 * @typedef {object} SignallingEvents
 * @property {void} open
 * @property {ServerMessage} message
 * @property {{opened: boolean}} close The other side closed it, or it could not be opened.
 */

/**
 * The WebSocket to the server, in typed messages. Says `close` once, and nothing after close() was
 * called.
 *
 * @extends {Emitter<SignallingEvents>}
 */
export class Signalling extends Emitter {
  #socket;
  #opened = false;

  /** @param {string | URL} url */
  constructor(url) {
    super();
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      this.#opened = true;
      this.emit('open', undefined);
    };
    this.#socket.onclose = () => this.emit('close', {opened: this.#opened});
    this.#socket.onmessage = ({data}) => this.#receive(data);
  }

  /** A message that comes too late to be sent is dropped. @param {ClientMessage} message */
  send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close() {
    this.#socket.onopen = this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
  }

  /** @param {unknown} text */
  #receive(text) {
    /** @type {ServerMessage} */
    let message;
    try {
      message = JSON.parse(String(text));
    } catch {
      console.warn('signalling: not JSON', text);
      return;
    }
    this.emit('message', message);
  }
}
