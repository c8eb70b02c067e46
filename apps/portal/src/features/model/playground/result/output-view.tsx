import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { CodeBlock } from '../../../../components/code-block';
import { useStrings } from '../../../../strings';
import type { JsonObject } from '../draft';
import { detectionOf } from './boxes/detection';
import { DetectionView } from './boxes/detection-view';
import { readingOf } from './boxes/reading';
import { ReadingView } from './boxes/reading-view';
import { classificationOf } from './classification';
import { entitiesOf } from './entities/entities';
import { EntitiesView } from './entities/entities-view';
import { forecastOf } from './forecast/forecast';
import { ForecastView } from './forecast/forecast-view';
import { generationOf } from './generation';
import { GenerationView } from './generation-view';
import { MaskView } from './mask/mask-view';
import { segmentationOf } from './mask/segmentation';
import { Scores } from './scores';
import { audioIn, imageIn, seriesIn, textIn } from './sent';
import { speechOf } from './speech/speech';
import { SpeechView } from './speech/speech-view';
import { embeddingOf } from './vector/embedding';
import { VectorView } from './vector/vector-view';

/** Of a longer output the beginning is shown: a page of megabytes helps nobody. */
const OUTPUT_CHARS_MAX = 100_000;

export interface OutputViewProps {
  readonly task: string;
  /** What the output is the answer to. */
  readonly input: JsonObject;
  readonly output: unknown;
}

/** An output as its task allows to see it; one that does not fit its task, and every other, as JSON. */
export function OutputView({ task, input, output }: OutputViewProps) {
  const { result, model } = useStrings();
  const [mode, setMode] = useState<'seen' | 'json'>('seen');
  const view = useMemo(() => viewOf({ task, input, output }), [task, input, output]);
  const json = () => <CodeBlock code={written(output)} language="json" label={model.playground.output} />;
  if (view === undefined) return json();
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={result.shownAs}
        value={mode}
        onChange={setMode}
        data={[
          { value: 'seen', label: result.seen },
          { value: 'json', label: result.json },
        ]}
        style={{ alignSelf: 'flex-end' }}
      />
      {mode === 'seen' ? view : json()}
    </Stack>
  );
}

function viewOf({ task, input, output }: OutputViewProps): ReactNode {
  switch (task) {
    case 'object-detection': {
      const detection = detectionOf(output);
      return detection && <DetectionView detection={detection} image={imageIn(input)} />;
    }
    case 'image-segmentation': {
      const segmentation = segmentationOf(output);
      return segmentation && <MaskView segmentation={segmentation} image={imageIn(input)} />;
    }
    case 'ocr': {
      const reading = readingOf(output);
      return reading && <ReadingView reading={reading} image={imageIn(input)} />;
    }
    case 'token-classification': {
      const text = textIn(input);
      const found = text === undefined ? undefined : entitiesOf(output, text);
      return found && <EntitiesView found={found} text={text!} />;
    }
    case 'text-embedding': {
      const vector = embeddingOf(output);
      return vector && <VectorView vector={vector} />;
    }
    case 'voice-activity-detection': {
      const speech = speechOf(output);
      return speech && <SpeechView speech={speech} audio={audioIn(input)} />;
    }
    case 'time-series-forecasting': {
      const forecast = forecastOf(output);
      return forecast && <ForecastView forecast={forecast} history={seriesIn(input)} />;
    }
    default:
      return plainView(output);
  }
}

/** Scores and generated text are known by what they are, whatever the task is called. */
function plainView(output: unknown): ReactNode {
  const classification = classificationOf(output);
  if (classification) return <Scores classification={classification} />;
  const generation = generationOf(output);
  return generation && <GenerationView generation={generation} />;
}

function written(output: unknown): string {
  const text = JSON.stringify(output, null, 2);
  return text.length > OUTPUT_CHARS_MAX ? `${text.slice(0, OUTPUT_CHARS_MAX)} …` : text;
}
