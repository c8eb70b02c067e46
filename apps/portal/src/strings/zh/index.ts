import type { Strings } from '../strings';
import { account } from './account';
import { audio, chat, series } from './using/inputs';
import { budgets } from './budgets';
import { catalog } from './catalog';
import { compare, tasks } from './using/explore';
import { earnings } from './earnings';
import { evaluate } from './using/evaluate';
import { invoices } from './money/invoices';
import { keys } from './keys';
import { manage } from './manage';
import { model } from './model';
import { audit, checks } from './operating/audit';
import { books, stuck } from './operating/books';
import { operator } from './operator';
import { organization } from './organization';
import { payouts } from './money/payouts';
import { prices } from './money/prices';
import { privacy } from './trust/privacy';
import { publish } from './publish';
import { receipt } from './using/receipt';
import { result } from './using/result';
import { shell } from './shell';
import { signing } from './trust/signing';
import { usage } from './usage';
import { verify } from './money/verify';
import { wallet } from './money/wallet';
import { webhooks } from './webhooks';
import { welcome } from './welcome';

export const zh: Strings = {
  shell, catalog, evaluate, model, publish, manage, earnings, payouts, prices, wallet, invoices, verify, usage, budgets, webhooks, keys, operator,
  books, stuck, organization, account, welcome, tasks, compare, receipt, result, audio, series, chat, signing,
  privacy, audit, checks,
};
