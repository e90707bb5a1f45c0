/** The memory limit of an instance: by the kernel if a cgroup is available, else by polling. */
import { createCgroup } from './cgroup.ts'
import type { LimitedInstance, MemoryLimit } from './memory-limit.ts'
import { watchMemory } from './watched.ts'

/** @param cgroups whether a cgroup may be used */
export function limitMemory(instance: LimitedInstance, cgroups: boolean): MemoryLimit {
  return (cgroups ? createCgroup(instance) : undefined) ?? watchMemory(instance)
}
