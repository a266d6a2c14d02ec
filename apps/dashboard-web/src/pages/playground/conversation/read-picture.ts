import type { Picture } from './entries.js';

export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
export const MOST_PICTURES = 4;

/** Models look at no more of a picture than this, at either side. */
const MOST_PIXELS = 1_568;
/** Smaller ones are sent as they are. */
const PLAIN_BYTES = 500_000;
const MOST_BYTES = 30_000_000;
const QUALITY = 0.85;

/**
 * A picture as it is sent: a large one is made smaller in this browser first.
 * @throws {Error} with a sentence for a person
 */
export async function readPicture(file: File): Promise<Picture> {
  const { name, type, size } = file;
  if (!PICTURE_TYPES.includes(type)) {
    throw new Error(`${name} is no picture that models take: PNG, JPEG, WebP or GIF.`);
  }
  if (size > MOST_BYTES) throw new Error(`${name} is larger than 30 MB.`);
  return { name, dataUrl: size <= PLAIN_BYTES ? await dataUrlOf(file) : await smaller(file) };
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(new Error(`${file.name} could not be read.`));
    reader.readAsDataURL(file);
  });
}

async function smaller(file: File): Promise<string> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} could not be read as a picture.`);
  });
  const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error(`${file.name} is too large for this browser.`);
  // JPEG has no transparency: it would become black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL('image/jpeg', QUALITY);
}
