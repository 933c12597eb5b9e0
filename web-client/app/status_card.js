import {breakWords, failureWords} from './words.js';
import {byId} from './dom.js';

/** @import {Meeting} from '../sdk/meeting.js' */
/** @import {Announcer} from './announcer.js' */

/** What is happening while there is no meeting to be seen, and what one can do. */
export class StatusCard {
  #announcer;
  #title = byId('status-title', HTMLElement);
  #text = byId('status-text', HTMLElement);
  #primary = byId('status-primary', HTMLButtonElement);
  #secondary = byId('status-secondary', HTMLButtonElement);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #countdown;
  #announced = '';

  /** @param {Announcer} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** @param {Meeting} meeting @param {{again: () => void, back: () => void}} actions */
  show(meeting, {again, back}) {
    clearInterval(this.#countdown);
    switch (meeting.state) {
      case 'joining':
        this.#say(`Joining ${meeting.room}`, 'Connecting to the server…');
        this.#offer(this.#secondary, 'Cancel', back);
        this.#offer(this.#primary, '');
        break;
      case 'connected':
        this.#text.textContent = 'Connected. Waiting for the picture…';
        this.#offer(this.#primary, '');
        this.#announced = ''; // The next break is news, even for the same reason.
        break;
      case 'reconnecting':
        this.#reconnecting(meeting);
        this.#offer(this.#secondary, 'Leave', () => meeting.leave());
        break;
      case 'left':
        this.#say('You have left', `The room is still there: ${meeting.room}`);
        this.#offer(this.#primary, 'Join again', again);
        this.#offer(this.#secondary, 'Back to the start', back);
        this.#primary.focus();
        break;
      case 'failed': {
        const {title, text} = failureWords(meeting.problem ?? {code: '', message: ''});
        this.#say(title, text);
        this.#offer(this.#primary, 'Try again', again);
        this.#offer(this.#secondary, 'Back to the start', back);
        this.#primary.focus();
        break;
      }
    }
  }

  /** @param {Meeting} meeting */
  #reconnecting(meeting) {
    const why = breakWords(meeting.problem ?? {code: ''});
    this.#offer(this.#primary, meeting.retryAt === null ? '' : 'Try now', () => meeting.retryNow());
    const promise = 'Reconnecting automatically.';
    const tell = () => {
      const seconds = Math.ceil(((meeting.retryAt ?? 0) - Date.now()) / 1000);
      this.#text.textContent = `${promise} ${seconds > 1 ? `Next try in ${seconds} seconds.` : 'Trying…'}`;
    };
    this.#say(why, promise);
    tell();
    this.#countdown = setInterval(tell, 1000);
  }

  /** @param {string} title @param {string} text */
  #say(title, text) {
    if (this.#announced !== title) this.#announcer.say(`${title}. ${text}`);
    this.#announced = title;
    this.#title.textContent = title;
    this.#text.textContent = text;
  }

  /**
   * No label, no button.
   *
   * @param {HTMLButtonElement} button
   * @param {string} label
   * @param {() => void} [action]
   */
  #offer(button, label, action) {
    button.hidden = label === '';
    button.textContent = label;
    button.onclick = action ?? null;
  }
}
