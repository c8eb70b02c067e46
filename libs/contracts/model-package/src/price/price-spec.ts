/** What is charged for `per` of a unit, as `model.yaml` and the API write it. */
export interface ComponentSpec {
  readonly unit: string;
  /** Decimal text of the currency unit, e.g. `"0.0002"`. */
  readonly amount: string;
  /** Default 1. */
  readonly per?: number | undefined;
}

/** Units that are free for each consumer and calendar month. */
export interface FreeSpec {
  readonly unit: string;
  readonly quantity: number;
}

/** What a price of several components says. */
export interface ComponentsSpec {
  /** ISO 4217 in lower case. */
  readonly currency: string;
  readonly components: readonly ComponentSpec[];
  readonly free?: FreeSpec | undefined;
}

/** A price as people write it: nothing at all, one component, or several. */
export type PriceSpec = 'free' | (ComponentSpec & Omit<ComponentsSpec, 'components'>) | ComponentsSpec;
