/** What the demo shows: lines with marks, in colour on a terminal only; nothing but the last line when machines read it. */
export function createScreen({ json, stream = process.stderr }) {
  const colours = stream.isTTY && !process.env.NO_COLOR && !json;
  const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const write = (text) => json || stream.write(text);
  let open = false;
  const close = () => {
    if (open) write('\n');
    open = false;
  };
  return {
    title: (text) => write(`\n${paint('1', text)}\n`),
    step(text) {
      close();
      write(`${paint('32', '✓')} ${text}\n`);
    },
    warn(text) {
      close();
      write(`${paint('33', '!')} ${text}\n`);
    },
    fail(text) {
      close();
      stream.write(`${paint('31', '✗')} ${text}\n`);
    },
    /** A line that is written over, on a terminal; elsewhere only its last state. */
    progress(label, done, total) {
      if (!stream.isTTY) return;
      const width = 30;
      const filled = Math.round((done / total) * width);
      write(`\r  ${label.padEnd(10)} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}`);
      open = done < total;
      if (!open) write('\n');
    },
    row: (name, value) => write(`  ${name.padEnd(28)} ${paint('1', value)}\n`),
  };
}
