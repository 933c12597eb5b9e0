/** @import {Capture, CaptureProblem} from '../sdk/capture.js' */

/**
 * What went wrong with a device, and what to do.
 *
 * @param {string} device
 * @param {CaptureProblem} problem
 */
function captureWords(device, problem) {
  const them = device.includes(' and ') ? 'them' : 'it';
  switch (problem) {
    case 'refused':
      return {
        title: `No permission for ${device}.`,
        text: `Allow ${them} beside the browser's address bar, then press the button again.`,
      };
    case 'missing':
      return {
        title: `No ${device} found.`,
        text: `Plug ${them === 'it' ? 'one' : them} in any time.`,
      };
    case 'busy':
      return {
        title: `No picture or sound from ${device}.`,
        text: 'Another program may be using it. Close that, then press the button again.',
      };
    case 'ended':
      return {
        title: `The ${device} went away.`,
        text: 'It was unplugged or turned off. Press the button to use another one.',
      };
    case 'insecure':
      return {
        title: `No ${device} on this address.`,
        text: 'Browsers allow them only on https:// pages. To be seen and heard, ask for an https:// link.',
      };
  }
}

/**
 * What keeps the person from being seen and heard although they want to: nothing, one thing or two.
 *
 * @param {Capture} camera
 * @param {Capture} microphone
 */
export function deviceProblems(camera, microphone) {
  const problems = [
    {device: 'camera', problem: lacks(camera)},
    {device: 'microphone', problem: lacks(microphone)},
  ];
  if (problems[0].problem && problems[0].problem === problems[1].problem) {
    return [captureWords('camera and microphone', problems[0].problem)];
  }
  return problems.flatMap(({device, problem}) => (problem ? [captureWords(device, problem)] : []));
}

/** Why there is no sound or picture from it although it is wanted. @param {Capture} capture */
export function lacks({wanted, active, problem}) {
  return wanted && !active ? problem : null;
}

/**
 * Which choices were in vain.
 *
 * @param {Capture} camera
 * @param {Capture} microphone
 */
export function vainChoices(camera, microphone) {
  return [
    {device: 'camera', capture: camera},
    {device: 'microphone', capture: microphone},
  ].flatMap(({device, capture}) =>
    capture.active && capture.problem
      ? [{title: `The other ${device} cannot be used.`, text: 'The one before is on again.'}]
      : [],
  );
}

/** @type {Record<string, {title: string, text: string}>} */
const problems = {
  room_full: {
    title: 'This room is full',
    text: 'Try again when somebody has left, or take another room.',
  },
  server_full: {
    title: 'The server is full',
    text: 'It holds as many people as it may. Try again in a little while.',
  },
  invalid_room: {
    title: 'The server does not take this room name',
    text: 'Go back and choose another one.',
  },
  invalid_name: {
    title: 'The server does not take this name',
    text: 'Go back and choose another one.',
  },
  replaced: {
    title: 'You are in from another window',
    text: 'This window has left, so that you are here only once.',
  },
  fingerprint_mismatch: {
    title: 'The connection was not safe',
    text: 'Somebody between you and the server seems to have changed it. Try another network.',
  },
  negotiation_failed: {
    title: 'This browser cannot join',
    text: 'It refuses a WebRTC connection. Perhaps that is switched off in its settings.',
  },
  unsupported_media: {
    title: 'This browser does not fit',
    text: 'It shares no sound or picture format with the server. A current Chrome, Edge, Firefox or Safari does.',
  },
};

/** Why a meeting can't go on. @param {{code: string, message: string}} problem */
export function failureWords({code, message}) {
  return problems[code] ?? {title: 'The meeting cannot go on', text: message};
}

/** @type {Record<string, string>} */
const breaks = {
  unreachable: 'The server cannot be reached',
  shutting_down: 'The server is restarting',
  connection_timeout: 'No connection for sound and picture',
  media_failure: 'Your stream had a fault',
};

/** Why it reconnects, in a few words. @param {{code: string}} problem */
export function breakWords({code}) {
  return breaks[code] ?? 'The connection broke';
}

/** Of who is left out of recordings. The server writes the same in their place. */
export const notRecorded = 'Not recorded';
