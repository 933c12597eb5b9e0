// A link of RFC 8288, section 3: an address, and parameters whose values may be quoted.
const parameter = String.raw`;\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*)?`;
const link = new RegExp(String.raw`<([^>]*)>\s*((?:${parameter})*)`, 'g');
const parameters = new RegExp(parameter, 'g');

/**
 * The STUN and TURN servers of a `Link` header, as WHIP and WHEP give them (RFC 9725, section 4.6).
 *
 * @param {string | null} header
 * @returns {RTCIceServer[]}
 */
export function iceServersOf(header) {
  return [...(header ?? '').matchAll(link)].flatMap(([, urls, text]) => {
    const {rel = '', username, credential} = valuesOf(text);
    if (!rel.split(/\s+/).includes('ice-server')) return [];
    return [{urls, ...(username !== undefined && {username, credential})}];
  });
}

/** @param {string} text @returns {Record<string, string | undefined>} */
function valuesOf(text) {
  return Object.fromEntries(
    [...text.matchAll(parameters)].map(([, name, quoted, plain = '']) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? plain,
    ]),
  );
}
