/**
 * The class count that the Java buildpacks pass to the memory calculator: a share of the classes of the app and the JRE.
 * 5.x: src/java/jres/memory_calculator.go. 4.x: lib/java_buildpack/jre/open_jdk_like_memory_calculator.rb.
 */
import type { JavaBuildpack } from './calculators/calculator.ts'
import type { JavaLayout } from './recognition/recognition.ts'

export const LOADED_SHARE = 0.35

/** Classes of the JRE, from Java 9 on. */
const JRE_CLASSES = 42_215
/** The count of 5.x if it finds none. */
const COUNT_OF_NONE = 6300

/**
 * 4.x also counts the jars in `.java-buildpack`, which contains the JRE and the files of its container. Upper bounds:
 * a Java 8 JRE has fewer classes than JDK 21 has in all, 27,929 (https://foojay.io/today/the-files-in-jdk-21); a JRE from
 * Java 9 on has about 60 in jars; those of frameworks, Tomcat and Groovy are estimates.
 */
const JARS_OF_JAVA_8 = 30_000
const JARS_OF_FRAMEWORKS = 500
const JARS_OF_CONTAINERS: Partial<Readonly<Record<JavaLayout, number>>> = { war: 5000, groovy: 20_000 }

/**
 * @param classes of the app (class-count.ts)
 * @param javaVersion major, 8 or more
 */
export function loadedClassCount(
  buildpack: JavaBuildpack,
  classes: number,
  javaVersion: number,
  layout: JavaLayout,
): number {
  const ofModules = javaVersion >= 9 ? JRE_CLASSES : 0
  if (buildpack === 5) return Math.floor((classes + ofModules) * LOADED_SHARE) || COUNT_OF_NONE
  const ofJars =
    (javaVersion >= 9 ? 0 : JARS_OF_JAVA_8) + JARS_OF_FRAMEWORKS + (JARS_OF_CONTAINERS[layout] ?? 0)
  return Math.ceil(LOADED_SHARE * (classes + ofModules + ofJars))
}
