import { SafeText } from '../../../../../components/safe-text';
import { imageAddress } from '../../image/image-type';
import hues from '../hues.module.css';
import { percent, placeOf, type Box, type ImageSize } from './box';
import classes from './boxes.module.css';

/** So many pixels of the page an image is high at most. */
const HEIGHT_MAX_PX = 480;

export interface DrawnBox {
  readonly box: Box;
  readonly hue: number;
  /** Written on the box; without it the box is drawn alone. */
  readonly tag?: string;
  readonly points?: readonly { readonly x: number; readonly y: number; readonly name: string }[];
}

interface BoxStageProps {
  /** Base64; undefined when the input had none. */
  readonly image: string | undefined;
  readonly label: string;
  readonly size: ImageSize;
  readonly boxes: readonly DrawnBox[];
  /** The box that is looked at: the others step back. */
  readonly marked: number | undefined;
  readonly onMark: (at: number | undefined) => void;
}

/** An image with boxes over it. What they say is in the list beside it, for those who cannot see them. */
export function BoxStage({ image, label, size, boxes, marked, onMark }: BoxStageProps) {
  const address = image === undefined ? undefined : imageAddress(image);
  return (
    <div className={classes.stage} style={{ aspectRatio: `${size.width} / ${size.height}`, maxWidth: (HEIGHT_MAX_PX * size.width) / size.height }} role="img" aria-label={label}>
      {address !== undefined && <img src={address} alt="" className={classes.image} />}
      <div className={classes.boxes} data-marked={marked !== undefined || undefined}>
        {boxes.map((drawn, at) => (
          <DrawnBoxView key={at} drawn={drawn} size={size} marked={marked === at} onMark={(on) => onMark(on ? at : undefined)} />
        ))}
      </div>
    </div>
  );
}

function DrawnBoxView({ drawn: { box, hue, tag, points = [] }, size, marked, onMark }: { drawn: DrawnBox; size: ImageSize; marked: boolean; onMark: (on: boolean) => void }) {
  const { left, top, width, height } = placeOf(box, size);
  return (
    <>
      <div
        className={`${hues.hue} ${classes.box}`}
        data-hue={hue}
        data-marked={marked || undefined}
        data-testid="box"
        style={{ left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` }}
        onPointerEnter={() => onMark(true)}
        onPointerLeave={() => onMark(false)}
      >
        {tag !== undefined && (
          <span className={classes.tag}>
            <SafeText text={tag} lines={1} />
          </span>
        )}
      </div>
      {points.map(({ x, y, name }, at) => (
        <span
          key={at}
          className={`${hues.hue} ${classes.point}`}
          data-hue={hue}
          data-testid="keypoint"
          title={name}
          style={{ left: `${percent(x, size.width)}%`, top: `${percent(y, size.height)}%` }}
        />
      ))}
    </>
  );
}
