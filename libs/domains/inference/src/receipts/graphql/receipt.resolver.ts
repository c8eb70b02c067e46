import { Inject } from '@nestjs/common';
import { Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { CurrentCaller, OperatorOnly, Public } from '@steelyard/platform-graphql';
import { Prediction } from '../../graphql/inference.graphql-types.js';
import { IssueReceipt } from '../issue-receipt.js';
import { ReceiptKeys, type KnownReceiptKey } from '../receipt-keys.js';
import { Receipt, ReceiptKey } from './receipt.graphql-types.js';

@Resolver(() => Prediction)
export class ReceiptResolver {
  constructor(
    @Inject(IssueReceipt) private readonly receipts: IssueReceipt,
    @Inject(ReceiptKeys) private readonly keys: ReceiptKeys,
  ) {}

  @ResolveField(() => Receipt, { nullable: true, description: 'Signed by the platform; null of a prediction that failed and was not charged.' })
  async receipt(@Parent() { id, status }: Prediction, @CurrentCaller() caller: Caller): Promise<Receipt | null> {
    if (status === PredictionStatus.FAILED) return null;
    const { receipt: payload, jws } = await this.receipts.issue(caller, id);
    return { jws, payload };
  }

  @Query(() => [ReceiptKey], { description: 'The public keys that receipts are signed with, the one in use first. The same are at /.well-known/steelyard-receipt-keys.json.' })
  @Public()
  async receiptKeys(): Promise<ReceiptKey[]> {
    return (await this.keys.list()).map(present);
  }

  @Mutation(() => ReceiptKey, { description: 'Signs receipts with a new key from now on. What the one before it signed stays good.' })
  @OperatorOnly()
  async rotateReceiptKey(): Promise<ReceiptKey> {
    return present(await this.keys.rotate());
  }
}

const present = ({ jwk, createdAt, retiredAt }: KnownReceiptKey): ReceiptKey => ({ kid: jwk.kid, jwk, createdAt, retiredAt });
