import {Devices} from '../sdk/tessera.js';
import {readAddress} from './address.js';
import {Announcer} from './announcer.js';
import {byId} from './dom.js';
import {LevelMeter} from './level_meter.js';
import {Lobby} from './lobby.js';
import {MeetingPage} from './meeting_page.js';
import {memory} from './memory.js';

const wish = readAddress(location);
const devices = new Devices({processing: wish.processing});
const known = {room: wish.room || memory.read('room'), name: wish.name || memory.read('name')};

const meter = new LevelMeter(
  byId('lobby-meter', HTMLElement),
  byId('settings-meter', HTMLElement),
  byId('microphone', HTMLElement),
);
devices.on('change', () => meter.listen(devices.microphone.track));

const page = new MeetingPage(devices, new Announcer(), showLobby);
const lobby = new Lobby(devices, enter);

function showLobby() {
  document.title = 'Tessera';
  document.body.dataset.state = 'lobby';
  lobby.show(known);
  devices.open();
}

/** @param {{room: string, name: string}} seat */
function enter({room, name}) {
  Object.assign(known, {room, name});
  memory.write('room', room);
  memory.write('name', name);
  page.enter({room, name});
}

for (const [key, capture] of /** @type {const} */ ([
  ['camera', devices.camera],
  ['microphone', devices.microphone],
])) {
  capture.prefer(memory.read(key));
}
if (wish.join && known.name && wish.room) enter({room: wish.room, name: known.name});
else showLobby();

// A page that comes back out of the browser's memory has left its meeting and lost its devices.
addEventListener('pageshow', ({persisted}) => persisted && location.reload());
