import { type PushedImage, pushImage } from './push-image.ts';
import { crashingApp, sampleApp } from './sample-app.ts';

export interface SampleImages {
  'app:v1': PushedImage;
  'app:v2': PushedImage;
  'crash:v1': PushedImage;
}

/** Builds the sample images and pushes them to a registry: `app:v1`, `app:v2` and `crash:v1`. */
export async function pushSampleImages(registry: string): Promise<SampleImages> {
  const v1 = await pushImage(registry, 'app', 'v1', sampleApp('v1'));
  const [v2, crash] = await Promise.all([
    pushImage(registry, 'app', 'v2', sampleApp('v2')),
    pushImage(registry, 'crash', 'v1', crashingApp),
  ]);
  return { 'app:v1': v1, 'app:v2': v2, 'crash:v1': crash };
}
