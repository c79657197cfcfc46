import { Text } from '@mantine/core';

/** What a folder may look like. */
export function FolderPicture() {
  return (
    <>
      <pre className="sunk" style={{ margin: 0, padding: '0.75rem', fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.75rem', lineHeight: 1.6, overflow: 'auto' }}>{`flowers/
  rose/      one sub-folder per class
    001.jpg
    002.png
  tulip/
    a.webp`}</pre>
      <Text size="sm" mt="sm">A flat folder makes one class. PNG, JPEG, WebP, GIF, TIFF and AVIF are read, cropped to the centre square and resized.</Text>
      <Text size="sm" mt="xs">Files that cannot be read are skipped and listed with the reason. Some pictures are held out to measure the loss on.</Text>
    </>
  );
}
