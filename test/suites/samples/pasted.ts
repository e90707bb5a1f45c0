/** The `sidecars:` block of an app manifest, as one pastes it into sidecars.yml, and the manifest without it. */
export function pastedFromManifest(manifest: string): { readonly block: string; readonly rest: string } {
  const [rest = '', block = ''] = manifest.split(/^ +(?=sidecars:)/m)
  const indent = /^( *)sidecars:/m.exec(manifest)?.[1] ?? ''
  return { block: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), rest }
}
