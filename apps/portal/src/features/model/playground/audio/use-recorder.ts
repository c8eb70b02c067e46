import { useEffect, useRef, useState } from 'react';
import { SECONDS_MAX } from './convert';

export type RecorderState = 'idle' | 'asking' | 'recording' | 'refused' | 'missing';

export interface Recorder {
  readonly state: RecorderState;
  readonly seconds: number;
  readonly start: () => void;
  readonly stop: () => void;
}

const TICK_MS = 200;

/** Records with the microphone, once the person has let it; what was recorded comes when it is stopped. */
export function useRecorder(onRecorded: (recording: Blob) => void): Recorder {
  const [state, setState] = useState<RecorderState>('idle');
  const [seconds, setSeconds] = useState(0);
  const ending = useRef<() => void>(undefined);
  const heard = useRef(onRecorded);
  heard.current = onRecorded;
  const gone = useRef(false);
  // Who leaves the page is not listened to any longer.
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      ending.current?.();
    };
  }, []);

  const start = async () => {
    // Browsers hide the microphone from pages without TLS.
    if (!('mediaDevices' in navigator) || typeof MediaRecorder === 'undefined') return setState('missing');
    setState('asking');
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    if (gone.current) return release(stream);
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const passed = (performance.now() - startedAt) / 1_000;
      setSeconds(passed);
      if (passed >= SECONDS_MAX - 1) ending.current?.();
    }, TICK_MS);
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => {
      clearInterval(timer);
      release(stream);
      if (gone.current) return;
      setState('idle');
      heard.current(new Blob(parts, { type: recorder.mimeType }));
    };
    ending.current = () => {
      ending.current = undefined;
      recorder.stop();
    };
    setSeconds(0);
    setState('recording');
    recorder.start();
  };
  return { state, seconds, start: () => void start().catch(() => setState('refused')), stop: () => ending.current?.() };
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
