import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const frames_per_second = 30;
const frames = 10;
const noise = 4;
const sample_rate = 48_000;
const seconds = 10;
const amplitude = 0.2;

/**
 * Files that a browser takes for its camera (one colour) and its microphone (one tone), in a folder
 * of their own.
 */
export class Media {
  static async make(colour, tone_hz, resolution) {
    const media = new Media();
    media.folder = await mkdtemp(join(tmpdir(), 'tessera-media-'));
    media.camera = join(media.folder, 'camera.y4m');
    media.microphone = join(media.folder, 'microphone.wav');
    await writeFile(media.camera, picture(colour, resolution));
    await writeFile(media.microphone, sound(tone_hz));
    return media;
  }

  remove() {
    return rm(this.folder, {recursive: true, force: true});
  }
}

/**
 * YUV4MPEG2 of one colour, with a little noise so that no two frames are the same to an encoder.
 */
function picture(colour, {width, height}) {
  const [y, u, v] = bt601(colour);
  const chroma = Buffer.concat([
    Buffer.alloc((width * height) / 4, u),
    Buffer.alloc((width * height) / 4, v),
  ]);
  const parts = [
    Buffer.from(`YUV4MPEG2 W${width} H${height} F${frames_per_second}:1 Ip A1:1 C420jpeg\n`),
  ];
  for (let frame = 0; frame < frames; frame++) {
    const luma = Buffer.alloc(width * height);
    for (let i = 0; i < luma.length; i++) luma[i] = y + Math.round((Math.random() - 0.5) * noise);
    parts.push(Buffer.from('FRAME\n'), luma, chroma);
  }
  return Buffer.concat(parts);
}

/** ITU-R BT.601, limited range. */
function bt601([red, green, blue]) {
  return [
    16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256,
    128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256,
    128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256,
  ].map(Math.round);
}

/**
 * WAV, 16 bit mono, of a sine; whole seconds of a whole frequency, so that it repeats without a
 * click.
 */
function sound(tone_hz) {
  const samples = Buffer.alloc(sample_rate * seconds * 2);
  for (let i = 0; i < samples.length / 2; i++) {
    const value = amplitude * Math.sin((2 * Math.PI * tone_hz * i) / sample_rate);
    samples.writeInt16LE(Math.round(value * 32767), i * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sample_rate, 24);
  header.writeUInt32LE(sample_rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
