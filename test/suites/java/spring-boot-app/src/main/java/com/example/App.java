package com.example;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what its JVM was given. */
@SpringBootApplication
@RestController
public class App extends SpringBootServletInitializer {
  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }

  /** What a servlet container starts it by. */
  @Override
  protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
    return builder.sources(App.class);
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

  /** How often the app's class loader finds a resource: a library that came through the class path. */
  @GetMapping("/resource")
  int resource(String name) throws IOException {
    return Collections.list(getClass().getClassLoader().getResources(name)).size();
  }
}
