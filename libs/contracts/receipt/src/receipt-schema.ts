const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;
const digits = { type: 'string', pattern: '^(0|[1-9][0-9]{0,18})$' } as const;
const id = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const;
const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const currency = { type: 'string', pattern: '^[a-z]{3}$' } as const;
const micros = { type: 'integer', minimum: 0 } as const;

/** An object that has all of these fields, some of those, and no other. */
function fields<P extends Readonly<Record<string, object>>, O extends Readonly<Record<string, object>> = Readonly<Record<never, object>>>(properties: P, optional?: O) {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } as P & O, additionalProperties: false } as const;
}

const orNull = <S extends object>(schema: S) => ({ anyOf: [{ type: 'null' }, schema] }) as const;
const hash = orNull(fields({ encoding: { const: 'cbor' }, sha256 }));

/** JSON Schema (2020-12) of a receipt; {@link readReceipt} reads by it. */
export const receiptSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Receipt of a prediction',
  ...fields(
    {
    version: { const: 1 },
    predictionId: id,
    consumer: fields({ organizationId: id, handle: text }),
    model: fields({ ref: text, versionId: id, digest: sha256 }),
    input: hash,
    output: hash,
    price: fields({
      id,
      currency,
      components: { type: 'array', minItems: 1, items: fields({ unit: text, amountNano: digits, per: { type: 'string', pattern: '^[1-9][0-9]{0,18}$' } }) },
      free: orNull(fields({ unit: text, quantity: digits })),
    }),
    charge: fields({
      currency,
      amountNano: digits,
      lines: { type: 'array', minItems: 1, items: fields({ unit: text, quantity: digits, amountNano: digits }) },
      freeQuantity: digits,
    }),
    build: textOrNull,
    timings: fields({ queueMicros: micros, computeMicros: micros, totalMicros: micros }),
    occurredAt: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$' },
    errorCode: textOrNull,
    },
    { masked: { type: 'array', minItems: 1, items: fields({ kind: text, count: { type: 'integer', minimum: 1 } }) } },
  ),
} as const;
