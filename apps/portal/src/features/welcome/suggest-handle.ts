const LENGTH_MIN = 2;
const LENGTH_MAX = 64;
const HANDLE = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** A handle that the name might have: "Müller & Söhne" becomes `muller-sohne`. Empty where nothing of the name can be in a handle. */
export function suggestHandle(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LENGTH_MAX)
    .replace(/^-+|-+$/g, '');
}

/** Whether the server would take its form; whether it is free only the server knows. */
export function isHandle(handle: string): boolean {
  return handle.length >= LENGTH_MIN && handle.length <= LENGTH_MAX && HANDLE.test(handle) && !handle.includes('--');
}
