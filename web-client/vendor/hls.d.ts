// What this page uses of hls.js (https://github.com/video-dev/hls.js/blob/master/docs/API.md).

export interface HlsError {
  type: string;
  details: string;
  fatal: boolean;
}

export default class Hls {
  static isSupported(): boolean;
  static readonly Events: {readonly ERROR: 'hlsError'};
  constructor(options?: Record<string, unknown>);
  on(event: 'hlsError', listener: (event: string, error: HlsError) => void): void;
  attachMedia(video: HTMLVideoElement): void;
  loadSource(url: string): void;
  destroy(): void;
}
