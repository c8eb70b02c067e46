import { relative, sep } from 'node:path';

/** For rolldown: a module that asks where it is is told where it was, so that it finds what lies beside it and what it depends on. */
export const keepPlaces = (folder) => ({
  name: 'keep-places',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const place = relative(folder, id).split(sep).join('/');
    return { code: code.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`), map: null };
  },
});

/** Nest and its like import packages that are there or not, and one evaluates text. What else rolldown says is a fault. */
export function onLog(_level, log) {
  if (log.code === 'UNRESOLVED_IMPORT' && log.id?.includes('node_modules')) return;
  if (log.code === 'EVAL') return;
  console.error(log.message);
}

/** Packages that find files beside their own, a library or the program of a thread: they are loaded from `node_modules` as they are. */
export const EXTERNAL = ['cbor-extract', 'pino'];
