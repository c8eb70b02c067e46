import type { Strings } from '../strings';

export const compare: Strings['compare'] = {
  title: '比较模型',
  description: '同一个输入，同一任务的多个模型，结果并排显示。每个回答都是一次付费调用。',
  add: '添加模型',
  addFirst: '选择模型',
  choose: '请选择',
  remove: (ref) => `移除 ${ref}`,
  most: (count) => `一次最多 ${count} 个模型。`,
  atLeast: '请再添加一个模型进行比较。',
  models: '模型',
  noOther: '没有其他模型用于这个任务。',
  missing: (ref) => `${ref} 不存在、没有可用的版本，或属于他人且未公开。`,
  otherTask: (ref, task) => `${ref} 用于另一个任务（${task}），因此未列入。`,
  with: '与其他模型比较…',
  those: '比较这些模型',
};
