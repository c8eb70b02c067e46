/** What the provider gets of what was charged: all but the platform's fee. */
export function revenueOf({ amountNano, feeNano }: { amountNano: string; feeNano: string }): bigint {
  return BigInt(amountNano) - BigInt(feeNano);
}
