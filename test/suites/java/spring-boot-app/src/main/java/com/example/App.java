package com.example;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what its JVM was given. */
@SpringBootApplication
@RestController
public class App {
  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }

  @GetMapping("/")
  String hello() {
    return "hello";
  }

  @GetMapping("/jvm")
  Map<String, Object> jvm() {
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return Map.of(
        "options", options,
        "maxHeap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax(),
        "classPath", System.getProperty("java.class.path"));
  }

  /** Whether the app's class loader finds a resource: a library that came through the class path. */
  @GetMapping("/resource")
  boolean resource(String name) {
    return getClass().getClassLoader().getResource(name) != null;
  }
}
