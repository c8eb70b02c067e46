/** What the open {@link Database} is injected by. */
export const DATABASE = Symbol('DATABASE');
