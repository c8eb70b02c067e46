import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { openText, Peppers, sealText } from '@steelyard/domain-identity';
import { canonicalJson } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { compact, signingInput, type Receipt, type ReceiptKey } from '@steelyard/receipt';
import { inferenceErrors } from '../errors.js';

/** A public key with what became of it. */
export interface KnownReceiptKey {
  readonly jwk: ReceiptKey;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
}

/**
 * The keys that receipts are signed with. They are in the database, so that all servers of one database sign alike; the private part is sealed
 * with the pepper, so that a copy of the database alone signs nothing.
 */
@Injectable()
export class ReceiptKeys implements OnApplicationBootstrap {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Of servers that start at once, one makes the key. */
  async onApplicationBootstrap(): Promise<void> {
    const made = await this.database.withPlatform(async (tx) => {
      const inUse = await tx.receiptKey.findFirst({ where: { retiredAt: null }, select: { id: true } });
      return inUse ? undefined : this.#make(tx);
    });
    if (made) this.log.info({ kid: made.jwk.kid }, 'made a key to sign receipts with');
  }

  /** All there ever were, the newest first. */
  async list(): Promise<readonly KnownReceiptKey[]> {
    const rows = await this.database.withPlatform((tx) => tx.receiptKey.findMany({ orderBy: { createdAt: 'desc' } }));
    return rows.map(({ publicKey, createdAt, retiredAt }) => ({ jwk: jwkOf(publicKey, { createdAt, retiredAt }), createdAt, retiredAt }));
  }

  /** A new key from now on. What the one before it signed stays good; with its private part gone it signs nothing more. */
  async rotate(): Promise<KnownReceiptKey> {
    const made = await this.database.withPlatform(async (tx) => {
      // Whoever else rotates now waits here, and then retires what was made here.
      await tx.$executeRaw`LOCK TABLE receipt_key IN SHARE ROW EXCLUSIVE MODE`;
      await tx.receiptKey.updateMany({ where: { retiredAt: null }, data: { retiredAt: new Date(), privateKey: null } });
      return this.#make(tx);
    });
    this.log.info({ kid: made!.jwk.kid }, 'receipts are signed with a new key');
    return made!;
  }

  /** The receipt as a compact JWS: with one key, always the same one. @throws AppError `INFERENCE.RECEIPT_KEY_SEALED` */
  async sign(receipt: Receipt): Promise<string> {
    const row = await this.database.withPlatform((tx) => tx.receiptKey.findFirstOrThrow({ where: { retiredAt: null } }));
    const signed = signingInput(receipt, row.id);
    return compact(signed, sign(null, Buffer.from(signed), this.#open(row.id, row.privateKey!)));
  }

  #open(kid: string, sealed: Uint8Array): KeyObject {
    const text = openText(this.peppers, sealed, sealedFor(kid));
    if (text === undefined) throw inferenceErrors.RECEIPT_KEY_SEALED({ kid });
    return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  }

  /** Undefined where another server was faster. */
  async #make(tx: Tx): Promise<KnownReceiptKey | undefined> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const bytes = new Uint8Array(Buffer.from((publicKey.export({ format: 'jwk' }) as { x: string }).x, 'base64url'));
    const createdAt = new Date();
    const jwk = jwkOf(bytes, { createdAt, retiredAt: null });
    const text = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const data = { id: jwk.kid, publicKey: bytes, privateKey: sealText(this.peppers, text, sealedFor(jwk.kid)), createdAt };
    const { count } = await tx.receiptKey.createMany({ data, skipDuplicates: true });
    return count === 0 ? undefined : { jwk, createdAt, retiredAt: null };
  }
}

const sealedFor = (kid: string) => ({ purpose: 'steelyard receipt key', context: kid });

function jwkOf(publicKey: Uint8Array, { createdAt, retiredAt }: Pick<KnownReceiptKey, 'createdAt' | 'retiredAt'>): ReceiptKey {
  const x = Buffer.from(publicKey).toString('base64url');
  const kid = createHash('sha256').update(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x })).digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid, x, iat: seconds(createdAt), ...(retiredAt && { exp: seconds(retiredAt) }) };
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1_000);
