export interface RestartRules {
  readonly restartDelayMs: number;
  readonly restartDelayMaxMs: number;
  readonly failuresToOpen: number;
  readonly failureWindowMs: number;
  readonly circuitOpenMs: number;
}

/**
 * When a runner that failed may start again, from the times of its latest failures alone: at once after the first, then
 * after pauses that double; after too many within the window not at all for a while. Any clock in milliseconds.
 */
export class RestartPolicy {
  readonly #rules: RestartRules;
  #failuresAtMs: number[] = [];

  constructor(rules: RestartRules) {
    this.#rules = rules;
  }

  failed(nowMs: number): void {
    this.#forgetOld(nowMs);
    this.#failuresAtMs.push(nowMs);
  }

  /** How long calls are refused; 0 when they are not. */
  refusedForMs(nowMs: number): number {
    this.#forgetOld(nowMs);
    const { failuresToOpen, circuitOpenMs } = this.#rules;
    if (this.#failuresAtMs.length < failuresToOpen) return 0;
    return Math.max(this.#failuresAtMs.at(-1)! + circuitOpenMs - nowMs, 0);
  }

  /** How long to wait before the next start; 0 when it may start now. */
  pauseMs(nowMs: number): number {
    this.#forgetOld(nowMs);
    const count = this.#failuresAtMs.length;
    if (count < 2) return 0;
    const { restartDelayMs, restartDelayMaxMs } = this.#rules;
    const delayMs = Math.min(restartDelayMs * 2 ** (count - 2), restartDelayMaxMs);
    return Math.max(this.#failuresAtMs.at(-1)! + delayMs - nowMs, 0);
  }

  /** Whether there is no failure to remember. */
  isClean(nowMs: number): boolean {
    this.#forgetOld(nowMs);
    return this.#failuresAtMs.length === 0;
  }

  #forgetOld(nowMs: number): void {
    const sinceMs = nowMs - this.#rules.failureWindowMs;
    if (this.#failuresAtMs[0] !== undefined && this.#failuresAtMs[0] <= sinceMs) {
      this.#failuresAtMs = this.#failuresAtMs.filter((atMs) => atMs > sinceMs);
    }
  }
}
