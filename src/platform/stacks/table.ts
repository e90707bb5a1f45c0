/** Written by `npm run stacks`. */
export const STACKS = [
  {
    name: 'cflinuxfs4',
    system: 'Ubuntu 22.04',
    machine: 'x86_64',
    glibc: '2.35',
    glibcxx: '3.4.30',
    files: () => import('./cflinuxfs4.ts'),
  },
  {
    name: 'cflinuxfs5',
    system: 'Ubuntu 24.04',
    machine: 'x86_64',
    glibc: '2.39',
    glibcxx: '3.4.33',
    files: () => import('./cflinuxfs5.ts'),
  },
] as const
