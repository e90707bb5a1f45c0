/** Plans of one process, to be shown. */
import type { JvmPlan } from '../../src/plan/jvm-plan.ts'
import type { JavaPlan, Plan, ProcessPlan } from '../../src/plan/plan.ts'
import type { SidecarPlan } from '../../src/plan/sidecar-plan.ts'

export const MIB = 1024 ** 2

export const planOf = (more: Partial<Plan> = {}): Plan => ({
  ...{ app: 'shop', processes: [processOf()], sidecars: [], injected: [], willStart: true },
  ...more,
})

export const processOf = (more: Partial<ProcessPlan> = {}): ProcessPlan => ({
  ...{ type: 'web', container: 1024 * MIB, app: 1024 * MIB, willStart: true },
  ...{ sidecars: [], proxies: [], startOrder: [] },
  ...more,
})

export const sidecarOf = (name: string, more: Partial<SidecarPlan> = {}): SidecarPlan => ({
  ...{ name, processTypes: ['web'], restart: 'never' },
  ...more,
})

export const JAVA: JavaPlan = {
  ...{ layout: 'spring-boot', recognisedBy: 'Start-Class in META-INF/MANIFEST.MF', buildpacks: [5, 4] },
  ...{ javaVersion: 21, javaVersionGiven: false, classes: 100, addedClasses: 0, loadedClasses: 8000 },
  ...{ threads: 250, headRoom: 0, unreadable: [] },
}

/** It divides 768 MiB. */
export const jvmOf = (more: Partial<JvmPlan> = {}): JvmPlan => ({
  ...{ buildpack: 5, javaVersion: 21, javaVersionGiven: true, outcome: 'fits' },
  ...{ loadedClasses: 8000, threads: 250, headRoom: 0 },
  regions: {
    ...{ heap: 256 * MIB, metaspace: 128 * MIB, codeCache: 128 * MIB },
    ...{ stacks: 192 * MIB, directMemory: 64 * MIB, headRoom: 0 },
  },
  ...more,
})

/** With both Java buildpacks, of which the second one does not start it. */
export const BOTH = {
  jvm: jvmOf({ options: '-Xss1M -Xmx256M', headRoom: 5 }),
  otherJvm: jvmOf({
    ...{ buildpack: 4, javaVersion: 8, javaVersionGiven: false, reason: 'too little' },
    ...{ loadedClasses: 7000, threads: 200 },
  }),
}
