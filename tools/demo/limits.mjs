/** What a careful consumer does: ask first, set a limit, keep the receipt. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@steelyard/client';
import { verifyReceipt } from '@steelyard/client/receipts';
import { formatNano } from '@steelyard/kernel';
import { root } from '../bootstrap/prepare.mjs';
import { graphql } from './graphql.mjs';
import { steelyard } from './processes.mjs';

const REF = 'harbour/digits';
/** So many calls the budget of the demo allows; all who want one ask at once. */
const AFFORDABLE = 10;
const WANTED = 16;

export async function walkLimits({ url, screen }, { consumer }) {
  const input = { image: readFileSync(join(root, 'plugins/models/digits/samples/seven.png')) };
  screen.title('A careful consumer');
  const client = createClient({ baseUrl: url, apiKey: consumer.STEELYARD_API_KEY });
  const { mostNano, currency } = await client.model(REF).estimate(input);
  screen.step(`estimate: a call of ${REF} costs ${formatNano(mostNano)} ${currency}`);

  const { apiKey, secret } = await steelyard(['keys', 'create', 'intern', '--scope', 'predict'], consumer);
  const limit = formatNano(BigInt(AFFORDABLE) * mostNano);
  const open = 'mutation ($input: CreateBudgetInput!) { createBudget(input: $input) { __typename } }';
  const { createBudget } = await graphql(url, consumer, open, { input: { name: 'intern', scope: 'KEY', keyId: apiKey.id, limit } });
  if (createBudget.__typename !== 'BudgetSaved') throw new Error(`the budget was not opened: ${createBudget.__typename}`);
  const intern = createClient({ baseUrl: url, apiKey: secret });
  const calls = await Promise.allSettled(Array.from({ length: WANTED }, () => intern.runWithDetails(REF, input)));
  const paid = calls.filter(({ status }) => status === 'fulfilled');
  const refused = calls.filter(({ reason }) => reason?.code === 'INFERENCE.LIMIT_REACHED');
  if (paid.length !== AFFORDABLE || refused.length !== WANTED - AFFORDABLE) throw new Error(`a budget of ${limit} ${currency} let ${paid.length} calls through and refused ${refused.length}`);
  screen.step(`budget of ${limit} ${currency}: of ${WANTED} calls at once ${paid.length} ran, and the other ${refused.length} were refused for nothing`);

  const { output, prediction } = paid[0].value;
  const { jws } = await client.predictions.receipt(prediction.id);
  const { valid, problem } = await verifyReceipt(jws, { keys: await client.receiptKeys(), predictionId: prediction.id, input, output });
  if (!valid) throw new Error(`the receipt of ${prediction.id} does not verify: ${problem}`);
  screen.step(`receipt of call ${prediction.id}: signature, charge, input and output are as they say`);
}
