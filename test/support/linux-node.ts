/** As much of Node.js for Linux on x86-64 as packaging looks at. */
export function linuxNode(): Buffer {
  const elf = Buffer.alloc(64)
  elf.write('\x7fELF\x02\x01', 'latin1')
  elf.writeUInt16LE(62, 18)
  // A shell may try to run it: byte 18 is `>`.
  return Buffer.concat([elf, Buffer.from('\n# NODE_OPTIONS')])
}
