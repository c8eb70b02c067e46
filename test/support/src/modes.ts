/** Whether `npm test -- --long` runs: suites then go through all that they know, on every server at hand, and otherwise through what stands for the rest. */
export const LONG = process.env['STEELYARD_LONG'] !== undefined;
