import { useEffect, useRef, useState } from 'react';

/** How often the mark of the place moves. */
const TICK_MS = 50;

export interface Player {
  readonly playing: boolean;
  /** In seconds; undefined while nothing plays. */
  readonly position: number | undefined;
  readonly play: (from?: number) => void;
  readonly stop: () => void;
}

/** Plays a recording from wherever one likes. By the samples, not by an element of the page: its policy lets no media in. */
export function usePlayer(recording: AudioBuffer | undefined): Player {
  const [position, setPosition] = useState<number>();
  const ending = useRef<() => void>(undefined);
  const stop = () => ending.current?.();
  useEffect(() => stop, [recording]);

  const play = (from = 0) => {
    if (!recording) return;
    stop();
    const context = new AudioContext();
    const source = new AudioBufferSourceNode(context, { buffer: recording });
    source.connect(context.destination);
    const place = () => from + context.currentTime;
    const timer = setInterval(() => setPosition(Math.min(place(), recording.duration)), TICK_MS);
    const end = () => {
      if (ending.current !== end) return;
      ending.current = undefined;
      clearInterval(timer);
      setPosition(undefined);
      void context.close();
    };
    ending.current = end;
    source.onended = end;
    setPosition(from);
    source.start(0, from);
  };
  return { playing: position !== undefined, position, play, stop };
}
