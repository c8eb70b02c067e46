import { account } from './account';
import { budgets } from './budgets';
import { catalog } from './catalog';
import { earnings } from './earnings';
import { evaluate } from './using/evaluate';
import { compare, tasks } from './using/explore';
import { audio, chat, series } from './using/inputs';
import { keys } from './keys';
import { manage } from './manage';
import { model } from './model';
import { operator } from './operator';
import { organization } from './organization';
import { publish } from './publish';
import { result } from './using/result';
import { shell } from './shell';
import { usage } from './usage';
import { welcome } from './welcome';

export const en = { shell, catalog, evaluate, model, publish, manage, earnings, usage, budgets, keys, operator, organization, account, welcome, tasks, compare, result, audio, series, chat };
