/**
 * Layouts of apps with sidecars, and what each Java buildpack makes of them. `rule5` and `rule4` name the rule that
 * decides, in src/java/containers of 5.0.6 and in lib/java_buildpack/{container,util} of 4.77.0 of
 * https://github.com/cloudfoundry/java-buildpack. `real5` and `real4` are what these containers answered when they were
 * run on the files, outside this project: the container and the file that it starts; several containers, for 4.x.
 */
import { jar, manifest } from '../../support/jars.ts'

export type Files = Readonly<Record<string, string | Buffer>>

export interface Layout {
  readonly what: string
  readonly files: Files
  readonly rule5: string
  readonly real5: string
  readonly rule4: string
  readonly real4: string
}

const MANIFEST = 'META-INF/MANIFEST.MF'
export const mainJar = jar({ [MANIFEST]: manifest('Main-Class: A'), 'A.class': 'x' })
export const noMainJar = jar({ [MANIFEST]: manifest() })
export const plainMain: Files = { [MANIFEST]: manifest('Main-Class: Main'), 'org/acme/Main.class': 'x' }
export const springBoot: Files = {
  [MANIFEST]: manifest(
    'Main-Class: org.springframework.boot.loader.launch.JarLauncher',
    'Start-Class: org.acme.Main',
    'Spring-Boot-Version: 3.3.4',
    'Spring-Boot-Lib: BOOT-INF/lib/',
  ),
  'BOOT-INF/classes/org/acme/Main.class': 'x',
  'BOOT-INF/lib/spring-boot-3.3.4.jar': mainJar,
}
export const war: Files = { 'WEB-INF/web.xml': 'x', 'WEB-INF/lib/a.jar': mainJar }
export const distZip: Files = {
  'app-1.0/bin/app': 'x',
  'app-1.0/bin/app.bat': 'x',
  'app-1.0/lib/app.jar': mainJar,
}

