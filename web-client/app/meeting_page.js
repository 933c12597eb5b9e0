import {Meeting} from '../sdk/tessera.js';
import {inviteLink, showRoomInAddress, signallingUrl} from './address.js';
import {byId} from './dom.js';
import {DeviceButtons, toggle} from './device_buttons.js';
import {DeviceChoice} from './device_choice.js';
import {FullScreen} from './full_screen.js';
import {HostPanel} from './host_panel.js';
import {Notice} from './notice.js';
import {failureNotice} from './output_words.js';
import {OutputsBadge} from './outputs_badge.js';
import {PeoplePanel} from './people_panel.js';
import {RecordingChoice} from './recording_choice.js';
import {Shortcuts} from './shortcuts.js';
import {Stage} from './stage.js';
import {StatusCard} from './status_card.js';
import {WakeLock} from './wake_lock.js';
import {deviceProblems, vainChoices} from './words.js';

/** @import {Devices} from '../sdk/devices.js' */
/** @import {Announcer} from './announcer.js' */

/** @typedef {'lobby' | 'joining' | 'in-meeting' | 'reconnecting' | 'left' | 'error'} PageState */

/** @param {PageState[]} states */
const pageIs = (...states) => states.includes(/** @type {PageState} */ (document.body.dataset.state));

/** Whether oneself is left out of recordings. @param {Meeting} meeting */
const isLeftOut = ({people, participant}) =>
  people.some(({id, recorded}) => id === participant && recorded === false);

/** The meeting on the page: one Meeting after another, and everything that shows it. */
export class MeetingPage {
  #devices;
  #announcer;
  #back;
  #stage = new Stage();
  #people = new PeoplePanel();
  #notice = new Notice();
  #fullScreen = new FullScreen();
  #wakeLock = new WakeLock();
  #host = new HostPanel();
  #recording = new RecordingChoice(() => this.#send());
  #badge;
  #status;
  /** @type {Meeting | null} */
  #meeting = null;

