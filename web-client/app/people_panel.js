import {byId, icon, make} from './dom.js';
import {hue, initials} from '../sdk/tessera.js';
import {notRecorded} from './words.js';

/** @import {Participant} from '../sdk/messages.js' */

/** Who is here, with the state of their camera and microphone, and who is left out of recordings. */
export class PeoplePanel {
  #panel = byId('people', HTMLElement);
  #list = byId('people-list', HTMLElement);
  #button = byId('people-button', HTMLButtonElement);
  #count = byId('people-count', HTMLElement);

  constructor() {
    this.#button.addEventListener('click', () => this.toggle());
    byId('people-close', HTMLButtonElement).addEventListener('click', () => this.toggle(false));
    this.#panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.toggle(false);
    });
  }

  /** Open by itself only where that takes nothing from the composite: on a phone held upright. */
  enter() {
    this.toggle(
      matchMedia('(max-width: 44rem) and (min-height: 40rem) and (orientation: portrait)').matches,
    );
  }

  /** @param {boolean} open */
  toggle(open = this.#panel.hidden) {
    if (open === !this.#panel.hidden) return;
    const focused = this.#panel.contains(document.activeElement);
    this.#panel.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
    if (!open && focused) this.#button.focus();
  }

  /** @param {Participant[]} people @param {string} self One's own id. */
  show(people, self) {
    this.#count.textContent = String(people.length);
    this.#button.setAttribute('aria-label', `People, ${people.length}`);
    this.#list.replaceChildren(...people.map((person) => entry(person, person.id === self)));
  }
}

/** @param {Participant} person @param {boolean} self */
function entry(person, self) {
  const avatar = make('span', 'avatar', initials(person.name));
  avatar.ariaHidden = 'true';
  avatar.style.setProperty('--hue', String(hue(person.name)));
  const words = make('span', 'person-words', make('span', 'person-name', person.name));
  if (self) words.append(make('span', 'person-self', 'you'));
  if (person.recorded === false) words.append(make('span', 'person-note', notRecorded));
  return make(
    'li',
    'person',
    avatar,
    words,
    state('mic', 'Microphone', person.microphone),
    state('camera', 'Camera', person.camera),
  );
}

/** @param {string} name @param {string} label @param {boolean} on */
function state(name, label, on) {
  const mark = make(
    'span',
    'person-state',
    icon(on ? name : `${name}-off`),
    make('span', 'visually-hidden', `${label} ${on ? 'on' : 'off'}`),
  );
  mark.dataset.on = String(on);
  return mark;
}
