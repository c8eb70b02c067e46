/** Injects the Clock that payments go by: tests hold it still, and set it on. */
export const PAYMENT_CLOCK = Symbol('steelyard:payment-clock');
