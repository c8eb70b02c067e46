import { useState, type DragEvent } from 'react';

export interface DropPlace {
  /** Something is held over the place. */
  readonly over: boolean;
  /** For the element that is the place. */
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: () => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** A place that files are dropped on. While it is `disabled` they are let fall: the page must not be left for them. */
export function useDropPlace(onDropped: (dropped: DataTransfer) => void, disabled = false): DropPlace {
  const [over, setOver] = useState(false);
  return {
    over,
    handlers: {
      onDragOver: (event) => {
        event.preventDefault();
        setOver(!disabled);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event) => {
        event.preventDefault();
        setOver(false);
        if (!disabled) onDropped(event.dataTransfer);
      },
    },
  };
}