  /**
   * @param {Devices} devices
   * @param {Announcer} announcer
   * @param {() => void} back To the lobby.
   */
  constructor(devices, announcer, back) {
    this.#devices = devices;
    this.#announcer = announcer;
    this.#back = back;
    this.#status = new StatusCard(announcer);
    this.#badge = new OutputsBadge(announcer);
    new DeviceButtons(
      devices,
      byId('microphone', HTMLButtonElement),
      byId('camera', HTMLButtonElement),
    );
    new DeviceChoice(
      devices,
      byId('cameras', HTMLSelectElement),
      byId('microphones', HTMLSelectElement),
    );
    devices.on('change', () => this.#send());
    this.#stage.on('frame', () => this.#show());
    this.#connectButtons();
    this.#connectKeys();
    addEventListener('online', () => this.#meeting?.retryNow());
    addEventListener('pagehide', () => this.#meeting?.leave());
  }

  /** @param {{room: string, name: string}} seat */
  enter({room, name}) {
    showRoomInAddress(room);
    byId('room-title', HTMLElement).textContent = room;
    document.title = `${room} · Tessera`;
    const meeting = new Meeting({url: signallingUrl(), room, name});
    this.#meeting = meeting;
    // For tests and the console.
    Object.assign(window, {tessera: {meeting, devices: this.#devices}});
    meeting.on('state', () => this.#follow(meeting, {room, name}));
    meeting.on('people', (people) => {
      if (meeting !== this.#meeting) return;
      this.#people.show(people, meeting.participant);
      this.#badge.show(meeting.outputs, isLeftOut(meeting));
      this.#remind();
    });
    meeting.on('outputs', (outputs) => {
      if (meeting !== this.#meeting) return;
      this.#badge.show(outputs, isLeftOut(meeting));
      this.#host.show(outputs);
      this.#remind();
    });
    meeting.on('arrival', (person) => this.#announcer.show(`${person.name} joined`));
    meeting.on('departure', (person) => this.#announcer.show(`${person.name} left`));
    this.#people.enter();
    this.#badge.clear();
    this.#host.enter(room);
    this.#devices.open();
    this.#send();
    meeting.join();
  }

  #connectButtons() {
    const settings = byId('settings', HTMLDialogElement);
    byId('leave', HTMLButtonElement).addEventListener('click', () => this.#meeting?.leave());
    byId('settings-button', HTMLButtonElement).addEventListener('click', () =>
      settings.showModal(),
    );
    byId('invite', HTMLButtonElement).addEventListener('click', () => this.#copyInvitation());
    byId('people-invite', HTMLButtonElement).addEventListener('click', () =>
      this.#copyInvitation(),
    );
  }

  /** Who has left is not to be seen or heard, whatever they press. */
  #connectKeys() {
    const isHere = () => pageIs('joining', 'in-meeting', 'reconnecting');
    new Shortcuts({
      M: () => isHere() && toggle(this.#devices.microphone),
      V: () => isHere() && toggle(this.#devices.camera),
      P: () => pageIs('in-meeting') && this.#people.toggle(),
      F: () => pageIs('in-meeting') && this.#fullScreen.toggle(),
    });
  }

  /** @param {Meeting} meeting @param {{room: string, name: string}} seat */
  #follow(meeting, seat) {
    if (meeting !== this.#meeting) return;
    if (meeting.stream) this.#stage.show(meeting.stream);
    if (meeting.state === 'left' || meeting.state === 'failed') {
      this.#stage.clear();
      this.#devices.close();
      byId('settings', HTMLDialogElement).close(); // To choose a device opens it.
      this.#host.close();
      this.#badge.clear();
    }
    this.#show();
    this.#status.show(meeting, {
      again: () => this.enter(seat),
      back: () => {
        meeting.leave();
        this.#meeting = null;
        this.#back();
      },
    });
  }

  /** The page's state: in the meeting is whoever sees it. */
  #show() {
    if (!this.#meeting) return;
    const before = document.body.dataset.state;
    const state = this.#pageState(this.#meeting, before);
    document.body.dataset.state = state;
    this.#wakeLock.set(state === 'in-meeting');
    if (state === 'in-meeting' && before !== state)
      this.#announcer.say(`You are in ${this.#meeting.room}.`);
    if ((state === 'left' || state === 'error') && document.fullscreenElement)
      document.exitFullscreen();
    this.#remind();
  }

  /** @param {Meeting} meeting @param {string | undefined} before @returns {PageState} */
  #pageState({state}, before) {
    switch (state) {
      case 'connected':
        if (this.#stage.playing) return 'in-meeting';
        return before === 'reconnecting' ? before : 'joining';
      case 'failed':
        return 'error';
      default:
        return state;
    }
  }

  /** Camera and microphone as they are now, and whether they may be recorded. */
  #send() {
    const {camera, microphone} = this.#devices;
    this.#meeting?.setTrack('video', camera.track);
    this.#meeting?.setTrack('audio', microphone.track);
    this.#meeting?.setMedia({
      camera: camera.active,
      microphone: microphone.active,
      recorded: this.#recording.recorded,
    });
    this.#remind();
  }

  /** What the person should know while they are in the meeting. */
  #remind() {
    const alone = this.#meeting?.people.length === 1;
    const {camera, microphone} = this.#devices;
    const problems = [...deviceProblems(camera, microphone), ...vainChoices(camera, microphone)];
    const failures = (this.#meeting?.outputs ?? [])
      .filter(({state}) => state === 'failed')
      .map(failureNotice);
    const invite = {
      title: 'Nobody else is here yet.',
      text: 'Send them the link.',
      action: {label: 'Copy link', run: () => this.#copyInvitation()},
    };
    if (pageIs('in-meeting'))
      this.#notice.show([...failures, ...problems, ...(alone ? [invite] : [])]);
    else this.#notice.hide();
  }

  async #copyInvitation() {
    if (!this.#meeting) return;
    const link = inviteLink(this.#meeting.room);
    try {
      await navigator.clipboard.writeText(link);
      this.#announcer.show('The invite link is copied');
    } catch {
      prompt('Copy this link:', link);
    }
  }
}
