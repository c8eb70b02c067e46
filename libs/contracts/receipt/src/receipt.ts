/**
 * What the platform signs about one prediction that succeeded. All whole numbers that may be large are texts of digits; amounts are in
 * nano-units (1e-9) of the currency, quantities in parts of their unit (microseconds of a second, bytes of a megabyte).
 */
export interface Receipt {
  readonly version: 1;
  readonly predictionId: string;
  /** The organization that was charged. */
  readonly consumer: { readonly organizationId: string; readonly handle: string };
  /** The version that ran: `owner/name@version`, and the digest of its manifest and files. */
  readonly model: { readonly ref: string; readonly versionId: string; readonly digest: string };
  /** Of what the engine was given, and of what it gave; null where there is none: a call that was cut short has no whole answer. */
  readonly input: ContentHash | null;
  readonly output: ContentHash | null;
  readonly price: ReceiptPrice;
  readonly charge: ReceiptCharge;
  /** What ran: platform, runtime, its libraries, and their versions. */
  readonly build: string | null;
  readonly timings: { readonly queueMicros: number; readonly computeMicros: number; readonly totalMicros: number };
  /** When the call had ended, ISO 8601 in UTC. */
  readonly occurredAt: string;
  /** Why a call that was charged came to no whole answer. */
  readonly errorCode: string | null;
  /** What was masked in the input before the engine was given it: kinds of personal data, and how often. Absent where nothing was. */
  readonly masked?: readonly MaskedCount[];
}

export interface MaskedCount {
  readonly kind: string;
  readonly count: number;
}

/** `cbor`: sha256, in hex, of the bytes that crossed to the engine, which are the CBOR of the value. */
export interface ContentHash {
  readonly encoding: 'cbor';
  readonly sha256: string;
}

/** The terms that were in force, as the kernel's `PriceTerms`. */
export interface ReceiptPrice {
  readonly id: string;
  readonly currency: string;
  readonly components: readonly { readonly unit: string; readonly amountNano: string; readonly per: string }[];
  readonly free: { readonly unit: string; readonly quantity: string } | null;
}

export interface ReceiptCharge {
  readonly currency: string;
  readonly amountNano: string;
  /** One for each component of the price, in its order; those that cost nothing too. */
  readonly lines: readonly { readonly unit: string; readonly quantity: string; readonly amountNano: string }[];
  /** How many parts of the price's free units the call took; above 0 it cost nothing. */
  readonly freeQuantity: string;
}
