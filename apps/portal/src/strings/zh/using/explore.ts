import type { Strings } from '../../strings';

export const tasks: Strings['tasks'] = {
  title: '模型能做什么',
  description: '这里有模型的所有任务。选择一个任务，查看它的模型。',
  none: '还没有任何任务有模型',
  count: (_count, text) => `${text} 个模型`,
  compare: '比较',
  compareThose: (task) => `比较模型：${task}`,
  texts: {
    'image-classification': { title: '图像分类', line: '说出图片里是什么。' },
    'object-detection': { title: '目标检测', line: '在图片中找到物体，并为每个物体画框。' },
    'image-segmentation': { title: '图像分割', line: '从图片中抠出物体，精确到像素。' },
    ocr: { title: '文字识别（OCR）', line: '读出图片中的文字。' },
    'text-classification': { title: '文本分类', line: '把文本归入若干类别之一，例如情感倾向。' },
    'token-classification': { title: '词元分类', line: '在文本中标出人名、地名等。' },
    'text-embedding': { title: '文本向量', line: '把文本变成向量，按含义搜索和比较。' },
    'text-generation': { title: '文本生成', line: '用文字回答，或续写文本。' },
    'audio-classification': { title: '音频分类', line: '说出录音里听到的是什么。' },
    'voice-activity-detection': { title: '语音活动检测', line: '找出录音中有人说话的地方。' },
    'tabular-classification': { title: '表格分类', line: '根据表格一行中的数字和文字作出判断。' },
    'time-series-forecasting': { title: '时间序列预测', line: '根据一列测量值预测接下来的值。' },
    custom: { title: '其他', line: '输入和输出自成一格的模型。' },
  },
};

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
