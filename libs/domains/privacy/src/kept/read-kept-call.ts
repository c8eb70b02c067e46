import { Inject, Injectable } from '@nestjs/common';
import { openBytes, Peppers } from '@steelyard/domain-identity';
import { isId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { decodeValue, toJsonValue } from '@steelyard/wire';
import { privacyErrors } from '../errors.js';
import { KEPT_BYTES_MAX, KeepCalls, sealedFor } from './keep-calls.js';

/** An input or output as it was kept. */
export interface KeptContent {
  /** `too-large`: more than {@link KEPT_BYTES_MAX}; `dropped`: the server had too much to write. */
  readonly state: 'kept' | 'too-large' | 'dropped';
  /** As JSON; `null` where it is not kept. */
  readonly value: unknown;
  /** Of its CBOR. */
  readonly bytes: number;
}

export interface KeptCall {
  readonly predictionId: string;
  readonly input: KeptContent;
  /** `null` for a call that came to no whole answer. */
  readonly output: KeptContent | null;
  readonly keptUntil: Date;
}

/** Shows an organization what is kept of its own calls. */
@Injectable()
export class ReadKeptCall {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(KeepCalls) private readonly keeping: KeepCalls,
  ) {}

  /** Nothing for a call of others, one of which nothing is kept, and one whose time is over. @throws AppError `PRIVACY.NOT_OPENED` */
  async find({ organizationId: tenantId }: Caller, predictionId: string): Promise<KeptCall | undefined> {
    if (!isId(predictionId)) return undefined;
    await this.keeping.written();
    const row = await this.database.withTenant(tenantId, (tx) => tx.keptCall.findFirst({ where: { tenantId, predictionId, expiresAt: { gt: new Date() } } }));
    if (!row) return undefined;
    const contentOf = (which: 'input' | 'output', bytes: number): KeptContent => {
      const sealed = row[which];
      if (sealed === null) return { state: bytes > KEPT_BYTES_MAX ? 'too-large' : 'dropped', value: null, bytes };
      const opened = openBytes(this.peppers, sealed, sealedFor(row, which));
      if (!opened) throw privacyErrors.NOT_OPENED({ id: predictionId });
      return { state: 'kept', value: toJsonValue(decodeValue(opened)), bytes };
    };
    return { predictionId, input: contentOf('input', row.inputBytes), output: row.outputBytes === null ? null : contentOf('output', row.outputBytes), keptUntil: row.expiresAt };
  }
}
