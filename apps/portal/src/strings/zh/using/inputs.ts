import type { Strings } from '../../strings';

export const audio: Strings['audio'] = {
  drop: '用麦克风录音、把录音拖到这里，或选择文件。发送时会转换为单声道 16 kHz 的 WAV。',
  record: '录音',
  stop: '停止录音',
  recording: '正在录音',
  choose: '选择录音',
  play: '播放',
  stopPlaying: '停止',
  waveform: (time) => `将要发送的录音的波形，时长 ${time}`,
  refused: '浏览器不允许此页面使用麦克风。请在地址栏中允许，或选择文件。',
  missing: '此浏览器只能在安全页面（https）上录音。请改为选择文件。',
  unreadable: '此浏览器无法把它读作录音。',
  tooLong: (minutes) => `太长了：最多 ${minutes} 分钟。`,
};

export const series: Strings['series'] = {
  label: '数列，最早的在前',
  hint: '每行一个，或用逗号分隔；也可以粘贴表格（CSV）后选择其中一列。',
  choose: '选择 CSV 文件',
  column: '列',
  unread: '其中没有一列是数字。',
  tooLarge: '文件大于 8 MB。',
  line: (count) => `${count} 个数的折线`,
  count: (count) => `${count} 个数`,
};

export const chat: Strings['chat'] = {
  mode: '发送方式',
  modes: { chat: '对话', prompt: '续写文本' },
  conversation: '此前的对话',
  roles: { system: '系统', user: '您', assistant: '模型' },
  message: '您的消息',
  startOver: '重新开始',
  system: '指令',
  systemHint: '放在对话之前，供训练时学会遵循指令的模型使用。',
  prompt: '要续写的文本',
  settings: '设置',
  settingNames: { maxTokens: '词元上限', temperature: '温度', topP: 'Top P', seed: '随机种子', stop: '停止文本', jsonSchema: '回答的 JSON Schema' },
  stopHint: '每行一个。回答在第一个出现的停止文本之前结束。',
  schemaHint: '在模型支持时，使回答符合它。',
  schemaUnread: '这不是一个 JSON 对象。',
};
