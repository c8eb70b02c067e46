import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Person, Tx } from '@steelyard/platform-database';
import { Peppers } from '../keys/peppers.js';

const PURPOSE = 'mark of a former person';

type Identity = Pick<Person, 'issuer' | 'subject'>;

/** Knows again who erased their account, without keeping who they were: only who has the pepper and is shown the same identity can tell. */
@Injectable()
export class FormerPeople {
  constructor(@Inject(Peppers) private readonly peppers: Peppers) {}

  async remember(tx: Tx, identity: Identity): Promise<void> {
    await tx.formerPerson.createMany({ data: [{ mark: markOf(identity, this.peppers.keyFor(PURPOSE)!.key) }], skipDuplicates: true });
  }

  /** Not where the pepper is gone that they were remembered with. */
  async isOne(tx: Tx, identity: Identity): Promise<boolean> {
    const marks = this.peppers.ids.map((pepperId) => markOf(identity, this.peppers.keyFor(PURPOSE, pepperId)!.key));
    return (await tx.formerPerson.count({ where: { mark: { in: marks } } })) > 0;
  }
}

function markOf({ issuer, subject }: Identity, key: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(JSON.stringify([issuer, subject])).digest());
}
