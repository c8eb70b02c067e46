import { useTextsOf } from '.';
import { leaving as en } from './en/trust/leaving';
import { leaving as zh } from './zh/trust/leaving';

/** The texts of taking one's data out and going: of an organization, and of a person. */
export const useLeavingStrings = () => useTextsOf({ en, 'zh-CN': zh });
