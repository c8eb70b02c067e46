/**
 * Makes a function that runs works one after the other. Drafting looks for a version number and then takes it, and making
 * a version ready ends its trial: of two publications of one number, one must see what the other did.
 */
export function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
