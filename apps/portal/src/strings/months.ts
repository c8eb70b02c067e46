import { useTextsOf } from '.';
import * as en from './en/operating/months';
import * as zh from './zh/operating/months';

/** The texts of the operator's pages of months, reconciliation, corrections and refunds. */
export const useMonthsStrings = () => useTextsOf<typeof en>({ en, 'zh-CN': zh });
