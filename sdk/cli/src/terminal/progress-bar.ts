import { formatBytes } from './table.js';

const WIDTH = 24;
const REDRAW_MS = 100;

/** One line on a terminal that shows how far something is; nothing at all elsewhere. */
export class ProgressBar {
  #done = 0;
  #drawnAtMs = -Infinity;

  constructor(
    private readonly stream: { readonly isTTY?: boolean | undefined; write(text: string): unknown },
    private readonly label: string,
    private readonly total: number,
    private readonly format = formatBytes,
  ) {}

  /** @param done how much is there now, of all */
  update(done: number): void {
    this.#done = done;
    const nowMs = performance.now();
    if (!this.stream.isTTY || nowMs - this.#drawnAtMs < REDRAW_MS) return;
    this.#drawnAtMs = nowMs;
    const share = this.total === 0 ? 1 : Math.min(1, this.#done / this.total);
    const filled = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    this.stream.write(`\r\u001b[2K${this.label} ${bar} ${Math.round(share * 100)}%  ${this.format(this.#done)} of ${this.format(this.total)}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.stream.isTTY && this.#drawnAtMs > -Infinity) this.stream.write('\r\u001b[2K');
  }
}
