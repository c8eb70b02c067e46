import { Anchor, Button, Group, SegmentedControl, Slider, Stack, Text } from '@mantine/core';
import { useState, type CSSProperties } from 'react';
import { useFigures } from '../../../../../components/figures';
import { useStrings } from '../../../../../strings';
import { imageAddress } from '../../image/image-type';
import { cutOut } from './cut-out';
import classes from './mask.module.css';
import type { Segmentation } from './segmentation';

const MODES = ['over', 'cut', 'mask'] as const;
type Mode = (typeof MODES)[number];

/** A mask over its image, what it cuts out, or the mask alone; each to be downloaded. */
export function MaskView({ segmentation: { mask, coverage }, image }: { segmentation: Segmentation; image: string | undefined }) {
  const { result } = useStrings();
  const { share } = useFigures();
  const under = image === undefined ? undefined : imageAddress(image);
  const [mode, setMode] = useState<Mode>(under === undefined ? 'mask' : 'over');
  const [opacity, setOpacity] = useState(60);
  const address = `data:image/png;base64,${mask}`;
  // White is what stays: the brightness of the mask counts, for it has no transparency.
  const masked: CSSProperties = { maskImage: `url("${address}")`, maskMode: 'luminance', maskSize: '100% 100%' };
  return (
    <Stack gap="sm">
      <Text fw={600}>{result.coverage(share(coverage))}</Text>
      {under !== undefined && (
        <SegmentedControl aria-label={result.maskShown} value={mode} onChange={setMode} data={MODES.map((value) => ({ value, label: result.maskModes[value] }))} style={{ alignSelf: 'flex-start' }} />
      )}
      <div className={`${classes.stage} ${mode === 'cut' ? classes.nothing : ''}`} role="img" aria-label={result.maskImage(share(coverage))} data-testid="mask">
        {mode === 'mask' ? (
          <img src={address} alt="" className={classes.image} />
        ) : (
          <>
            <img src={under} alt="" className={classes.image} style={mode === 'cut' ? masked : undefined} />
            {mode === 'over' && <div className={classes.tint} style={{ ...masked, opacity: opacity / 100 }} />}
          </>
        )}
      </div>
      {mode === 'over' && (
        <div>
          <Text size="sm" id="mask-opacity">
            {result.opacity}
          </Text>
          <Slider value={opacity} onChange={setOpacity} min={0} max={100} thumbLabel={result.opacity} label={(value) => share(value / 100)} maw={320} />
        </div>
      )}
      <Group gap="md">
        <Anchor href={address} download="mask.png" size="sm">
          {result.saveMask}
        </Anchor>
        {under !== undefined && <SaveCutOut image={under} mask={address} />}
      </Group>
    </Stack>
  );
}

function SaveCutOut({ image, mask }: { image: string; mask: string }) {
  const { result } = useStrings();
  const [failed, setFailed] = useState(false);
  const save = async () => {
    const address = URL.createObjectURL(await cutOut(image, mask));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'cut-out.png';
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => {
          setFailed(false);
          save().catch(() => setFailed(true));
        }}
      >
        {result.saveCutOut}
      </Button>
      {failed && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {result.cutOutFailed}
        </Text>
      )}
    </>
  );
}
