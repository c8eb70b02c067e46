/** An answer of Stripe's that says no: its status and the `error` object that the stripe package turns into an exception. */
export class StripeFailure extends Error {
  constructor(
    readonly status: number,
    readonly error: { readonly type: string; readonly message: string; readonly [detail: string]: unknown },
  ) {
    super(error.message);
  }
}

/** A request that cannot be as it is. @param details `code`, `param` and what else Stripe says about it. */
export function invalid(message: string, details: Readonly<Record<string, unknown>> = {}): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', message, ...details });
}

export function missing(kind: string, id: string): StripeFailure {
  return new StripeFailure(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${kind}: '${id}'`, param: 'id' });
}
