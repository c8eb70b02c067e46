/** ONNX Runtime reads a location with this in it as an address in memory. No honest file name has a star. */
const LOCATION = /^[\w. -]+(\/[\w. -]+)*$/;

/**
 * Where external data lies in the package: found from the model file's folder. Undefined for a location that is no plain
 * path inside the package.
 * @param model The model's path in the package.
 */
export function externalPath(model: string, location: string): string | undefined {
  if (!LOCATION.test(location) || location.split('/').some((part) => /^\.*$/.test(part))) return undefined;
  return model.slice(0, model.lastIndexOf('/') + 1) + location;
}
