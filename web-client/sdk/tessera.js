export {Capture} from './capture.js';
export {Devices} from './devices.js';
export {Meeting} from './meeting.js';
export {hue, initials} from './avatar.js';
export {personName, roomName} from './names.js';
