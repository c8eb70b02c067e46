/**
 * node score.mjs <stories of make_data.py> [how many of the held-out ones]
 *
 * Mean loss of a token (natural logarithm) over whole stories, each from its beginning, as `train.py` of tiny-stories counts it.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from '@huggingface/transformers';

const HELD_OUT = 1000;
const [BEGIN, END, USER, ASSISTANT] = [0, 1, 2, 3];
const folder = dirname(fileURLToPath(import.meta.url));
const [file, count = HELD_OUT] = process.argv.slice(2);
env.allowRemoteModels = false;
const options = { local_files_only: true, device: 'cpu', dtype: 'fp16', session_options: { intraOpNumThreads: 1 } };
const tokenizer = await AutoTokenizer.from_pretrained(folder, options);
const model = await AutoModelForCausalLM.from_pretrained(folder, options);

const encode = (text) => tokenizer.encode(text, { add_special_tokens: false });
const stories = readFileSync(file, 'utf8').split('\n').slice(0, Math.min(count, HELD_OUT)).map((line) => JSON.parse(line));
let [loss, tokens] = [0, 0];
for (const { request, text } of stories) {
  const asked = request ? [USER, ...encode(request), ASSISTANT] : [];
  const ids = [BEGIN, ...asked, ...encode(text), END].slice(0, model.config.max_position_embeddings + 1);
  const shape = [1, ids.length - 1];
  const { logits } = await model({
    input_ids: new Tensor('int64', BigInt64Array.from(ids.slice(0, -1), BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(shape[1]).fill(1n), shape),
  });
  const width = logits.dims[2];
  for (const [at, next] of ids.slice(1).entries()) loss += lossOf(logits.data.subarray(at * width, (at + 1) * width), next);
  tokens += shape[1];
}
console.log(`loss ${(loss / tokens).toFixed(4)}, perplexity ${Math.exp(loss / tokens).toFixed(3)} over ${tokens} tokens of ${stories.length} stories`);

function lossOf(logits, next) {
  const top = logits.reduce((most, logit) => Math.max(most, logit));
  return top - logits[next] + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
}
