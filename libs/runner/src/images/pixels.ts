/** A decoded image: 8 bits a channel, rows from the top, channels interleaved (HWC); 1 channel is gray, 3 are RGB. */
export class Pixels {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly channels: 1 | 3,
    readonly data: Uint8Array,
  ) {}
}
