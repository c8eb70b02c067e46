import { useEffect, useState } from 'react';
import { decode } from './convert';

/** Samples a second at which a recording is shown and played. */
const SHOWN_RATE = 44_100;

/** A recording in base64, read by the browser; undefined until it is, and when it cannot be. */
export function useRecording(base64: string | undefined): AudioBuffer | undefined {
  const [read, setRead] = useState<{ of: string; recording: AudioBuffer | undefined }>();
  useEffect(() => {
    if (base64 === undefined) return;
    let current = true;
    void decode(bytesOf(base64), SHOWN_RATE).then((recording) => current && setRead({ of: base64, recording }));
    return () => {
      current = false;
    };
  }, [base64]);
  return read?.of === base64 ? read?.recording : undefined;
}

function bytesOf(base64: string): ArrayBuffer {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  } catch {
    // No base64 at all: nothing to hear, as the caller will find.
    return new ArrayBuffer(0);
  }
}