export const layouts: readonly Layout[] = [
  {
    what: 'a plain main',
    files: plainMain,
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with sidecars/',
    files: { ...plainMain, 'sidecars/config-server': 'x', 'sidecars/agent.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with bin and lib',
    files: { ...plainMain, 'bin/config-server': 'x', 'lib/agent.jar': mainJar },
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: bin/config-server',
    rule4: 'dist_zip.rb supports? and java_main.rb detect',
    real4: 'Dist Zip, Java Main',
  },
  {
    what: 'a plain main with bin only',
    files: { ...plainMain, 'bin/config-server': 'x' },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with lib only',
    files: { ...plainMain, 'lib/agent.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with bin and lib in a top folder',
    files: { ...plainMain, 'tools/bin/run': 'x', 'tools/lib/a.jar': mainJar },
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: tools/bin/run',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with bin and lib two folders down',
    files: { ...plainMain, 'sidecars/tool/bin/run': 'x', 'sidecars/tool/lib/a.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with a runnable jar at the root',
    files: { ...plainMain, 'mock.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main: mock.jar',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with a jar named like Spring at the root',
    files: { ...plainMain, 'spring-agent.jar': mainJar },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot: spring-agent.jar',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with a jar of Spring Boot in sidecars/',
    files: { ...plainMain, 'sidecars/spring-boot-3.3.4.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb compile, spring_boot_utils.rb lib',
    real4: 'No lib directory found',
  },
  {
    what: 'a plain main with a jar of Ratpack and a program in bin',
    files: { ...plainMain, 'bin/run': 'x', 'sidecars/ratpack-core-1.9.0.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect and ratpack.rb supports?',
    real4: 'Java Main, Ratpack',
  },
  {
    what: 'a plain main with a jar of Play in lib',
    files: { ...plainMain, 'lib/com.typesafe.play.play_2.13-2.8.1.jar': mainJar },
    rule5: 'play.go Detect',
    real5: 'Play',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with a class of Groovy in sidecars/',
    files: { ...plainMain, 'sidecars/check.groovy': 'class Check { int x }' },
    rule5: 'spring_boot_cli.go Detect',
    real5: 'Spring Boot CLI',
    rule4: 'java_main.rb detect and spring_boot_cli.rb supports?',
    real4: 'Java Main, Spring Boot CLI',
  },
  {
    what: 'a plain main with a Groovy script in sidecars/',
    files: { ...plainMain, 'sidecars/check.groovy': 'println "hello"' },
    rule5: 'java_main.go Detect',
    real5: 'Java Main',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a plain main with WEB-INF',
    files: { ...plainMain, 'WEB-INF/classes/sidecars.yml': 'x' },
    rule5: 'tomcat.go Detect',
    real5: 'Tomcat',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'Spring Boot',
    files: springBoot,
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'Spring Boot with sidecars/',
    files: { ...springBoot, 'sidecars/config-server': 'x', 'sidecars/agent.jar': mainJar },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'Spring Boot with a program in bin',
    files: { ...springBoot, 'bin/config-server': 'x' },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot',
    rule4: 'java_main.rb detect and spring_boot.rb supports?',
    real4: 'Java Main, Spring Boot',
  },
  {
    what: 'Spring Boot with two programs in bin',
    files: { ...springBoot, 'bin/one': 'x', 'bin/two': 'x' },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'Spring Boot with a runnable jar at the root',
    files: { ...springBoot, 'mock.jar': mainJar },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot',
    rule4: 'java_main.rb detect',
    real4: 'Java Main',
  },
  {
    what: 'a war',
    files: war,
    rule5: 'tomcat.go Detect',
    real5: 'Tomcat',
    rule4: 'tomcat.rb supports?',
    real4: 'Tomcat',
  },
  {
    what: 'a war with bin and lib',
    files: { ...war, 'bin/config-server': 'x', 'lib/agent.jar': mainJar },
    rule5: 'tomcat.go Detect',
    real5: 'Tomcat',
    rule4: 'dist_zip.rb supports? and tomcat.rb supports?',
    real4: 'Dist Zip, Tomcat',
  },
  {
    what: 'a war with a jar named like Spring at the root',
    files: { ...war, 'spring-agent.jar': mainJar },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot: spring-agent.jar',
    rule4: 'tomcat.rb supports?',
    real4: 'Tomcat',
  },
  {
    what: 'a distribution in one folder',
    files: distZip,
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: app-1.0/bin/app',
    rule4: 'dist_zip.rb supports?',
    real4: 'Dist Zip: app-1.0/bin/app',
  },
  {
    what: 'a distribution in one folder, with sidecars/',
    files: { ...distZip, 'sidecars/config-server': 'x' },
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: app-1.0/bin/app',
    rule4: 'find_single_directory.rb: two folders',
    real4: 'none',
  },
  {
    what: 'a distribution in one folder, with sidecars/ inside',
    files: { ...distZip, 'app-1.0/sidecars/config-server': 'x' },
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: app-1.0/bin/app',
    rule4: 'dist_zip.rb supports?',
    real4: 'Dist Zip: app-1.0/bin/app',
  },
  {
    what: 'a distribution at the root',
    files: { 'bin/app': 'x', 'lib/app.jar': mainJar },
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: bin/app',
    rule4: 'dist_zip.rb supports?',
    real4: 'Dist Zip: bin/app',
  },
  {
    what: 'a distribution at the root, with a program before its own in bin',
    files: { 'bin/app': 'x', 'bin/agent': 'x', 'lib/app.jar': mainJar },
    rule5: 'dist_zip.go findDistZipMatches',
    real5: 'Dist ZIP: bin/agent',
    rule4: 'start_script.rb: two files, no .bat',
    real4: 'none',
  },
  {
    what: 'a distribution at the root, with a second one below',
    files: { 'bin/app': 'x', 'lib/app.jar': mainJar, 'tool/bin/run': 'x', 'tool/lib/a.jar': mainJar },
    rule5: 'dist_zip.go Detect: two matches are none',
    real5: 'none',
    rule4: 'dist_zip.rb supports?',
    real4: 'Dist Zip: bin/app',
  },
  {
    what: 'several jars, one of them with a main',
    files: { 'a.jar': noMainJar, 'b.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main: b.jar',
    rule4: 'java_main.rb detect: no Main-Class of its own',
    real4: 'none',
  },
  {
    what: 'several jars, a runnable one of a sidecar first',
    files: { 'a.jar': mainJar, 'b.jar': mainJar },
    rule5: 'java_main.go Detect',
    real5: 'Java Main: a.jar',
    rule4: 'java_main.rb detect: no Main-Class of its own',
    real4: 'none',
  },
  {
    what: 'a Groovy script',
    files: { 'app.groovy': 'println "hello"' },
    rule5: 'groovy.go Detect',
    real5: 'Groovy',
    rule4: 'groovy.rb supports?',
    real4: 'Groovy',
  },
  {
    what: 'a Groovy script with another in sidecars/',
    files: { 'app.groovy': 'println "hello"', 'sidecars/check.groovy': 'println "x"' },
    rule5: 'groovy.go Detect',
    real5: 'Groovy',
    rule4: 'groovy.rb main_groovy: two candidates',
    real4: 'none',
  },
  {
    what: 'a Groovy script with classes in sidecars/',
    files: { 'app.groovy': 'println "hello"', 'sidecars/A.class': 'x' },
    rule5: 'groovy.go Detect',
    real5: 'Groovy',
    rule4: 'groovy.rb supports?: class files',
    real4: 'none',
  },
  {
    what: 'Play 2.8, staged',
    files: { 'bin/app': 'x', 'lib/com.typesafe.play.play_2.13-2.8.1.jar': mainJar },
    rule5: 'play.go Detect',
    real5: 'Play: bin/app',
    rule4: 'play/base.rb supports?',
    real4: 'Play Framework',
  },
  {
    what: 'Play 2.8, staged, with a program in bin',
    files: { 'bin/app': 'x', 'bin/agent': 'x', 'lib/com.typesafe.play.play_2.13-2.8.1.jar': mainJar },
    rule5: 'play.go Detect',
    real5: 'Play: bin/agent',
    rule4: 'start_script.rb: two files, no .bat',
    real4: 'none',
  },
  {
    what: 'jars in lib without a program in bin',
    files: { 'lib/a.jar': mainJar },
    rule5: 'container.go Detect: none',
    real5: 'none',
    rule4: 'no container',
    real4: 'none',
  },
  {
    what: 'BOOT-INF/lib of another app, with a program in bin',
    files: { ...plainMain, 'BOOT-INF/lib/spring-boot-3.3.4.jar': mainJar, 'bin/run': 'x' },
    rule5: 'spring_boot.go Detect',
    real5: 'Spring Boot',
    rule4: 'java_main.rb detect and spring_boot.rb supports?',
    real4: 'Java Main, Spring Boot',
  },
  {
    what: 'files of no Java app',
    files: { 'app.py': 'x' },
    rule5: 'container.go Detect: none',
    real5: 'none',
    rule4: 'no container',
    real4: 'none',
  },
]
