import { describe, expect, it } from '@jest/globals';
import { graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';
import { bareModel, packageAround } from './around-model';

const file = (path: string, content: string | Uint8Array = '') => ({ path, file: new File([content as BlobPart], path) });
const values = { inputs: [valueInfo('x', 'float32', ['N', 2])], outputs: [valueInfo('y', 'float32', ['N', 2])] };
const body = { nodes: [node({ op: 'Add', inputs: ['x', 'W'], outputs: ['y'] })], ...values };
const external = tensor({ name: 'W', element: 'float32', dims: [2], external: { location: 'w.bin' } });

describe('a bare model that was dropped', () => {
  it('is one ONNX file and no package', () => {
    expect(bareModel([file('Net.ONNX'), file('w.bin')])?.path).toBe('Net.ONNX');
    expect(bareModel([file('a.onnx'), file('b.onnx')])).toBeUndefined();
    expect(bareModel([file('a.onnx'), file('model.yaml')])).toBeUndefined();
    expect(bareModel([file('deep/a.onnx')])).toBeUndefined();
  });

  it('gets the files of a package, with weights that were dropped beside it', async () => {
    const dropped = [file('Net v2.onnx', model(graph({ ...body, initializers: [external] }))), file('w.bin', new Uint8Array(8)), file('notes.txt')];
    const made = await packageAround(dropped[0]!, dropped);
    expect(made.map(({ path }) => path).sort()).toEqual(['README.md', 'model.onnx', 'model.yaml', 'samples/made-up.json', 'w.bin']);
    expect(await made.find(({ path }) => path === 'model.yaml')!.file.text()).toMatch(/^name: net-v2$/m);
    await expect(packageAround(dropped[0]!, dropped.slice(0, 1))).rejects.toThrow(/"w\.bin".*no such file beside it/);
    await expect(packageAround(file('x.onnx', 'hello'), [])).rejects.toThrow(/not an ONNX model/);
  });
});
