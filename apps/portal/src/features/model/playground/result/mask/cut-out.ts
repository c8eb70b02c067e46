/**
 * The image where the mask is white, transparent where it is black, as PNG in the size of the mask.
 * @throws Error when one of them is no image after all
 */
export async function cutOut(imageAddress: string, maskAddress: string): Promise<Blob> {
  const [image, mask] = await Promise.all([loadImage(imageAddress), loadImage(maskAddress)]);
  const { naturalWidth: width, naturalHeight: height } = mask;
  const pixels = pixelsOf(image, width, height);
  const cover = pixelsOf(mask, width, height).getImageData(0, 0, width, height).data;
  const kept = pixels.getImageData(0, 0, width, height);
  for (let at = 0; at < kept.data.length; at += 4) kept.data[at + 3] = cover[at]!;
  pixels.putImageData(kept, 0, 0);
  return new Promise((done, fail) => pixels.canvas.toBlob((blob) => (blob ? done(blob) : fail(new DOMException('The image could not be written.', 'EncodingError'))), 'image/png'));
}

async function loadImage(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

function pixelsOf(image: HTMLImageElement, width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0, width, height);
  return context;
}
