export {Capture} from './capture.js';
export {Devices} from './devices.js';
export {Host} from './host.js';
export {Meeting} from './meeting.js';
export {Refusal} from './refusal.js';
export {WhepPlayer} from './whep_player.js';
export {elapsedOf, isOver} from './outputs.js';
export {hue, initials} from './avatar.js';
export {personName, roomName} from './names.js';
