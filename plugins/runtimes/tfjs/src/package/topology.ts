import { LAYER_CLASSES } from './layer-classes.js';
import { isObject, quote, refuse } from './model-file.js';
import type { JsonObject } from './model-file.js';
import { GRAPH_OPERATORS } from './operators.js';

/**
 * The graph's operators with how often each is used, in its functions too.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED` for one that TensorFlow.js does not have or that is not to be run here.
 */
export function scanGraph(model: string, topology: JsonObject): Map<string, number> {
  const { node, library } = topology;
  if (!Array.isArray(node)) throw refuse(model, 'its graph has no nodes');
  const uses = new Map<string, number>();
  const functions = isObject(library) && Array.isArray(library['function']) ? (library['function'] as unknown[]) : [];
  const bodies = functions.map((body) => (isObject(body) && Array.isArray(body['nodeDef']) ? (body['nodeDef'] as unknown[]) : []));
  for (const entry of [node as unknown[], ...bodies].flat()) {
    if (!isObject(entry) || typeof entry['name'] !== 'string' || typeof entry['op'] !== 'string') throw refuse(model, 'a node of its graph has no name or no operator');
    const { op } = entry;
    if (!GRAPH_OPERATORS.has(op)) throw refuse(model, `its operator ${quote(op)} is not supported`);
    uses.set(op, (uses.get(op) ?? 0) + 1);
  }
  return uses;
}

/**
 * The classes of a layers model with how often each is used. Everything that names a class is looked at, wherever it is:
 * layers, the models and cells within them, initializers.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED` for a class that TensorFlow.js does not have, and for layers that remember:
 * one caller's request would shape the next one's answer.
 */
export function scanLayers(model: string, topology: JsonObject): Map<string, number> {
  const uses = new Map<string, number>();
  const root = topology['model_config'] ?? topology;
  if (!isObject(root) || typeof root['class_name'] !== 'string') throw refuse(model, 'its topology is no layers model');
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isObject(value)) return;
    const name = value['class_name'];
    if (typeof name === 'string') {
      if (!LAYER_CLASSES.has(name)) throw refuse(model, name === 'Lambda' ? 'its Lambda layer holds code, which is not run' : `its class ${quote(name)} is not supported`);
      uses.set(name, (uses.get(name) ?? 0) + 1);
    }
    if (value['stateful'] === true) throw refuse(model, 'a layer of it keeps its state from one request to the next (stateful)');
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(root);
  return uses;
}
