import type Stripe from 'stripe';
import type { Control } from '../control.js';

/** What only a double can be made to do. */
export interface Hand {
  readonly control: Control;
  passMs(ms: number): void;
}

export interface Stage {
  readonly stripe: Stripe;
  /** Undefined in front of Stripe itself. */
  readonly hand: Hand | undefined;
}

/** Something to do with Stripe, and what must come of it: in front of the double, and of Stripe's own test mode if there is a key. */
export interface Script {
  readonly name: string;
  /** It takes somebody's hand, time or an empty account, which only the double has. */
  readonly needsHand?: true;
  play(stage: Stage): Promise<void>;
}

/** For scripts that need it. */
export function handOf({ hand }: Stage): Hand {
  if (!hand) throw new Error('This script is played in front of the double only.');
  return hand;
}
