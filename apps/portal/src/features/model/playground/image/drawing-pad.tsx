import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { useStrings } from '../../../../strings';
import classes from './image.module.css';

/** Width and height of the drawing, in its own pixels. */
const SIDE_PX = 280;
/** About as thick as the strokes of the handwriting that such models have learned from. */
const PEN_PX = 22;

/** A white sheet for a black pen: mouse, pen or finger. Gives a PNG in base64 after each stroke, undefined for an empty sheet. */
export function DrawingPad({ onDrawn }: { onDrawn: (base64: string | undefined) => void }) {
  const { playground } = useStrings().model;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing, setDrawing] = useState(false);
  useEffect(() => blank(canvas.current!), []);

  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrawing(true);
    stroke(event, true);
  };
  const end = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!drawing) return;
    setDrawing(false);
    onDrawn(event.currentTarget.toDataURL('image/png').split(',')[1]);
  };
  const clear = () => {
    blank(canvas.current!);
    onDrawn(undefined);
  };
  return (
    <Stack gap="xs" align="flex-start">
      <canvas
        ref={canvas}
        width={SIDE_PX}
        height={SIDE_PX}
        className={classes.sheet}
        role="img"
        aria-label={playground.drawing}
        aria-describedby="drawing-hint"
        onPointerDown={begin}
        onPointerMove={(event) => drawing && stroke(event, false)}
        onPointerUp={end}
        onPointerCancel={end}
      />
      <Text size="sm" c="dimmed" id="drawing-hint">
        {playground.drawHint}
      </Text>
      <Button variant="default" size="xs" onClick={clear}>
        {playground.clear}
      </Button>
    </Stack>
  );
}

function blank(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext('2d')!;
  context.fillStyle = 'white';
  context.fillRect(0, 0, SIDE_PX, SIDE_PX);
}

/** Draws to where the pointer is; a stroke begins with a dot. */
function stroke({ currentTarget, nativeEvent }: PointerEvent<HTMLCanvasElement>, begins: boolean): void {
  const context = currentTarget.getContext('2d')!;
  const scale = SIDE_PX / currentTarget.clientWidth;
  context.lineWidth = PEN_PX;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = 'black';
  if (begins) {
    context.beginPath();
    context.moveTo(nativeEvent.offsetX * scale, nativeEvent.offsetY * scale);
  }
  // A quick hand moves on between two frames; the points in between make the line round.
  const points = nativeEvent.getCoalescedEvents?.() ?? [];
  for (const { offsetX, offsetY } of points.length > 0 ? points : [nativeEvent]) context.lineTo(offsetX * scale, offsetY * scale);
  context.stroke();
}
