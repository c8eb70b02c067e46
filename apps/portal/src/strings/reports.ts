import { useTextsOf } from '.';
import { reports as en } from './en/operating/reports';
import { reports as zh } from './zh/operating/reports';

/** The texts of the operator's page of reports and takedowns. */
export const useReportsStrings = () => useTextsOf({ en, 'zh-CN': zh });
