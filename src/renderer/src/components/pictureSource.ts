/** Files that can be opened as pictures, alone or together. */
const PICTURE = /\.(png|jpe?g|webp)$/i;
const ARCHIVE = /\.zip$/i;

/** Whether somebody who drops this means pictures: a folder, which has no type, an archive, or pictures themselves. */
export function isPictureSource(file: Pick<File, 'name' | 'type'>): boolean {
  return PICTURE.test(file.name) || ARCHIVE.test(file.name) || (file.type === '' && !/\.[a-z0-9]{1,12}$/i.test(file.name));
}

/** The path that the form for data takes: folders and archives as they are, of a picture the folder that it lies in. */
export function pictureSource(path: string): string {
  return PICTURE.test(path) ? path.replace(/[\\/][^\\/]*$/, '') : path;
}
