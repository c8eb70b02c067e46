import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Peppers } from './peppers.js';

export interface DerivedSecret {
  /** 256 bits as base64url. */
  readonly secret: string;
  /** What is stored in its place: without the pepper it tells nothing. */
  readonly label: string;
}

/** Secrets that this server must know again, but that are stored nowhere: made of a pepper and a label, so that a copy of the database alone gives them to nobody. */
@Injectable()
export class DerivedSecrets {
  constructor(@Inject(Peppers) private readonly peppers: Peppers) {}

  make(purpose: string): DerivedSecret {
    const { key, pepperId } = this.peppers.keyFor(purpose)!;
    const label = `${pepperId}.${randomBytes(16).toString('base64url')}`;
    return { secret: secretOf(key, label), label };
  }

  /** `undefined` where this server lacks the pepper that the label was made with. */
  again(purpose: string, label: string): string | undefined {
    const known = this.peppers.keyFor(purpose, label.slice(0, label.indexOf('.')));
    return known && secretOf(known.key, label);
  }
}

function secretOf(key: Uint8Array, label: string): string {
  return createHmac('sha256', key).update(label).digest('base64url');
}
