import { describe, expect, it } from '@jest/globals';
import type { UsageRow } from '@steelyard/domain-metering';
import { csvLine, TABLE_FORMATS } from './usage-table.js';

describe('a line of CSV', () => {
  it('quotes what RFC 4180 wants quoted', () => {
    expect(csvLine(['plain', 'a,b', 'say "hello"', 'two\nlines', 1.5, null])).toBe('plain,"a,b","say ""hello""","two\nlines",1.5,\r\n');
  });

  it('is never a formula', () => {
    expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("https://evil.example","x")'])).toBe(
      `'=1+1,'+1,'-1,'@SUM(A1),'\t=1,"'=HYPERLINK(""https://evil.example"",""x"")"\r\n`,
    );
  });
});

describe('a table of calls', () => {
  const row: UsageRow = {
    id: 'call-1', batchId: 'b', consumerTenantId: 'c', providerTenantId: 'p', keyId: 'k-1', modelId: 'm-1', versionId: 'v-1', priceId: 'price-1',
    status: 'succeeded', errorCode: null, unit: 'input_token', quantity: 40n, amountNano: 1_500_000_007n, feeNano: 225_000_001n, currency: 'usd',
    lines: [{ unit: 'input_token', quantity: 40n, amountNano: 1_000_000_000n }, { unit: 'output_token', quantity: 7n, amountNano: 500_000_007n }],
    freeQuantity: 0n, tag: '=nightly', period: 202611, inputHash: null, outputHash: null, build: null, masked: null,
    queueMicros: 1_500, computeMicros: 2_000, totalMicros: 4_250, occurredAt: new Date('2026-11-05T09:30:00Z'),
  };
  const names = { versions: new Map([['v-1', { modelRef: 'acme/digits', version: '1.0.0' }]]), keys: new Map([['k-1', 'ci']]) } as unknown as Parameters<typeof TABLE_FORMATS.csv.rows>[2];

  it('has every field, amounts in decimals and in nano-units, and each component of the charge', () => {
    const { head, rows } = TABLE_FORMATS.csv;
    expect(head('consumer')).toBe(
      'id,occurred_at,model,version,model_id,version_id,status,error_code,quantity,unit,amount,amount_nano,fee,fee_nano,currency,lines,free_quantity,period,price_id,queue_ms,compute_ms,total_ms,tag,key_id,key_name\r\n',
    );
    expect(rows('consumer', [row], names)).toBe(
      `call-1,2026-11-05T09:30:00.000Z,acme/digits,1.0.0,m-1,v-1,succeeded,,40,input_token,1.500000007,1500000007,0.225000001,225000001,usd,input_token:40:1000000000 output_token:7:500000007,0,202611,price-1,1.5,2,4.25,'=nightly,k-1,ci\r\n`,
    );
    expect(JSON.parse(TABLE_FORMATS.jsonl.rows('consumer', [row], names))).toMatchObject({
      amount: '1.500000007', amount_nano: '1500000007', tag: '=nightly', period: 202611,
      lines: [{ unit: 'input_token', quantity: '40', amount: '1.00', amount_nano: '1000000000' }, { unit: 'output_token', quantity: '7', amount_nano: '500000007' }],
    });
  });

  it('tells the provider neither the key nor the tag', () => {
    for (const { head, rows } of Object.values(TABLE_FORMATS)) expect(`${head('provider')}${rows('provider', [row], names)}`).not.toMatch(/tag|nightly|key|k-1|\bci\b/);
  });
});
